package npmaudit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/npmaudit"
)

func TestNPMAudit(t *testing.T) { reporttest.Testdata(t, npmaudit.Format) }

func FuzzNPMAudit(f *testing.F) { reporttest.Fuzz(f, npmaudit.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, npmaudit.Format, map[string]bool{
		`{"auditReportVersion":2,"vulnerabilities":{"a":"` + large + `"}}`:                           true,
		`{"actions":[{"module":"` + large + `"}],"advisories":{}}`:                                   false,
		`{"actions":[],"advisories":{"1":{"overview":"` + large + `"}}}`:                             true,
		`{"advisories":{"1":{"findings":[{"version":"1","paths":["` + large + `"]}]}}}`:              true,
		`{"metadata":{"vulnerabilities":{"moderate":0},"totalDependencies":1},"vulnerabilities":{}}`: true,
		`{"error":{"code":"ENOLOCK","summary":"a","detail":"b"}}`:                                    true,
		`{"error":{"code":"ERR_PNPM_AUDIT_NO_LOCKFILE","message":"a"}}`:                              true,
		`{"message":"request to https://r.example/-/npm/v1/security/advisories/bulk failed"}`:        true,
		`{}`: false,
		`{"vulnerabilities":{"found":true,"count":1,"list":[]},"lockfile":{"dependency-count":1}}`:                        false,
		`{"vulnerabilities":[],"ok":true,"dependencyCount":1}`:                                                            false,
		`{"advisories":{"vendor/package":[]},"abandoned":[]}`:                                                             false,
		`{"advisories":[{"id":1}]}`:                                                                                       false,
		`{"ok":false,"error":"no lock file"}`:                                                                             false,
		`{"error":{"code":404,"message":"not found"}}`:                                                                    false,
		`{"message":"not found","documentation_url":"a"}`:                                                                 false,
		`{"type":"auditAdvisory","data":{}}` + "\n" + `{"type":"auditSummary","data":{}}`:                                 false,
		`{"advisories":{},"metadata":{}}` + "\n" + `{"type":"info","displayName":"YN0001","data":"No audit suggestions"}`: false,
	})
}

func TestReportWithoutFindingsMemberIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `{"auditReportVersion":2,"metadata":{}}`, `{"advisories":null}`, `{"vulnerabilities":null}`,
		`{"vulnerabilities":[]}`, `{"error":null}`, `{"auditReportVersion":3,"vulnerabilities":{}}`} {
		_, _, err := reporttest.Parse(npmaudit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestErrorFailsTheScan(t *testing.T) {
	for document, want := range map[string]string{
		`{"error":{"summary":"s","detail":"d","code":"c"}}`:                 "s",
		`{"error":{"code":"ENOLOCK"}}`:                                      "ENOLOCK",
		`{"error":{}}`:                                                      "npm does not say why",
		`{"error":"no lock file"}`:                                          "no lock file",
		`{"error":{},"message":"request failed\nat once"}`:                  "request failed",
		`{"auditReportVersion":2,"vulnerabilities":{},"message":"refused"}`: "refused",
	} {
		_, scan, err := reporttest.Parse(npmaudit.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Failed, document)
	}
}

func TestPackageThatNothingExplainsFailsTheScan(t *testing.T) {
	for vulnerabilities, want := range map[string]string{
		`"a":{"via":["b"]}`:                "the report has no advisory about b",
		`"a":{"via":["c","b"]}`:            "the report has no advisory about b, c",
		`"a":{"via":[]}`:                   "the report has no advisory about a",
		`"a":{}`:                           "the report has no advisory about a",
		`"b":{"via":["a"]},"a":{"via":[]}`: "the report has no advisory about a",
		`"a":{"via":["b"]},"b":{"via":[{"source":1}]}`: "",
	} {
		_, scan, err := reporttest.Parse(npmaudit.Format, []byte(`{"auditReportVersion":2,"vulnerabilities":{`+vulnerabilities+`}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed, vulnerabilities)
	}
}

func TestOnlyACountOfDependenciesAndNoVulnerabilitiesProves(t *testing.T) {
	for metadata, proven := range map[string]bool{
		`{"vulnerabilities":{"low":0},"totalDependencies":7}`:                true,
		`{"vulnerabilities":{"low":0,"total":0},"dependencies":{"total":7}}`: true,
		`{"vulnerabilities":{"low":1},"totalDependencies":7}`:                false,
		`{"vulnerabilities":{"low":0,"total":1},"totalDependencies":7}`:      false,
		`{"vulnerabilities":{},"totalDependencies":7}`:                       false,
		`{"totalDependencies":7}`:                                            false,
		`{"vulnerabilities":{"low":0},"totalDependencies":0}`:                false,
		`{"vulnerabilities":{"low":0},"dependencies":7}`:                     false,
		`{}`: false,
	} {
		_, scan, err := reporttest.Parse(npmaudit.Format, []byte(`{"advisories":{},"metadata":`+metadata+`}`))
		require.NoError(t, err)
		require.Equal(t, proven, scan.Proof != "", metadata)
	}
}

func TestMetadataThatCountNothingAreAnError(t *testing.T) {
	for metadata, where := range map[string]string{
		`null`: "metadata", `"x"`: "metadata", `[]`: "metadata",
		`{"vulnerabilities":null,"totalDependencies":7}`:                                 "vulnerabilities",
		`{"vulnerabilities":"none","totalDependencies":7}`:                               "vulnerabilities",
		`{"vulnerabilities":0,"totalDependencies":7}`:                                    "vulnerabilities",
		`{"vulnerabilities":[],"totalDependencies":7}`:                                   "vulnerabilities",
		`{"vulnerabilities":{"low":"0"},"totalDependencies":7}`:                          "low",
		`{"vulnerabilities":{"low":null},"totalDependencies":7}`:                         "low",
		`{"vulnerabilities":{"low":-1},"totalDependencies":7}`:                           "low",
		`{"vulnerabilities":{"low":9223372036854775807,"high":1},"totalDependencies":7}`: "low",
		`{"vulnerabilities":{"low":0},"totalDependencies":"7"}`:                          "totalDependencies",
		`{"vulnerabilities":{"low":0},"totalDependencies":null}`:                         "totalDependencies",
		`{"vulnerabilities":{"low":0},"totalDependencies":1.5}`:                          "totalDependencies",
		`{"vulnerabilities":{"low":0},"dependencies":{"total":"7"}}`:                     "total",
		`{"vulnerabilities":{"low":0},"dependencies":null}`:                              "dependencies",
		`{"vulnerabilities":{"low":0},"dependencies":"7"}`:                               "dependencies",
		`{"vulnerabilities":{"low":0},"dependencies":{"total":{"prod":7}}}`:              "total",
	} {
		for _, list := range []string{"advisories", "vulnerabilities"} {
			_, _, err := reporttest.Parse(npmaudit.Format, []byte(`{"`+list+`":{},"metadata":`+metadata+`}`))
			require.ErrorIs(t, err, report.ErrShape, metadata)
			require.ErrorContains(t, err, where, metadata)
		}
	}
}

func TestUnproven(t *testing.T) {
	const none, two = `"advisories":{}`, `"advisories":{"1":{"id":1,"findings":[{"version":"1","paths":["a","b"]}]}}`
	const packages = `"vulnerabilities":{"a":{"via":[{"source":1}]}}`
	for document, want := range map[string]string{
		none + `,"metadata":{"vulnerabilities":{"low":0},"totalDependencies":0}`:          "it counts 0 dependencies",
		`"vulnerabilities":{},"metadata":{"dependencies":{"prod":1,"total":0}}`:           "it counts 0 dependencies",
		none + `,"metadata":{"vulnerabilities":{"low":2,"high":1},"totalDependencies":7}`: "it counts 3 vulnerabilities and lists none of them",
		two + `,"metadata":{"vulnerabilities":{"low":3},"totalDependencies":7}`:           "it counts 3 vulnerabilities and lists 2",
		two + `,"metadata":{"vulnerabilities":{"low":2},"totalDependencies":7}`:           "",
		packages + `,"metadata":{"vulnerabilities":{"low":3},"dependencies":{"total":7}}`: "", // it counts packages
		none + `,"metadata":{"vulnerabilities":{"low":0},"dependencies":7}`:               "",
		none: "",
	} {
		_, scan, err := reporttest.Parse(npmaudit.Format, []byte(`{`+document+`}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestVulnerabilitiesThatAreCountedAndNotListedAreAWarning(t *testing.T) {
	for metadata, want := range map[string]gate.Scan{
		`{"vulnerabilities":{"low":1,"high":4},"totalDependencies":7}`: {
			Warnings: []string{"the report has 3 of the 5 vulnerabilities that its summary counts: an option leaves out the others"}},
		`{"vulnerabilities":{"low":3},"totalDependencies":7}`: {Proof: "dependencies audited: 7"},
	} {
		for _, document := range []string{`{"advisories":{"1":{"id":1,"findings":[{"paths":["a","b"]}]},"2":{"id":2}},"metadata":` + metadata + `}`,
			`{"metadata":` + metadata + `,"advisories":{"1":{"id":1,"findings":[{"paths":["a","b"]},{}]}}}`} {
			_, scan, err := reporttest.Parse(npmaudit.Format, []byte(document))
			require.NoError(t, err)
			require.Equal(t, want.Warnings, scan.Warnings, document)
			require.Equal(t, want.Proof, scan.Proof, document)
		}
	}
}

func TestMutedAdvisoriesAreAWarning(t *testing.T) {
	_, scan, err := reporttest.Parse(npmaudit.Format, []byte(`{"advisories":{},"muted":[{"id":1},{"id":2}]}`))
	require.NoError(t, err)
	require.Equal(t, []string{"advisories that are muted, of which the report says no more: 2"}, scan.Warnings)
}

func TestNames(t *testing.T) {
	for advisory, want := range map[string]gate.Finding{
		`"id":146,"cves":["CVE-2017-1"]`:                        {ID: "npm-146", Aliases: []string{"CVE-2017-1"}},
		`"id":146,"cves":["CVE-2017-1","CVE-2017-2"]`:           {ID: "npm-146", Related: []string{"CVE-2017-1", "CVE-2017-2"}},
		`"id":146,"github_advisory_id":"GHSA-2222-3333-4444"`:   {ID: "GHSA-2222-3333-4444"},
		`"url":"https://example.com/GHSA-2222-3333-4444"`:       {ID: "GHSA-2222-3333-4444"},
		`"cves":["CVE-2017-1","CVE-2017-2"]`:                    {ID: "CVE-2017-1", Related: []string{"CVE-2017-2"}},
		`"id":"house-7","url":"https://example.com/advisories"`: {ID: "house-7"},
	} {
		findings, _, err := reporttest.Parse(npmaudit.Format, []byte(`{"advisories":{"1":{`+advisory+`}}}`))
		require.NoError(t, err)
		require.Equal(t, want, gate.Finding{ID: findings[0].ID, Aliases: findings[0].Aliases, Related: findings[0].Related}, advisory)
	}
	for _, document := range []string{`{"advisories":{"1":{"title":"t"}}}`, `{"vulnerabilities":{"a":{"via":[{"title":"t"}]}}}`} {
		_, _, err := reporttest.Parse(npmaudit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestVersionsWithTheFix(t *testing.T) {
	for advisory, want := range map[string][]string{
		`"patched_versions":">= 2.11.2 < 3.0.0|| >= 3.6.4 < 4.0.0 ||  >=4.5.7"`: {"2.11.2", "3.6.4", "4.5.7"},
		`"patched_versions":"<0.0.0","vulnerable_versions":"<2.0.0"`:            nil,
		`"patched_versions":null,"vulnerable_versions":"<2.0.0"`:                nil,
		`"patched_versions":">1.2.3"`:                                           {">1.2.3"},
		`"patched_versions":"^1.2.3 || 2.0.0-rc.1"`:                             {"1.2.3", "2.0.0-rc.1"},
		`"patched_versions":"*"`:                                                nil,
		`"vulnerable_versions":">=1.0.0 <1.2.3 || <0.9.1"`:                      {"1.2.3", "0.9.1"},
		`"vulnerable_versions":"<=1.2.2"`:                                       nil,
	} {
		findings, _, err := reporttest.Parse(npmaudit.Format, []byte(`{"advisories":{"1":{"id":1,`+advisory+`}}}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Component.Fixed, advisory)
	}
}
