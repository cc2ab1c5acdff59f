package sonarqube_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/sonarqube"
)

func TestSonarQube(t *testing.T) { reporttest.Testdata(t, sonarqube.Format) }

func FuzzSonarQube(f *testing.F) { reporttest.Fuzz(f, sonarqube.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, sonarqube.Format, map[string]bool{
		`{"total":0,"paging":{"pageIndex":1,"total":0},"issues":[],"components":[]}`:           true,
		`{"paging":{"pageIndex":1},"hotspots":[]}`:                                             true,
		`{"issues":[{"rule":"java:S1","component":"a:b","message":"` + large:                   true,
		`{"hotspots":[{"component":"a","securityCategory":"xss","message":"` + large:           true,
		`{"components":[{"enabled":true,"key":"a","longName":"b","qualifier":"FIL"},"` + large: true,
		`[{"paging":{"pageIndex":1},"issues":[]},{"paging":{"pageIndex":2},"issues":[]}]`:      true,
		`{"issues":[]}`: false,
		`{"issues":[{"engineId":"a","ruleId":"b","primaryLocation":{}}]}`:                          false, // what SonarQube imports
		`{"issues":[{"id":"SNYK-1","pkgName":"a"}],"paging":{}}`:                                   false,
		`{"Issues":[{"rule_id":"G101","severity":"HIGH"}],"Stats":{}}`:                             false,
		`{"bomFormat":"CycloneDX","components":[{"type":"library","name":"a"}]}`:                   false,
		`{"paging":{"pageIndex":1},"issues":[]}` + "\n" + `{"paging":{"pageIndex":2},"issues":[]}`: false,
		`[]`: false,
	})
}

func TestDocumentThatIsNoPageIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `[null]`, `{"paging":{"total":0},"components":[]}`, `{"issues":[{"key":"a"}]}`, `{"hotspots":[{"key":"a"}]}`} {
		_, _, err := reporttest.Parse(sonarqube.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestExportThatIsNotWholeFails(t *testing.T) {
	const one = `{"key":"a","rule":"java:S1"}`
	const two = `{"rule":"OWASP:UsingComponentWithKnownVulnerability","message":"References: CVE-2026-11111 (1.0) CVE-2026-22222 (1.0)"}`
	for document, want := range map[string]string{
		`{"total":2,"issues":[` + two + `]}`:                                                                                        "the export holds 1 of 2 issues", // though it names two vulnerabilities
		`{"total":1,"issues":[` + one + `]}`:                                                                                        "",
		`{"issues":[` + one + `],"paging":{"total":1}}`:                                                                             "",
		`{"paging":{"total":1},"issues":[` + one + `,` + one + `]}`:                                                                 "", // merged while there were more
		`{"total":742,"paging":{"total":742},"issues":[` + one + `]}`:                                                               "the export holds 1 of 742 issues",
		`{"total":742,"paging":{"total":1},"issues":[` + one + `]}`:                                                                 "the export holds 1 of 742 issues",
		`{"paging":{"total":7},"hotspots":[]}`:                                                                                      "the export holds 0 of 7 hotspots",
		`{"paging":{"total":2},"issues":[` + one + `,{"key":"b","status":"CLOSED"}]}`:                                               "",
		`{"issues":[` + one + `]}`:                                                                                                  "the export does not say how many issues there are",
		`{"issues":[` + one + `],"paging":{"pageIndex":1,"pageSize":100}}`:                                                          "the export does not say how many issues there are",
		`[{"paging":{"pageIndex":1,"total":2},"issues":[` + one + `]}]`:                                                             "the export holds 1 of 2 issues",
		`[{"paging":{"pageIndex":2,"total":2},"issues":[` + one + `]},{"paging":{"pageIndex":2,"total":2},"issues":[` + one + `]}]`: "the export holds page 2 of the issues twice",
		`[{"paging":{"pageIndex":1,"total":1},"issues":[` + one + `]},{"paging":{"pageIndex":1,"total":4},"hotspots":[]}]`:          "the export holds 0 of 4 hotspots",
	} {
		_, scan, err := reporttest.Parse(sonarqube.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed, document)
		require.Empty(t, scan.Proof)
	}
}

// read gives the one finding of an issue, or nothing.
func read(t *testing.T, list, members string) *gate.Finding {
	t.Helper()
	findings, _, err := reporttest.Parse(sonarqube.Format, []byte(`{"total":1,"`+list+`":[{"rule":"java:S1","ruleKey":"java:S1",`+members+`}]}`))
	require.NoError(t, err)
	if len(findings) == 0 {
		return nil
	}
	require.Len(t, findings, 1)
	return &findings[0]
}

func TestState(t *testing.T) {
	for members, want := range map[string]gate.State{
		`"status":"RESOLVED","resolution":"WONTFIX"`:                       gate.Suppressed,
		`"status":"RESOLVED","resolution":"FALSE-POSITIVE"`:                gate.FalsePositive,
		`"status":"RESOLVED","resolution":"FIXED"`:                         gate.Fixed,
		`"status":"RESOLVED","resolution":"REMOVED"`:                       gate.Open,
		`"status":"RESOLVED"`:                                              gate.Open,
		`"status":"REOPENED","resolution":"WONTFIX"`:                       gate.Open,
		`"status":"MUSED","resolution":"WONTFIX","issueStatus":"ACCEPTED"`: gate.Open,
		`"status":"OPEN","issueStatus":"ACCEPTED"`:                         gate.Open,
		`"issueStatus":"ACCEPTED"`:                                         gate.Suppressed,
		`"issueStatus":"FALSE_POSITIVE"`:                                   gate.FalsePositive,
		`"issueStatus":"FIXED"`:                                            gate.Fixed,
		`"issueStatus":"IN_SANDBOX"`:                                       gate.Open,
		`"resolution":"WONTFIX"`:                                           gate.Open,
	} {
		f := read(t, "issues", members)
		require.Equal(t, want, f.State, members)
		require.Equal(t, want != gate.Open, f.Word != nil, members)
	}
	require.Nil(t, read(t, "issues", `"status":"CLOSED","resolution":"FIXED"`))
	for members, want := range map[string]gate.State{
		`"status":"TO_REVIEW"`:                            gate.Open,
		`"status":"TO_REVIEW","resolution":"SAFE"`:        gate.Open,
		`"status":"REVIEWED","resolution":"SAFE"`:         gate.NotAffected,
		`"status":"REVIEWED","resolution":"ACKNOWLEDGED"`: gate.UnderInvestigation,
		`"status":"REVIEWED","resolution":"FIXED"`:        gate.Fixed,
		`"status":"REVIEWED","resolution":"EXCEPTION"`:    gate.Open,
		`"status":"REVIEWED"`:                             gate.Open,
		`"status":"IN_REVIEW"`:                            gate.UnderInvestigation,
		`"status":"CLOSED"`:                               gate.Open, // hotspots are never closed
	} {
		require.Equal(t, want, read(t, "hotspots", members).State, members)
	}
}

func TestSeverity(t *testing.T) {
	for members, want := range map[string]gate.Severity{
		`"severity":"BLOCKER"`: gate.Critical, `"severity":"CRITICAL"`: gate.Critical, `"severity":"MAJOR"`: gate.Medium, `"severity":"MINOR"`: gate.Low,
		`"severity":"INFO"`: gate.None, `"severity":null`: gate.Critical, `"severity":"GRAVE"`: gate.Critical, `"key":"a"`: gate.Unknown, `"impacts":[]`: gate.Unknown,
		`"severity":"MINOR","impacts":[{"softwareQuality":"SECURITY","severity":"HIGH"}]`:                                                    gate.High,
		`"severity":"MAJOR","impacts":[{"softwareQuality":"SECURITY","severity":"LOW"},{"softwareQuality":"RELIABILITY","severity":"HIGH"}]`: gate.Medium,
		`"impacts":[{"softwareQuality":"RELIABILITY","severity":"HIGH"},{"softwareQuality":"MAINTAINABILITY","severity":"LOW"}]`:             gate.High,
	} {
		require.Equal(t, want, read(t, "issues", members).Rating.Severity, members)
	}
	require.Equal(t, gate.High, read(t, "hotspots", `"vulnerabilityProbability":"HIGH"`).Rating.Severity)
}

func TestSecretIsNotHeldByTheDigestOfItsLine(t *testing.T) {
	findings, _, err := reporttest.Parse(sonarqube.Format, []byte(`{"total":1,"issues":[{"rule":"secrets:S6290","key":"k","hash":"h"}]}`))
	require.NoError(t, err)
	require.Equal(t, gate.Secret, findings[0].Kind)
	require.Equal(t, gate.Anchor{Hash: "k"}, findings[0].Anchor)
}
