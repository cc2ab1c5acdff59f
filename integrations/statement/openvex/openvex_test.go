package openvex_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/statement/openvex"
)

func TestOpenVEX(t *testing.T) { reporttest.Statements(t, openvex.Format, "*.*") }

func FuzzOpenVEX(f *testing.F) { reporttest.FuzzStatements(f, openvex.Format, "*.*") }

// of makes a document of one statement.
func of(statement string) []byte {
	return []byte(`{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://a.example","author":"A","timestamp":"2026-01-02T00:00:00Z","version":1,
		"statements":[` + statement + `]}`)
}

func TestWhatIsNoOpenVEXIsRefused(t *testing.T) {
	for document, problem := range map[string]string{
		`[]`:                                "want an object",
		`["not", "a", "document"]`:          "want an object",
		`null`:                              "null",
		`{}`:                                "its @context is",
		`{"statements":[]}`:                 "its @context is",
		`{"@context":"https://other.test"}`: "its @context is",
		`{"@context":"https://openvex.dev/ns/v0.3.0","statements":[]}`:                           "OpenVEX v0.3.0 is not known",
		`{"@context":"https://openvex.dev/ns/v1","statements":[]}`:                               "OpenVEX v1 is not known",
		`{"@context":"https://openvex.dev/ns-other","statements":[]}`:                            "OpenVEX -other is not known",
		`{"@context":"https://openvex.dev/ns/v0.2.0"}`:                                           "has no `statements`",
		`{"@context":["https://openvex.dev/ns"],"statements":[]}`:                                "at /@context: not of this format: want a text, have a list",
		string(of(`{"vulnerability":{"name":"CVE-1"},"status":"harmless"}`)):                     `at /statements/0: not of this format: the status of CVE-1 is "harmless"`,
		string(of(`{"vulnerability":{"name":"CVE-1"},"status":"Not_Affected"}`)):                 `the status of CVE-1 is "Not_Affected"`,
		string(of(`{"vulnerability":{"name":"CVE-1"}}`)):                                         `the status of CVE-1 is ""`,
		string(of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed"},{"status":"fixed"}`)):     "at /statements/1: not of this format: a statement names no vulnerability",
		string(of(`{"vulnerability":{"name":" "},"status":"fixed"}`)):                            "names no vulnerability",
		string(of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed","status":"affected"}`)):    "duplicate",
		string(of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed","products":"pkg:npm/a"}`)): "products",
	} {
		_, _, err := reporttest.ParseStatements(openvex.Format, []byte(document))
		require.ErrorContains(t, err, problem, document)
		if o, err := report.Sketch(reporttest.Bytes(document)); err == nil && (problem == "want an object" || problem == "its @context is") {
			require.False(t, openvex.Format.Detect(o), document)
		}
	}
}

// "Not affected" needs its reason: without one the statement is left out, and the defect stays open.
func TestNotAffectedNeedsAReason(t *testing.T) {
	for reason, read := range map[string]int{
		``: 0, `,"justification":""`: 0, `,"impact_statement":" "`: 0, `,"justification":"trust_me"`: 0, `,"status_notes":"no"`: 0, `,"action_statement":"no"`: 0,
		`,"justification":"component_not_present"`: 1, `,"impact_statement":"it is not there"`: 1, `,"justification":"other","impact_statement":"x"`: 1,
	} {
		_, scan, err := reporttest.ParseStatements(openvex.Format,
			of(`{"vulnerability":{"name":"CVE-1"},"products":["pkg:npm/a"],"status":"not_affected"`+reason+`}`))
		require.NoError(t, err)
		require.Equal(t, read, scan.Read, reason)
		require.Equal(t, 1-read, scan.Dropped["not_affected without a justification or an impact statement"], reason)
	}
	_, scan, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":{"name":"CVE-1"},"products":["pkg:npm/a"],"status":"affected"}`))
	require.NoError(t, err)
	require.Equal(t, 1, scan.Read, "a statement that keeps the defect open needs no action statement")
}

func TestStatementWithoutProductsSpeaksOfNothing(t *testing.T) {
	for _, products := range []string{``, `,"products":null`, `,"products":[]`, `,"products":[{}]`, `,"products":[""]`, `,"products":[{"subcomponents":[{}]}]`} {
		statements, scan, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed"`+products+`}`))
		require.NoError(t, err)
		require.Empty(t, statements, products)
		require.Equal(t, map[string]int{"names no product": 1}, scan.Dropped, products)
	}
}

// A statement about a part of a product never becomes one about the product, or about the part everywhere.
func TestSubcomponentsStayWithinTheirProduct(t *testing.T) {
	for _, products := range []string{
		`"products":[{"@id":"pkg:oci/till","subcomponents":[{"@id":"pkg:npm/a@1"}]}]`,
		`"products":["pkg:oci/till"],"subcomponents":["pkg:npm/a@1"]`,
		`"products":["pkg:oci/till"],"subcomponents":[{"identifiers":{"purl":"pkg:npm/a@1"}},{}]`,
	} {
		got := only(t, products)
		require.Len(t, got, 1, products)
		require.Equal(t, "pkg:npm/a@1", got[0].PURL)
		require.Equal(t, "pkg:oci/till", got[0].Within.PURL)
		require.Nil(t, got[0].Within.Within)
	}
	got := only(t, `"products":[{"subcomponents":[{"@id":"pkg:npm/a@1"}]}]`)
	require.NotNil(t, got[0].Within, "a product that nothing identifies is not every product")
}

func only(t *testing.T, products string) []gate.Product {
	statements, _, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":{"name":"CVE-1"},"status":"fixed",`+products+`}`))
	require.NoError(t, err)
	require.Len(t, statements, 1)
	return statements[0].Products
}

func TestProductIsTheNarrowerOfItsPackageURLs(t *testing.T) {
	for product, want := range map[string]string{
		`{"@id":"pkg:npm/a@1","identifiers":{"purl":"pkg:npm/a"}}`:       "pkg:npm/a@1",
		`{"@id":"pkg:npm/a","identifiers":{"purl":"pkg:npm/a@1"}}`:       "pkg:npm/a@1",
		`{"@id":"https://a.example","identifiers":{"purl":"pkg:npm/a"}}`: "pkg:npm/a",
		`{"@id":"https://a.example"}`:                                    "",
	} {
		require.Equal(t, want, only(t, `"products":[`+product+`]`)[0].PURL)
	}
}

func TestRangeOfAPackageURLIsKept(t *testing.T) {
	got := only(t, `"products":["pkg:npm/a?vers=vers%3Anpm%2F%3C2.0.0","pkg:npm/b?vers=all","pkg:npm/c"]`)
	require.True(t, got[0].Versions.Contains("1.0.0"))
	require.False(t, got[0].Versions.Contains("2.0.0"))
	require.False(t, got[1].Versions.Contains("1.0.0"), "what cannot be read is no range of all versions")
	require.Nil(t, got[2].Versions)
}

func TestTimeOfAStatement(t *testing.T) {
	for times, want := range map[string]string{
		``: "2026-01-02", `,"timestamp":"2026-01-03T00:00:00Z"`: "2026-01-03",
		`,"timestamp":"2026-01-03T00:00:00Z","last_updated":"2026-01-04T00:00:00Z"`: "2026-01-04",
	} {
		statements, _, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":"CVE-1","status":"fixed","products":["pkg:npm/a"]`+times+`}`))
		require.NoError(t, err)
		require.Equal(t, want, statements[0].Word.At.Format("2006-01-02"))
	}
	_, scan, err := reporttest.ParseStatements(openvex.Format,
		of(`{"vulnerability":"CVE-1","status":"fixed","products":["pkg:npm/a"],"timestamp":"1970-01-01T00:00:00Z"}`))
	require.NoError(t, err)
	require.Equal(t, []string{"1 date before 1971 counts as not known (timestamp)"}, scan.Warnings)
}

func TestSeveralDocumentsAreNone(t *testing.T) {
	o, err := report.Sketch(reporttest.Bytes(append(of(""), of("")...)))
	require.NoError(t, err)
	require.False(t, openvex.Format.Detect(o))
	_, _, err = reporttest.ParseStatements(openvex.Format, append(of(""), of("")...))
	require.ErrorContains(t, err, "a second JSON value")
}

func TestErrorOfTheReceiverEndsParsing(t *testing.T) {
	_, err := openvex.Format.Parse(reporttest.Bytes(of(`{"vulnerability":"CVE-1","status":"fixed","products":["pkg:npm/a"]}`)),
		func(*gate.Statement) error { return io.ErrClosedPipe })
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestPairsOfSubcomponentsAndProductsAreBounded(t *testing.T) {
	list := `"pkg:npm/a@1"` + strings.Repeat(`,"pkg:npm/a@1"`, 399)
	_, _, err := reporttest.ParseStatements(openvex.Format, of(`{"vulnerability":"CVE-1","status":"fixed","products":[`+list+`],"subcomponents":[`+list+`]}`))
	require.ErrorIs(t, err, report.ErrTooLarge)
}
