package cyclonedx_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/cyclonedx"
)

func TestCycloneDX(t *testing.T) { reporttest.Testdata(t, cyclonedx.Format) }

func FuzzCycloneDX(f *testing.F) { reporttest.Fuzz(f, cyclonedx.Format) }

func TestJSONAndXMLOfOneBomAreEqual(t *testing.T) {
	for _, name := range []string{"vex-1.6", "scan-1.4"} {
		t.Run(name, func(t *testing.T) {
			fromJSON, jsonScan := parseFile(t, "testdata/"+name+".json")
			fromXML, xmlScan := parseFile(t, "testdata/"+name+".xml")
			require.Equal(t, fromJSON, fromXML)
			require.Equal(t, jsonScan, xmlScan)
		})
	}
}

func parseFile(t *testing.T, path string) ([]gate.Finding, gate.Scan) {
	document, err := os.ReadFile(path)
	require.NoError(t, err)
	findings, scan, err := reporttest.Parse(cyclonedx.Format, document)
	require.NoError(t, err)
	return findings, scan
}

// bom wraps the inside of an XML bom.
func bom(inside string) string {
	return `<bom xmlns="http://cyclonedx.org/schema/bom/1.4">` + inside + `</bom>`
}

func vulnerabilityWith(inside string) string {
	return bom("<vulnerabilities><vulnerability><id>CVE-2024-1</id>" + inside + "</vulnerability></vulnerabilities>")
}

func TestWhatIsNoBomIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ document, problem string }{
		"later JSON":          {`{"bomFormat":"CycloneDX","specVersion":"1.8"}`, "CycloneDX 1.8 is not known, 1.0 to 1.7 are"},
		"later XML":           {`<bom xmlns="http://cyclonedx.org/schema/bom/1.8"/>`, "CycloneDX 1.8 is not known"},
		"no version":          {`{"bomFormat":"CycloneDX"}`, "no specVersion"},
		"other format":        {`{"bomFormat":"Other","specVersion":"1.4","components":[]}`, `bomFormat is "Other"`},
		"any object":          {`{}`, "neither bomFormat nor components"},
		"array":               {`[]`, "want an object"},
		"null":                {`null`, "null"},
		"twice":               {`{"bomFormat":"CycloneDX","specVersion":"1.4"} {}`, "second JSON value"},
		"duplicate member":    {`{"bomFormat":"CycloneDX","specVersion":"1.4","vulnerabilities":[{"id":"A","id":"B"}]}`, "duplicate"},
		"foreign root":        {`<bom xmlns="https://other.example/bom/1.4"/>`, "the root is <bom>"},
		"root without":        {`<bom/>`, "the root is <bom>"},
		"second root":         {bom("") + bom(""), "second root"},
		"text behind":         {bom("") + "x", "text outside"},
		"text before":         {"<!-- --> x" + bom(""), "text outside"},
		"undeclared prefix":   {bom("<v:vulnerabilities/>"), "is not declared"},
		"second severity":     {vulnerabilityWith("<ratings><rating><severity>high</severity><severity>low</severity></rating></ratings>"), "twice"},
		"second score":        {vulnerabilityWith("<ratings><rating><score>9</score><score>1</score></rating></ratings>"), "twice"},
		"second id":           {vulnerabilityWith("<id>CVE-2024-2</id>"), "twice"},
		"second state":        {vulnerabilityWith("<analysis><state>exploitable</state></analysis><analysis><state>resolved</state></analysis>"), "twice"},
		"deep XML":            {bom(strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)), "nested deeper than 1000"},
		"deep JSON":           {`{"bomFormat":"CycloneDX","specVersion":"1.4","extra":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}", "depth"},
		"old encoding":        {`<?xml version="1.0" encoding="ISO-8859-1"?>` + bom(""), "write UTF-8"},
		"document type":       {`<!DOCTYPE bom>` + bom(""), "document type definitions are refused"},
		"entity of own":       {bom("<components>&lol;</components>"), "invalid character entity"},
		"crossed elements":    {bom("<a><b></a></b>"), "element"},
		"bad UTF-8":           {bom("<components>\xff</components>"), "UTF-8"},
		"entity bomb":         {entityBomb, "document type definitions are refused"},
		"vulnerabilities {}":  {`{"bomFormat":"CycloneDX","specVersion":"1.4","vulnerabilities":{}}`, "want a list"},
		"component as string": {`{"bomFormat":"CycloneDX","specVersion":"1.4","components":["a"]}`, "want an object"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := reporttest.Parse(cyclonedx.Format, []byte(c.document))
			require.ErrorContains(t, err, c.problem)
		})
	}
}

const entityBomb = `<?xml version="1.0"?>
<!DOCTYPE bom [
  <!ENTITY a "0123456789">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>&c;</components></bom>`

func TestCutDocumentIsCalledTruncated(t *testing.T) {
	for _, document := range []string{"", " \n", `{"bomFormat":"CycloneDX",`} {
		_, _, err := reporttest.Parse(cyclonedx.Format, []byte(document))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%q", document)
	}
	_, _, err := reporttest.Parse(cyclonedx.Format, []byte(strings.TrimSuffix(bom("<components></components>"), "</bom>")))
	var syntax *xml.SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, "unexpected EOF", syntax.Msg)
}

func TestDeclaredUTF16IsRead(t *testing.T) {
	findings, _, err := reporttest.Parse(cyclonedx.Format, []byte(`<?xml version="1.0" encoding="utf-16"?>`+vulnerabilityWith("")))
	require.NoError(t, err)
	require.Len(t, findings, 1)
}

func TestDetect(t *testing.T) {
	for document, want := range map[string]bool{
		`{"bomFormat":"CycloneDX","specVersion":"1.6"}`:           true,
		`{"specVersion":"1.3","components":[]}`:                   true,
		`{"specVersion":"1.3"}`:                                   false,
		`{"bomFormat":"Other","specVersion":"1","components":[]}`: false,
		`{"SchemaVersion":2,"ArtifactName":"a"}`:                  false,
		`[]`:                                                      false,
		bom(""):                                                   true,
		`<bom/>`:                                                  false,
		`<x:bom xmlns:x="http://cyclonedx.org/schema/bom/1.2"/>`: true,
		`<testsuites/>`: false,
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		require.Equal(t, want, cyclonedx.Format.Detect(o), document)
	}
}

func TestEmitErrorEndsParsing(t *testing.T) {
	document, err := os.ReadFile("testdata/scan-1.4.xml")
	require.NoError(t, err)
	stop := io.ErrClosedPipe
	calls := 0
	_, err = cyclonedx.Format.Parse(reporttest.Bytes(bytes.TrimSpace(document)), func(*gate.Finding) error { calls++; return stop })
	require.ErrorIs(t, err, stop)
	require.Equal(t, 1, calls)
}

func TestVulnerabilityThatNothingNamesIsAnError(t *testing.T) {
	for document, place := range map[string]string{
		`{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{"id":"CVE-2026-1"},{"description":"bad"}]}`: "at /vulnerabilities/1: ",
		bom("\n<vulnerabilities>\n<vulnerability>\n<description>bad</description></vulnerability></vulnerabilities>"): "at line 4: ",
	} {
		_, _, err := reporttest.Parse(cyclonedx.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
		require.ErrorContains(t, err, place)
		require.ErrorContains(t, err, "without an id")
	}
}

func TestVulnerabilityIsNamedByWhatItHas(t *testing.T) {
	for members, want := range map[string]string{
		`"id":"CVE-2026-1","bom-ref":"b"`:                    "CVE-2026-1",
		`"references":[{"id":"GHSA-1"}],"bom-ref":"b"`:       "GHSA-1",
		`"bom-ref":"b","source":{"url":"https://a.example"}`: "b",
		`"source":{"url":"https://a.example/1"}`:             "https://a.example/1",
	} {
		findings, _, err := reporttest.Parse(cyclonedx.Format, []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{`+members+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].ID)
	}
}

func TestDatesThatNobodyCanMean(t *testing.T) {
	const want = "3 dates before 1971 count as not known (analysis.firstIssued: 1, analysis.lastUpdated: 1, published: 1)"
	for _, document := range []string{
		`{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{"id":"CVE-2026-1","published":"1970-01-01T00:00:00Z",
			"analysis":{"state":"resolved","firstIssued":"1960-01-01","lastUpdated":"1970-12-31"},"affects":[{"ref":"a"},{"ref":"b"}]}]}`,
		vulnerabilityWith(`<published>1970-01-01T00:00:00Z</published><analysis><state>resolved</state>
			<firstIssued>1960-01-01</firstIssued><lastUpdated>1970-12-31</lastUpdated></analysis>
			<affects><target><ref>a</ref></target><target><ref>b</ref></target></affects>`),
	} {
		findings, scan, err := reporttest.Parse(cyclonedx.Format, []byte(document))
		require.NoError(t, err)
		require.Len(t, findings, 2, "a date is counted once, however many components the vulnerability affects")
		require.Equal(t, []string{want}, scan.Warnings)
		require.True(t, findings[0].Published.IsZero())
		require.True(t, findings[0].Word.At.IsZero())
	}
}
