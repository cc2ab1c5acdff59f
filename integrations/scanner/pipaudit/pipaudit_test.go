package pipaudit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/pipaudit"
)

func TestPipAudit(t *testing.T) { reporttest.Testdata(t, pipaudit.Format) }

func FuzzPipAudit(f *testing.F) { reporttest.Fuzz(f, pipaudit.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, pipaudit.Format, map[string]bool{
		`{"dependencies":[]}`:            true,
		`{"fixes":[],"dependencies":[]}`: true,
		`{"dependencies":[{"name":"a","skip_reason":"distribution marked as editable"}]}`:         true,
		`{"dependencies":[{"name":"a","version":"1","vulns":[{"description":"` + large + `"}]}]}`: true,
		`{"dependencies":[{"vulns":[{"description":"` + large + `"}],"version":"1","name":"a"}]}`: true,
		`[{"name":"a","version":"1","vulns":[{"id":"` + large + `"}]}]`:                           true,
		`[{"name":"a","skip_reason":"Dependency not found"}]`:                                     true,
		`[]`:                           false,
		`{}`:                           false,
		`{"vulns":[]}`:                 false,
		`[{"name":"a","version":"1"}]`: false,
		`{"dependencies":[{"ref":"a","dependsOn":["b"]}],"bomFormat":"CycloneDX"}`:  false,
		`{"bomFormat":"CycloneDX","dependencies":[]}`:                               false,
		`{"reportSchema":"1.1","scanInfo":{},"dependencies":[]}`:                    false,
		`{"dependencies":[{"isVirtual":false,"fileName":"a.jar"}]}`:                 false,
		`{"dependencies":[{"name":"a","vulns":[]}]}` + "\n" + `{"dependencies":[]}`: false,
	})
}

func TestReportWithoutDependenciesIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"fixes":[]}`, `{"dependencies":null}`, `null`, `"none"`, `{"dependencies":{}}`} {
		_, _, err := reporttest.Parse(pipaudit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestDependencyOfWhichNothingIsSaidIsAnError(t *testing.T) {
	for _, dependency := range []string{`{"name":"a","version":"1"}`, `{"name":"a","version":"1","vulns":null}`, `{"name":"a","skip_reason":""}`} {
		_, _, err := reporttest.Parse(pipaudit.Format, []byte(`{"dependencies":[`+dependency+`]}`))
		require.ErrorIs(t, err, report.ErrShape, dependency)
		require.ErrorContains(t, err, `the dependency "a" has neither`)
	}
}

func TestOnlyAnAuditedDependencyProvesAScan(t *testing.T) {
	for document, want := range map[string]string{
		`[{"name":"a","version":"1","vulns":[]},{"name":"b","skip_reason":"x"}]`: "dependencies audited: 1",
		`[{"name":"a","skip_reason":"x"}]`:                                       "",
		`[]`:                                                                     "",
	} {
		findings, scan, err := reporttest.Parse(pipaudit.Format, []byte(document))
		require.NoError(t, err)
		require.Empty(t, findings)
		require.Equal(t, want, scan.Proof, document)
	}
}

func TestVulnerabilityOfASkippedDependencyIsKept(t *testing.T) {
	findings, _, err := reporttest.Parse(pipaudit.Format, []byte(`[{"name":"a","skip_reason":"x","vulns":[{"id":"PYSEC-2026-1"}]}]`))
	require.NoError(t, err)
	require.Len(t, findings, 1)
}

func TestVulnerabilityWithoutIDIsAnError(t *testing.T) {
	_, _, err := reporttest.Parse(pipaudit.Format, []byte(`[{"name":"a","version":"1","vulns":[{"aliases":["CVE-2026-1"]}]}]`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestUnproven(t *testing.T) {
	for document, want := range map[string]string{
		`{"dependencies":[],"fixes":[]}`: "it lists 0 dependencies",
		`[]`:                             "it lists 0 dependencies",
		`[{"name":"a","skip_reason":"x"},{"name":"b","skip_reason":"x"}]`:        "none of its dependencies was audited",
		`[{"name":"a","version":"1","vulns":[]},{"name":"b","skip_reason":"x"}]`: "",
	} {
		_, scan, err := reporttest.Parse(pipaudit.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}
