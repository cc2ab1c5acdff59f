package statement_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/statement"
)

func source(document string) *statement.File {
	return &statement.File{Path: "x.json", Limits: file.DefaultLimits, Authors: []string{"A"},
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(document)), nil }}
}

func load(t *testing.T, f *statement.File) (said []gate.Statement, e gate.Evidence) {
	e = f.Load(context.Background(), func(s *gate.Statement) error { said = append(said, *s); return nil })
	require.Equal(t, gate.StatementsKind, e.Kind)
	require.Equal(t, e.Problem == "", e.Hint == "", "a problem comes with the next step: %s", e.Problem)
	return said, e
}

// openvex makes a document of statements.
func openvex(author string, statements ...string) string {
	return fmt.Sprintf(`{"@context":"https://openvex.dev/ns/v0.2.0","author":%q,"timestamp":"2026-01-02T00:00:00Z","statements":[%s]}`,
		author, strings.Join(statements, ","))
}

func fixed(products string) string {
	return `{"vulnerability":{"name":"CVE-2026-1"},"status":"fixed","products":[` + products + `]}`
}

func TestDocumentIsRead(t *testing.T) {
	document := openvex("A", fixed(`"pkg:npm/a"`), fixed(``))
	said, e := load(t, source(document))
	require.Empty(t, e.Problem)
	require.Equal(t, "openvex", e.Format)
	require.Equal(t, int64(len(document)), e.Size)
	require.Len(t, e.SHA256, 64)
	require.Empty(t, e.Warnings)
	require.Len(t, said, 1)
	require.Equal(t, 1, e.Scan.Read)
	require.Equal(t, map[string]int{"names no product": 1}, e.Scan.Dropped)
	f := source(document)
	f.Format = "openvex"
	_, e = load(t, f)
	require.Empty(t, e.Problem)
}

func TestOnlyListedAuthorsCount(t *testing.T) {
	const warning = "1 of 1 statements do not count, for their authors are not listed: "
	for _, c := range []struct {
		authors []string
		author  string
		counts  bool
		warning string
	}{
		{[]string{"A"}, "A", true, ""},
		{[]string{"B", "A"}, "A", true, ""},
		{[]string{"*"}, "A", true, ""},
		{[]string{"*"}, "", true, ""},
		{nil, "A", false, warning + `"A"`},
		{[]string{"a", "A B", " A"}, "A", false, warning + `"A"`},
		{[]string{"A"}, "*", false, warning + `"*"`},
		{[]string{""}, "", false, warning + "one who is not named"},
	} {
		f := source(openvex(c.author, fixed(`"pkg:npm/a"`)))
		f.Authors = c.authors
		said, e := load(t, f)
		require.Equal(t, c.counts, said[0].Counts, "%q among %q", c.author, c.authors)
		require.Equal(t, c.warning, strings.Join(e.Warnings, ""))
	}
}

// A format of one document has one author. A later one may have many: a warning names three.
func TestAuthorsOfWarningsAreFew(t *testing.T) {
	f := source(`{"authors":1}`)
	for authors, want := range map[string]string{
		"B":           `1 of 1 statements do not count, for their authors are not listed: "B"`,
		"A B":         `1 of 2 statements do not count, for their authors are not listed: "B"`,
		"B B C":       `3 of 3 statements do not count, for their authors are not listed: "B", "C"`,
		"B C D":       `3 of 3 statements do not count, for their authors are not listed: "B", "C", "D"`,
		"B C D E F B": `6 of 6 statements do not count, for their authors are not listed: "B", "C", "D", and others`,
	} {
		f.Formats = []statement.Format{{Name: "many", Detect: func(*report.Outline) bool { return true }, Parse: func(_ report.Document, speak report.Speak) (gate.Scan, error) {
			for author := range strings.FieldsSeq(authors) {
				if err := speak(&gate.Statement{Word: gate.Word{By: author}}); err != nil {
					return gate.Scan{}, err
				}
			}
			return gate.Scan{}, nil
		}}}
		_, e := load(t, f)
		require.Equal(t, []string{want}, e.Warnings)
	}
}

func TestProductsThatAreOurs(t *testing.T) {
	f := source(openvex("A", fixed(`"pkg:oci/till","pkg:npm/a",{"identifiers":{"cpe23":"cpe:till"}},{"@id":"https://till.example","subcomponents":["pkg:npm/a"]},{"@id":"x"},{"@id":"y","identifiers":{"purl":"pkg:oci/own"}}`)))
	f.Products = []string{"pkg:oci/till", "cpe:till", "https://till.example", "pkg:oci/own", ""}
	said, _ := load(t, f)
	var ours []bool
	for _, p := range said[0].Products {
		ours = append(ours, p.Ours)
	}
	require.Equal(t, []bool{true, false, true, false, false, true}, ours)
	require.True(t, said[0].Products[3].Within.Ours)
}

