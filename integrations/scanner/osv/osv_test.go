package osv_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/osv"
)

func TestOSV(t *testing.T) { reporttest.Testdata(t, osv.Format) }

func FuzzOSV(f *testing.F) { reporttest.Fuzz(f, osv.Format) }

func TestOrderOfMembersChangesNothing(t *testing.T) {
	for _, path := range []string{"testdata/version1.json", "testdata/version2.json"} {
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		var v any
		require.NoError(t, json.Unmarshal(document, &v))
		sorted, err := json.Marshal(v, json.Deterministic(true))
		require.NoError(t, err)
		require.Less(t, strings.Index(string(sorted), `"packages":[{"groups"`), strings.Index(string(sorted), `"source":{"path"`))
		o, err := report.Sketch(reporttest.Bytes(sorted))
		require.NoError(t, err)
		require.True(t, osv.Format.Detect(o))
		findings, scan, err := reporttest.Parse(osv.Format, document)
		require.NoError(t, err)
		sortedFindings, sortedScan, err := reporttest.Parse(osv.Format, sorted)
		require.NoError(t, err)
		require.Equal(t, scan, sortedScan)
		require.ElementsMatch(t, findings, sortedFindings)
	}
}

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, osv.Format, map[string]bool{
		`{"results":[],"experimental_config":{"licenses":{}}}`:                                      true,
		`{"experimental_config":{"licenses":{}},"results":[]}`:                                      true,
		`{"results":[{"source":{"path":"go.mod","type":"lockfile"},"packages":["` + large + `"]}]}`: true,
		`{"results":[{"packages":[{"vulnerabilities":[{"details":"` + large + `"}]}]}]}`:            true,
		`{"results":[]}`:                                  false,
		`{"results":null}`:                                false,
		`{"results":[],"errors":[]}`:                      false,
		`{"results":[{"check_id":"a","path":"b"}]}`:       false,
		`{"Results":[{"Target":"a","Packages":[]}]}`:      false,
		`{"results":[{"source":"a","vulnerability":{}}]}`: false,
		`[{"results":[{"packages":[]}]}]`:                 false,
	})
}

func TestReportWithoutResultsIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `{"experimental_config":{}}`, `{"results":{}}`} {
		_, _, err := reporttest.Parse(osv.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
	_, scan, err := reporttest.Parse(osv.Format, []byte(`{"results":[]}`)) // of the first releases
	require.NoError(t, err)
	require.Empty(t, scan.Proof)
}

// one reads the findings of one package of Debian.
func one(t *testing.T, members string) []gate.Finding {
	findings, _, err := reporttest.Parse(osv.Format, []byte(`{"results":[{"source":{"path":"p"},"packages":[{
		"package":{"name":"a","version":"1","ecosystem":"Debian:12"},`+members+`}]}]}`))
	require.NoError(t, err, members)
	return findings
}

func TestCallAnalysisIsAStatementOnTheWholeGroup(t *testing.T) {
	for analysis, want := range map[string]gate.State{
		`"experimental_analysis":{"A-1":{"called":false}}`:                                   gate.NotAffected,
		`"experimentalAnalysis":{"A-1":{"called":false,"unimportant":false}}`:                gate.NotAffected,
		`"experimental_analysis":{"A-1":{"called":false},"B-1":{"called":false}}`:            gate.NotAffected,
		`"experimental_analysis":{"A-1":{"called":false},"B-1":{"called":true}}`:             gate.Open,
		`"experimental_analysis":{"A-1":{"called":true}}`:                                    gate.Open,
		`"experimental_analysis":{"A-1":{"called":false,"unimportant":true}}`:                gate.Open,
		`"experimental_analysis":{"A-1":{"called":true,"unimportant":true}}`:                 gate.Open,
		`"experimental_analysis":{"A-1":{}}`:                                                 gate.Open,
		`"experimental_analysis":{}`:                                                         gate.Open,
		`"experimentalAnalysis":{"A-1":{"called":false}},"experimental_analysis":{"B-1":{}}`: gate.Open,
	} {
		f := one(t, `"groups":[{"ids":["A-1","B-1"],`+analysis+`}],"vulnerabilities":[{"id":"A-1"}]`)[0]
		require.Equal(t, want, f.State, analysis)
		require.Equal(t, want != gate.Open, f.Word != nil)
	}
}

func TestGroupWithoutRecordsIsAFinding(t *testing.T) {
	findings := one(t, `"groups":[{"ids":["A-1","CVE-2026-1"],"aliases":["A-1","GHSA-2222-3333-4444"],"max_severity":"9.8"},{"ids":["B-1"]}],
		"vulnerabilities":[{"id":"B-1"}]`)
	require.Len(t, findings, 2)
	require.Equal(t, "A-1", findings[1].ID)
	require.Equal(t, []string{"CVE-2026-1", "GHSA-2222-3333-4444"}, findings[1].Aliases)
	require.Equal(t, gate.Critical, findings[1].Rating.Severity)
}

func TestEntryWithoutIDIsAnError(t *testing.T) {
	for _, document := range []string{
		`{"results":[{"packages":[{"vulnerabilities":[{"aliases":["CVE-2026-1"]}]}]}]}`,
		`{"results":[{"packages":[{"groups":[{"aliases":["CVE-2026-1"]}]}]}]}`,
		`{"results":[{"packages":[{"license_violations":[""]}]}]}`,
		`{"results":[],"experimental_generic_findings":[{"Adv":null}]}`,
		`{"results":[],"experimental_generic_findings":[null]}`,
	} {
		_, _, err := reporttest.Parse(osv.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestProofIsThatPackagesAreListed(t *testing.T) {
	for packages, want := range map[string]string{
		``:                                  "",
		`{"package":{"name":"a"}}`:          "",
		`{"package":{"ecosystem":"npm"}}`:   "packages listed: 1",
		`{"package":{"commit":"0123abcd"}}`: "packages listed: 1",
	} {
		_, scan, err := reporttest.Parse(osv.Format, []byte(`{"results":[{"packages":[`+packages+`]}]}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Proof, packages)
	}
}
