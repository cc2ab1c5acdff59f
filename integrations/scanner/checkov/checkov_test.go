package checkov_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/checkov"
)

func TestCheckov(t *testing.T) { reporttest.Testdata(t, checkov.Format) }

func FuzzCheckov(f *testing.F) { reporttest.Fuzz(f, checkov.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, checkov.Format, map[string]bool{
		`{"check_type":"terraform","results":{"failed_checks":[]},"summary":{}}`:                    true,
		`[{"check_type":"terraform","results":{}},{"check_type":"secrets","results":{}}]`:           true,
		`{"passed":0,"failed":0,"skipped":0,"parsingerrors":0,"checkov_version":"2.1.269"}`:         true,
		`{"url":"a","summary":{"checkov_version":"3.0.0"},"results":{"passed_checks":["` + large:    true,
		`{"results":{"passed_checks":[{"check_id":"CKV_1","code_block":[[1,"` + large + `"]]}]}}`:   true,
		`[{"results":{"failed_checks":[{"check_id":"CKV_1","code_block":[[1,"` + large + `"]]}]}}]`: true,
		`{"check_type":"terraform","results":{}}` + "\n" + `{"check_type":"secrets","results":{}}`:  false,
		`{"passed":0,"failed":0,"skipped":0}`:                                                       false,
		`{"results":[{"rule_id":"AVD-AWS-0086","status":0}]}`:                                       false,
		`{"results":[],"summary":{"failed":0}}`:                                                     false,
		`{"queries":[],"files_scanned":1,"queries_failed_to_execute":0}`:                            false,
		`[]`: false,
	})
}

func TestDocumentThatIsNoReportIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `[null]`, `[{}]`, `{"check_type":"terraform"}`, `{"passed":0,"failed":0}`} {
		_, _, err := reporttest.Parse(checkov.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestWhatTheReportSaysOfItsScan(t *testing.T) {
	for members, want := range map[string]gate.Scan{
		`"results":{"failed_checks":[]},"summary":{"passed":3}`:                {Proof: "checks passed: 3"},
		`"results":{"passed_checks":[{}],"failed_checks":[]}`:                  {Proof: "checks passed: 1", Dropped: map[string]int{"passed check": 1}},
		`"results":{"failed_checks":[]},"summary":{"resource_count":3}`:        {},
		`"results":{"parsing_errors":["/a.tf"]},"summary":{}`:                  {Failed: "/a.tf could not be parsed"},
		`"results":{"failed_checks":[]},"summary":{"parsing_errors":2}`:        {Failed: "files that could not be parsed: 2"},
		`"results":{"failed_checks":[]},"summary":{"policies_errors_count":1}`: {Failed: "policies that could not be read: 1"},
		`"summary":{"failed":2},"results":{"failed_checks":[]}`:                {Failed: "the summary counts 2 failed checks, and the report lists 0"},
		`"failed":2,"checkov_version":"3.0.0"`: {Failed: "the summary counts 2 failed checks, and the report lists 0",
			Unproven: "it is the bare summary that Checkov prints where it checked nothing"},
		`"results":{"failed_checks":[]},"summary":{"skipped":2}`: {Warnings: []string{"suppressed checks, of which the report says no more: 2"},
			Unproven: "it counts 2 skipped checks and lists none"},
	} {
		_, scan, err := reporttest.Parse(checkov.Format, []byte(`{`+members+`}`))
		require.NoError(t, err)
		scan.Tool = gate.Tool{}
		require.Equal(t, want, scan, members)
	}
}

func TestCheckTypeMayStandBehindTheResults(t *testing.T) {
	findings, _, err := reporttest.Parse(checkov.Format, []byte(`[
		{"results":{"failed_checks":[{"check_id":"A"}]},"check_type":"terraform"},
		{"results":{"failed_checks":[{"check_id":"B"}]},"check_type":"secrets"},
		{"check_type":"sast_java","results":{"failed_checks":[{"check_id":"C"}]}},
		{"results":{"failed_checks":[{"check_id":"D"}]}}]`))
	require.NoError(t, err)
	var kinds []gate.Kind
	for i := range findings {
		kinds = append(kinds, findings[i].Kind)
	}
	require.Equal(t, []gate.Kind{gate.Misconfiguration, gate.Secret, gate.Code, gate.Misconfiguration}, kinds)
}

func TestSeverity(t *testing.T) {
	for severity, want := range map[string]gate.Severity{
		`null`: gate.Unknown, `"NONE"`: gate.Unknown, `"INFO"`: gate.None, `"LOW"`: gate.Low, `"MODERATE"`: gate.Medium,
		`"IMPORTANT"`: gate.High, `"CRITICAL"`: gate.Critical, `"OFF"`: gate.Critical, `""`: gate.Critical,
	} {
		findings, _, err := reporttest.Parse(checkov.Format, []byte(
			`{"check_type":"arm","results":{"failed_checks":[{"check_id":"CKV_1","severity":`+severity+`}]}}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, severity)
	}
}

func TestNothingOfASecretIsKept(t *testing.T) {
	const secret = "not-a-real-secret-1"
	findings, _, err := reporttest.Parse(checkov.Format, []byte(`{"check_type":"secrets","results":{"failed_checks":[{"check_id":"CKV_SECRET_6",
		"check_name":"Secret","code_block":[[1,"`+secret+`"]],"resource":"`+secret+`"}]}}`))
	require.NoError(t, err)
	require.Equal(t, gate.Finding{Tool: "checkov", Kind: gate.Secret, ID: "CKV_SECRET_6", Title: "Secret", Rating: gate.Rating{Party: "checkov"}}, findings[0])
}

func TestPackageURL(t *testing.T) {
	for members, want := range map[string]string{
		`"file_path":"/a/requirements.txt","vulnerability_details":{"id":"CVE-1","package_name":"a","package_version":"1"}`:            "pkg:pypi/a@1",
		`"file_path":"/App.csproj","vulnerability_details":{"id":"CVE-1","package_name":"a","package_version":"1"}`:                    "pkg:nuget/a@1",
		`"vulnerability_details":{"id":"CVE-1","package_name":"org.a_b_c","package_version":"1","package_type":"jar"}`:                 "pkg:maven/org.a/b_c@1",
		`"vulnerability_details":{"id":"CVE-1","package_name":"a_b","package_version":"1","package_type":"python"}`:                    "pkg:pypi/a_b@1",
		`"vulnerability_details":{"id":"CVE-1","package_name":"a","package_registry":"https://registry.npmjs.org/","package_type":""}`: "pkg:npm/a",
		`"vulnerability_details":{"id":"CVE-1","package_name":"zlib","package_version":"1","package_type":"os"}`:                       "",
	} {
		findings, _, err := reporttest.Parse(checkov.Format, []byte(`{"check_type":"sca_package","results":{"failed_checks":[{"check_id":"CKV_CVE_1",`+members+`}]}}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Component.PURL, members)
	}
}

func TestCheckWithoutIDIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(checkov.Format, []byte(`{"check_type":"arm","results":{"failed_checks":[{"check_id":" "}]}}`))
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "without an id")
}

func TestReportThatSaysThatNothingWasChecked(t *testing.T) {
	const silent = `{"check_type":"arm","results":{"failed_checks":[]},"summary":{}}`
	for document, want := range map[string]string{
		`{"passed":0,"failed":0,"resource_count":0,"checkov_version":"3.0.0"}`:                     "it is the bare summary that Checkov prints where it checked nothing",
		`{"results":{"failed_checks":[]},"summary":{"resource_count":0}}`:                          "it counts 0 resources",
		`{"results":{"failed_checks":[]},"summary":{"passed":0,"failed":0}}`:                       "it counts 0 passed and 0 failed checks",
		`[` + silent + `,{"results":{"failed_checks":[]},"summary":{"passed":0,"failed":0}}]`:      "it counts 0 passed and 0 failed checks",
		`[{"results":{},"summary":{"passed":0,"failed":0}},{"results":{},"summary":{"passed":7}}]`: "",
		`{"results":{"failed_checks":[]},"summary":{"passed":0}}`:                                  "",
		`{"results":{"failed_checks":[{"check_id":"A"}]},"summary":{"resource_count":0}}`:          "",
		silent: "",
	} {
		_, scan, err := reporttest.Parse(checkov.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestTheWorseOfBothSeveritiesOfADependency(t *testing.T) {
	for words, want := range map[string]gate.Severity{
		`"severity":"NONE","vulnerability_details":{"severity":"critical",`: gate.Critical,
		`"severity":null,"vulnerability_details":{"severity":"high",`:       gate.High,
		`"severity":"LOW","vulnerability_details":{"severity":"high",`:      gate.High,
		`"severity":"HIGH","vulnerability_details":{"severity":"low",`:      gate.High,
		`"severity":"HIGH","vulnerability_details":{"severity":null,`:       gate.High,
		`"severity":"NONE","vulnerability_details":{"severity":"",`:         gate.Unknown,
		`"severity":"NONE","vulnerability_details":{`:                       gate.Unknown,
		`"severity":"NONE","vulnerability_details":{"cvss":9.8,`:            gate.Critical,
		`"severity":"LOW","vulnerability_details":{"severity":"grave",`:     gate.Critical,
	} {
		for _, kind := range []string{`"id":"CVE-2026-11111"`, `"license":"GPL"`} {
			if kind == `"license":"GPL"` && strings.Contains(words, "cvss") {
				continue
			}
			findings, _, err := reporttest.Parse(checkov.Format, []byte(`{"check_type":"sca_package","results":{"failed_checks":[{"check_id":"A",`+words+kind+`}}]}}`))
			require.NoError(t, err)
			require.Equal(t, want, findings[0].Rating.Severity, words+kind)
		}
	}
}

// The author of a commit chooses its date.
func TestDateOfACommitStartsNoClock(t *testing.T) {
	findings, _, err := reporttest.Parse(checkov.Format, []byte(
		`{"check_type":"secrets","results":{"failed_checks":[{"check_id":"CKV_SECRET_6","added_date":"2031-01-02T03:04:05Z"}]}}`))
	require.NoError(t, err)
	require.Zero(t, findings[0].FirstSeen)
}

func TestPackageWithoutNameIsThatOfItsFile(t *testing.T) {
	findings, _, err := reporttest.Parse(checkov.Format, []byte(
		`{"check_type":"sca_package","results":{"failed_checks":[{"check_id":"A","file_path":"/a/b.lock","vulnerability_details":{"id":"CVE-2026-11111"}}]}}`))
	require.NoError(t, err)
	require.Equal(t, gate.Component{Name: "a/b.lock"}, findings[0].Component)
}