func TestDocumentThatStatesNothingWarns(t *testing.T) {
	_, e := load(t, source(openvex("A")))
	require.Empty(t, e.Problem)
	require.Equal(t, []string{"the document states nothing"}, e.Warnings)
	_, e = load(t, source(openvex("A", fixed(``), fixed(`{}`))))
	require.Equal(t, []string{"the document states nothing that can be used: 2 of its entries are left out"}, e.Warnings)
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	for document, want := range map[string]struct {
		status  gate.Status
		problem string
	}{
		"":                                      {gate.Empty, "the document is empty"},
		"null":                                  {gate.Empty, "the document is empty"},
		"[]":                                    {gate.Empty, "the document is empty"},
		"{}":                                    {gate.Empty, "the document is empty"},
		`["not", "a", "document"]`:              {gate.Malformed, "no VEX document of a known format"},
		`{"a":1}`:                               {gate.Malformed, "no VEX document of a known format"},
		`hello`:                                 {gate.Malformed, "no VEX document of a known format"},
		`<bom xmlns="http://x.example/"/>`:      {gate.Malformed, "no VEX document of a known format"},
		`{"a":1,"a":2}`:                         {gate.Malformed, "duplicate"},
		`{"a":`:                                 {gate.Truncated, "unexpected EOF"},
		openvex("A", fixed(`"pkg:npm/a"`))[:90]: {gate.Truncated, "unexpected EOF"},
		openvex("A", `{"vulnerability":"CVE-1","status":"x"}`): {gate.Malformed, `at /statements/0: not of this format: the status of CVE-1 is "x"`},
	} {
		_, e := load(t, source(document))
		require.Equal(t, want.status, e.Status, document)
		require.Contains(t, e.Problem, want.problem)
	}
	f := source("{}")
	f.Open = func() (io.ReadCloser, error) { return nil, fs.ErrNotExist }
	_, e := load(t, f)
	require.Equal(t, gate.AbsentOptional, e.Status)
	f.Expectation.Required = true
	_, e = load(t, f)
	require.Equal(t, gate.Missing, e.Status)
	f = source(openvex("A"))
	f.Format = "vex"
	_, e = load(t, f)
	require.Equal(t, `"vex" is no format of statements`, e.Problem)
	require.Equal(t, "use one of csaf, openvex", e.Hint)
}

func TestStatementsAreBounded(t *testing.T) {
	f := source(openvex("A", fixed(`"pkg:npm/a"`), fixed(`"pkg:npm/b"`)))
	f.Limits.Count = 1
	_, e := load(t, f)
	require.Equal(t, gate.TooLarge, e.Status)
	require.Contains(t, e.Problem, "more than 1 statements (limit findings)")
}

func TestTwoFormatsThatClaimADocument(t *testing.T) {
	f := source(openvex("A"))
	f.Formats = append(statement.Formats(), statement.Format{Name: "other", Detect: func(*report.Outline) bool { return true }})
	_, e := load(t, f)
	require.Equal(t, "this may be openvex or other", e.Problem)
}

// A document is claimed by the format in whose folder it lies, and a report of a scanner by none.
func TestDocumentIsClaimedByItsFormat(t *testing.T) {
	for _, f := range statement.Formats() {
		own, err := filepath.Glob(f.Name + "/testdata/*.*")
		require.NoError(t, err)
		require.NotEmpty(t, own)
		for _, path := range own {
			require.Equal(t, []string{f.Name}, claims(t, path), path)
		}
	}
	reports, err := filepath.Glob("../scanner/*/testdata/*.*")
	require.NoError(t, err)
	require.NotEmpty(t, reports)
	for _, path := range reports {
		require.Empty(t, claims(t, path), path)
	}
}

func claims(t *testing.T, path string) (names []string) {
	document, err := os.ReadFile(path)
	require.NoError(t, err)
	o, err := report.Sketch(reporttest.Bytes(document))
	require.NoError(t, err)
	for _, f := range statement.Formats() {
		if f.Detect(o) {
			names = append(names, f.Name)
		}
	}
	return names
}

// corpus is a folder of real documents. It lies beside the checkout and is not part of it.
const corpus = "../../../shared/corpus/openvex"

func TestCorpus(t *testing.T) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("no corpus beside the checkout: the formats' own testdata is all that is read")
	}
	for name, want := range map[string]int{"openvex_one_vuln.json": 1, "openvex_not_a_document.json": 0} {
		f := source("")
		f.Open = func() (io.ReadCloser, error) { return os.Open(filepath.Join(corpus, name)) }
		said, e := load(t, f)
		require.Equal(t, want == 0, e.Problem != "", e.Problem)
		require.Len(t, said, want, name)
		require.Equal(t, want, e.Scan.Read)
	}
}
