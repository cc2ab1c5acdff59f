package cyclonedx_test

import (
	"fmt"
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

func TestVEX(t *testing.T) { reporttest.Statements(t, cyclonedx.VEX, "*.*") }

func FuzzVEX(f *testing.F) { reporttest.FuzzStatements(f, cyclonedx.VEX, "*.*") }

// vexOf makes a bom of one vulnerability, whose metadata stands behind it.
func vexOf(vulnerability, metadata string) []byte {
	return []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","vulnerabilities":[{"id":"CVE-2026-1",` + vulnerability + `}],
		"components":[{"bom-ref":"a","name":"a","purl":"pkg:npm/a@1.5.0"},{"bom-ref":"b","name":"b","purl":"pkg:npm/b"},{"bom-ref":"c","name":"c"}],
		"metadata":{"timestamp":"2026-01-02T00:00:00Z","authors":[{"name":"A"}]` + metadata + `}}`)
}

func statementsOf(t *testing.T, vulnerability, metadata string) ([]gate.Statement, gate.Scan) {
	statements, scan, err := reporttest.ParseStatements(cyclonedx.VEX, vexOf(vulnerability, metadata))
	require.NoError(t, err)
	return statements, scan
}

func TestVulnerabilityWithoutAnalysisSaysNothing(t *testing.T) {
	for inside, reason := range map[string]string{
		`"affects":[{"ref":"a"}]`:                                                     "vulnerability without analysis",
		`"affects":[{"ref":"a","versions":[{"version":"1.5.0"}]}]`:                    "vulnerability without analysis",
		`"affects":[{"ref":"a","versions":[{"version":"1.5.0","status":"unknown"}]}]`: "vulnerability without analysis",
		`"affects":[{"ref":"a"}],"analysis":{"justification":"code_not_present"}`:     "vulnerability without analysis",
		`"affects":[{"ref":"a"}],"analysis":{"state":"harmless"}`:                     "analysis in a state that is not known",
		`"analysis":{"state":"resolved"}`:                                             "names no product",
		`"affects":[{"ref":""}],"analysis":{"state":"resolved"}`:                      "names no product",
	} {
		statements, scan := statementsOf(t, inside, "")
		require.Empty(t, statements, inside)
		require.Equal(t, map[string]int{reason: 1}, scan.Dropped, inside)
	}
}

func TestStatesOfAnalyses(t *testing.T) {
	for state, want := range map[string]gate.State{"resolved": gate.Fixed, "resolved_with_pedigree": gate.Fixed, "not_affected": gate.NotAffected,
		"false_positive": gate.FalsePositive, "in_triage": gate.UnderInvestigation, "exploitable": gate.Open} {
		got, _ := statementsOf(t, `"references":[{"id":"GHSA-1"}],"affects":[{"ref":"a"}],
			"analysis":{"state":"`+state+`","justification":"code_not_present","detail":"d"}`, "")
		require.Equal(t, []string{"CVE-2026-1", "GHSA-1"}, got[0].IDs)
		require.Equal(t, want, got[0].State, state)
		require.Equal(t, "code_not_present: d", got[0].Word.Reason)
		require.Equal(t, "A", got[0].Word.By)
		require.Equal(t, "2026-01-02", got[0].Word.At.Format("2006-01-02"), "the time of the bom, where the analysis has none")
	}
	got, _ := statementsOf(t, `"affects":[{"ref":"a"}],"analysis":{"state":"resolved","firstIssued":"2025-01-01","lastUpdated":"2025-02-02"}`, "")
	require.Equal(t, "2025-02-02", got[0].Word.At.Format("2006-01-02"))
}

// holds tells of each version whether one of the products is the package in that version, as gate does.
func holds(products []gate.Product, purl, version string) bool {
	for _, p := range products {
		named := strings.TrimPrefix(p.PURL, purl)
		if (named == "" || named == "@"+version) && (p.Versions == nil || p.Versions.Contains(version)) {
			return true
		}
	}
	return false
}

// The analysis is about the component that the bom has, and never about more versions than that.
func TestVersionsOfAStatement(t *testing.T) {
	const status = `{"%s":"%s","status":"%s"}`
	for _, c := range []struct {
		ref, versions, analysed, unaffected string
	}{
		{"a", "", "1.5.0", ""},
		{"a", fmt.Sprintf(status, "version", "1.5.0", "affected"), "1.5.0", ""},
		{"a", fmt.Sprintf(status, "range", "vers:npm/<2.0.0", "affected"), "1.5.0", ""},
		{"a", fmt.Sprintf(status, "range", "vers:npm/>=2.0.0", "affected"), "", ""},
		{"a", fmt.Sprintf(status, "range", "<2.0.0", "affected"), "", ""},
		{"a", fmt.Sprintf(status, "version", "2.0.0", "unaffected"), "1.5.0", "2.0.0"},
		{"a", fmt.Sprintf(status, "range", "vers:npm/>=2.0.0", "unaffected"), "1.5.0", "2.0.0 2.1.0"},
		{"a", fmt.Sprintf(status, "range", ">=2.0.0", "unaffected"), "1.5.0", ""},
		{"a", `{"version":"2.0.0","range":"vers:npm/*","status":"unaffected"}`, "1.5.0", ""},
		{"b", "", "1.0.0 1.5.0 2.0.0 2.1.0", ""},
		{"b", fmt.Sprintf(status, "version", "1.0.0", "affected") + "," + fmt.Sprintf(status, "version", "2.0.0", "unaffected"), "1.0.0", "2.0.0"},
		{"b", fmt.Sprintf(status, "range", "vers:npm/>=2.0.0", "unaffected"), "", "2.0.0 2.1.0"},
		{"b", fmt.Sprintf(status, "version", "1.5.0", "affected") + "," + fmt.Sprintf(status, "range", "vers:npm/*", "unaffected"), "1.5.0", "1.0.0 2.0.0 2.1.0"},
		{"b", fmt.Sprintf(status, "range", "<2", "affected") + "," + fmt.Sprintf(status, "range", "vers:npm/*", "unaffected"), "", ""},
		{"b", fmt.Sprintf(status, "version", "1.5.0", "unknown") + "," + fmt.Sprintf(status, "version", "1.5.0", "unaffected"), "1.5.0", ""},
		{"pkg:npm/b?vers=vers:npm/%3C2.0.0", "", "1.0.0 1.5.0", ""},
		{"pkg:npm/b?vers=vers:npm/%3C2.0.0", fmt.Sprintf(status, "version", "1.0.0", "affected"), "", ""},
	} {
		got, _ := statementsOf(t, `"affects":[{"ref":"`+c.ref+`","versions":[`+c.versions+`]}],"analysis":{"state":"in_triage"}`, "")
		purl := "pkg:npm/" + strings.TrimPrefix(strings.Split(c.ref, "?")[0], "pkg:npm/")
		for _, version := range []string{"1.0.0", "1.5.0", "2.0.0", "2.1.0"} {
			var analysed, unaffected bool
			for _, s := range got {
				for i := range s.Products {
					s.Products[i].PURL = strings.Split(s.Products[i].PURL, "?")[0]
				}
				if s.State == gate.NotAffected {
					unaffected = holds(s.Products, purl, version)
				} else {
					analysed = holds(s.Products, purl, version)
				}
			}
			require.Equal(t, strings.Contains(c.analysed, version), analysed, "%s %s analysed: %s", c.ref, version, c.versions)
			require.Equal(t, strings.Contains(c.unaffected, version), unaffected, "%s %s unaffected: %s", c.ref, version, c.versions)
		}
	}
}

func TestComponentsAreWithinWhatTheBomIsAbout(t *testing.T) {
	const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for metadata, within := range map[string]bool{
		``: false,
		`,"component":{"bom-ref":"r","name":"till"}`:                                                         false,
		`,"component":{"bom-ref":"r","name":"till","hashes":[{"alg":"SHA-512","content":"00"}]}`:             false,
		`,"component":{"bom-ref":"r","name":"till","purl":"pkg:oci/till"}`:                                   true,
		`,"component":{"bom-ref":"r","name":"till","hashes":[{"alg":"SHA-256","content":"` + digest + `"}]}`: true,
	} {
		got, _ := statementsOf(t, `"affects":[{"ref":"a"}],"analysis":{"state":"resolved"}`, metadata)
		require.Equal(t, "pkg:npm/a@1.5.0", got[0].Products[0].PURL)
		require.Equal(t, within, got[0].Products[0].Within != nil, metadata)
	}
	const till = `,"component":{"bom-ref":"r","name":"till","group":"g","purl":"pkg:oci/till"}`
	for _, affects := range []string{`"affects":[{"ref":"r"}],`, `"affects":[{"ref":"pkg:oci/till"}],`, `"affects":[{"ref":"urn:cdx:1/1#r"}],`} {
		got, _ := statementsOf(t, affects+`"analysis":{"state":"resolved"}`, till)
		require.Equal(t, []gate.Product{{PURL: "pkg:oci/till", Names: []string{"r", "g/till"}}}, got[0].Products, affects)
	}
	for _, affects := range []string{``, `"affects":[],`} {
		got, scan := statementsOf(t, affects+`"analysis":{"state":"resolved"}`, till)
		require.Empty(t, got, "what names nothing is not about everything")
		require.Equal(t, map[string]int{"names no product": 1}, scan.Dropped)
	}
	for ref, want := range map[string]gate.Product{
		"urn:cdx:2/1#pkg:npm/z@1": {PURL: "pkg:npm/z@1", Names: []string{"urn:cdx:2/1#pkg:npm/z@1", "z"}},
		"urn:cdx:2/1#z":           {Names: []string{"urn:cdx:2/1#z"}},
		"c":                       {Names: []string{"c"}},
	} {
		got, _ := statementsOf(t, `"affects":[{"ref":"`+ref+`"}],"analysis":{"state":"resolved"}`, "")
		require.Equal(t, []gate.Product{want}, got[0].Products)
	}
}

func TestVEXOfJSONAndXMLAreEqual(t *testing.T) {
	for _, name := range []string{"vex-1.6", "scan-1.4"} {
		fromJSON, jsonScan := statementsOfFile(t, "testdata/"+name+".json")
		fromXML, xmlScan := statementsOfFile(t, "testdata/"+name+".xml")
		require.Equal(t, fromJSON, fromXML)
		require.Equal(t, jsonScan, xmlScan)
	}
}

func statementsOfFile(t *testing.T, path string) ([]gate.Statement, gate.Scan) {
	document, err := os.ReadFile(path)
	require.NoError(t, err)
	statements, scan, err := reporttest.ParseStatements(cyclonedx.VEX, document)
	require.NoError(t, err)
	return statements, scan
}

func TestWhatIsNoBomStatesNothing(t *testing.T) {
	for document, problem := range map[string]string{
		`{"bomFormat":"CycloneDX","specVersion":"1.8"}`: "CycloneDX 1.8 is not known",
		`{}`: "neither bomFormat nor components",
		`[]`: "want an object",
		`{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{"analysis":{"state":"resolved"}}]}`: "without an id",
	} {
		_, _, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
		require.ErrorContains(t, err, problem)
	}
	_, err := cyclonedx.VEX.Parse(reporttest.Bytes(vexOf(`"affects":[{"ref":"a"}],"analysis":{"state":"resolved"}`, "")),
		func(*gate.Statement) error { return io.ErrClosedPipe })
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestDatesOfStatementsThatNobodyCanMean(t *testing.T) {
	document := strings.Replace(string(vexOf(`"affects":[{"ref":"a"}],"analysis":{"state":"resolved","lastUpdated":"1970-01-01"}`, "")), "2026-01-02", "1960-01-02", 1)
	statements, scan, err := reporttest.ParseStatements(cyclonedx.VEX, []byte(document))
	require.NoError(t, err)
	require.Equal(t, []string{"2 dates before 1971 count as not known (analysis.lastUpdated: 1, metadata.timestamp: 1)"}, scan.Warnings)
	require.True(t, statements[0].Word.At.IsZero())
}

// A reference to nothing is no reference to what the bom is about, which need not have one.
func TestEmptyReferenceNamesNoProduct(t *testing.T) {
	statements, scan := statementsOf(t, `"affects":[{"ref":""}],"analysis":{"state":"resolved"}`, `,"component":{"name":"till","purl":"pkg:oci/till"}`)
	require.Empty(t, statements)
	require.Equal(t, map[string]int{"names no product": 1}, scan.Dropped)
}
