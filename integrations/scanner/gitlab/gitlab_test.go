package gitlab_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/gitlab"
)

func TestGitLab(t *testing.T) { reporttest.Testdata(t, gitlab.Format) }

func FuzzGitLab(f *testing.F) { reporttest.Fuzz(f, gitlab.Format) }

func parse(t *testing.T, document string) ([]gate.Finding, gate.Scan) {
	findings, scan, err := reporttest.Parse(gitlab.Format, []byte(document))
	require.NoError(t, err)
	return findings, scan
}

// only gives the one finding of a report whose vulnerability is written as JSON.
func only(t *testing.T, vulnerability string) gate.Finding {
	findings, _ := parse(t, `{"version":"15.0.7","vulnerabilities":[`+vulnerability+`]}`)
	require.Len(t, findings, 1)
	return findings[0]
}

func TestDetect(t *testing.T) {
	long := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, gitlab.Format, map[string]bool{
		`{"version":"15.0.7","vulnerabilities":[{"location":{},"description":"` + long + `"}]}`:                            true,
		`{"version":"15.0.7","vulnerabilities":[{"category":"sast","description":"` + long + `"}]}`:                        true,
		`{"version":"15.0.7","schema":"https://gitlab.com/x","vulnerabilities":[{"id":"1","description":"` + long + `"}]}`: true,
		`{"dependency_files":[{"path":"go.sum","package_manager":"go","dependencies":["` + long + `"]}]}`:                  true,
		`{"remediations":[{"fixes":[],"diff":"` + long + `"}],"vulnerabilities":[]}`:                                       true,
		`{"scan":{"type":"sast","status":"success"},"vulnerabilities":[]}`:                                                 true,
		`{"version":"2.3","vulnerabilities":[],"remediations":[]}`:                                                         true,
		`{"vulnerabilities":[{"identifiers":{"CVE":["CVE-2020-1"],"CWE":[]},"from":["a"]}],"ok":false}`:                    false,
		`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"vulnerabilities":[{"id":"CVE-2020-1","analysis":{}}]}`:  false,
		`{"auditReportVersion":2,"vulnerabilities":{"lodash":{"severity":"high"}},"metadata":{}}`:                          false,
		`{"database":{},"lockfile":{},"vulnerabilities":{"found":false,"count":0,"list":[]}}`:                              false,
		`{"version":"1.98.0","results":[],"errors":[]}`:                                                                    false,
		`{"version":"15.0.7"}`:                                                 false,
		`[{"identifiers":[{"type":"cve"}]}]`:                                   false,
		"{\"version\":\"2.3\",\"vulnerabilities\":[],\"remediations\":[]}\n{}": false,
		`{}`: false, `[]`: false, `null`: false, ``: false,
	})
}

func TestReportWithoutVulnerabilitiesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"version":"15.0.7","scan":{"status":"success"}}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(gitlab.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestFindingThatNothingNamesIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(gitlab.Format, []byte(`{"vulnerabilities":[{"severity":"High","identifiers":[{"type":"x","value":" "}]}]}`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestOrderOfMembersChangesNothing(t *testing.T) {
	scan := `"scan":{"type":"secret_detection","status":"success","scanner":{"id":"gitleaks","version":"8"}}`
	found := `"vulnerabilities":[{"id":"1","location":{"file":"a","start_line":1},"identifiers":[{"type":"x","value":"R"}]}]`
	before, scanBefore := parse(t, `{`+scan+`,`+found+`}`)
	behind, scanBehind := parse(t, `{`+found+`,`+scan+`}`)
	require.Equal(t, before, behind)
	require.Equal(t, scanBefore, scanBehind)
	require.Equal(t, gate.Secret, behind[0].Kind)
	require.Equal(t, "gitleaks", behind[0].Tool)
}
