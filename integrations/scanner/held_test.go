package scanner_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// repeated gives a text so often that it is that many MiB.
func repeated(text string, size int) io.Reader {
	count := size << 20 / len(text)
	return io.LimitReader(&cycle{text: text}, int64(count*len(text)))
}

type cycle struct {
	text string
	at   int
}

func (c *cycle) Read(p []byte) (n int, err error) {
	for n < len(p) {
		copied := copy(p[n:], c.text[c.at:])
		n, c.at = n+copied, (c.at+copied)%len(c.text)
	}
	return n, nil
}

// eaten counts what is read of a report, in one reading.
type eaten struct {
	io.Reader
	most *int64
	n    int64
}

func (e *eaten) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.n += int64(n)
	*e.most = max(*e.most, e.n)
	return n, err
}

func (e *eaten) Close() error { return nil }

const (
	trivyHead  = `{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"filesystem","Results":[{"Target":"t","Class":"os-pkgs","Type":"debian"`
	bomHead    = `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><vulnerabilities><vulnerability><id>CVE-1</id><description>`
	sheetHead  = "#defectgate,1\n#tool,x\nid,kind,severity,title\n"
	sarifHead  = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[`
	nativeHead = `{"defectgate":1,"tool":{"name":"x"},"defects":[`
)

// What a decoder would have to hold as a whole ends with an error long before the end of 64 MiB, wherever it stands.
func TestWhatCannotBeHeldIsTooLarge(t *testing.T) {
	for name, c := range map[string]struct{ head, part string }{
		"blanks first":           {"", " "},
		"blanks inside":          {trivyHead, "\r\n\t "},
		"blanks behind":          {trivyHead + "}]}", " "},
		"ignored text":           {trivyHead + `,"x":"`, "a"},
		"escaped quotes":         {trivyHead + `,"x":"`, `\"`},
		"name":                   {trivyHead + `,"`, "a"},
		"number":                 {trivyHead + `,"x":`, "1"},
		"text of a finding":      {trivyHead + `,"Vulnerabilities":[{"Title":"`, "a"},
		"list of a finding":      {trivyHead + `,"Vulnerabilities":[{"CweIDs":["a"`, `,"a"`},
		"list of a record":       {nativeHead + `{"id":"a","aliases":["a"`, `,"a"`},
		"text of no format":      {`{"x":"`, "a"},
		"blanks of no format":    {`{"x":1}`, " "},
		"XML, blanks first":      {"", "\n"},
		"XML, text":              {bomHead, "a"},
		"XML, comment":           {bomHead + "<!--", "<a>"},
		"XML, CDATA":             {bomHead + "<![CDATA[", "<a>"},
		"XML, attribute":         {bomHead + `<a b="`, ">"},
		"XML, many attributes":   {bomHead + "<a", ` b="c"`},
		"XML, name":              {bomHead + "<", "a"},
		"CSV, line":              {sheetHead, "a"},
		"CSV, cell of lines":     {sheetHead + `"`, "a\n"},
		"CSV, many cells":        {sheetHead, "a,"},
		"CSV, blank lines first": {"", "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var most int64
			file := &scanner.File{Path: "x", Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
				return &eaten{Reader: io.MultiReader(strings.NewReader(c.head), repeated(c.part, 64)), most: &most}, nil
			}}
			e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
			require.Equal(t, gate.TooLarge, e.Status, e.Problem)
			require.Contains(t, e.Problem, "longer than 16777216 bytes")
			require.NotEmpty(t, e.Hint)
			require.Less(t, most, int64(21<<20))
		})
	}
}

// A first reading passes over the findings, which hold too much: the second one ends.
func TestSecondReadingIsBoundedToo(t *testing.T) {
	for _, c := range []struct{ head, part, tail string }{
		{sarifHead + `{"ruleId":"r","locations":[{}`, `,{}`, "]}]}]}"},
		{bomHead, strings.Repeat("a", 4096) + "<b/>", "</description></vulnerability></vulnerabilities></bom>"},
	} {
		file := &scanner.File{Path: "x", Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(c.head), repeated(c.part, 20), strings.NewReader(c.tail))), nil
		}}
		e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
		require.Equal(t, gate.TooLarge, e.Status, e.Problem)
	}
}

// Any number of short things may follow each other where nobody keeps them.
func TestWhatIsNotHeldMayBeLong(t *testing.T) {
	const entry = `{"VulnerabilityID":"CVE-2026-1","PkgName":"p","InstalledVersion":"1","Severity":"LOW"}`
	for _, c := range []struct{ head, part, tail string }{
		{trivyHead + `,"x":[1`, `,{"a": "b"}`, "]}]}"},
		{trivyHead + `,"Vulnerabilities":[` + entry, "," + entry, "]}]}"},
		{`{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Vulnerabilities":[` + entry, "," + entry, `],"Class":"os-pkgs","Target":"t"}]}`},
	} {
		file := &scanner.File{Path: "x", Format: "trivy", Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(c.head), repeated(c.part, 20), strings.NewReader(c.tail))), nil
		}}
		e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
		require.Empty(t, e.Problem)
	}
}

// However far a report is indented, its beginning shows what it is.
func TestBlanksDoNotHideTheFormat(t *testing.T) {
	blanks := strings.Repeat("\n ", 1<<20)
	for format, document := range map[string]string{
		"trivy":          blanks + trivyReport,
		"sarif":          "{" + blanks + sarifReport[1:],
		"cyclonedx":      blanks + bomHead + "</description></vulnerability></vulnerabilities></bom>",
		"defectgate-csv": blanks + sheet,
	} {
		require.Equal(t, format, load("", document).Format)
	}
	require.Equal(t, gate.Empty, load("", blanks).Status)
}
