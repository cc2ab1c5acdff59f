package snyk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/snyk"
)

func TestReportThatSaysThatNothingWasTested(t *testing.T) {
	for document, want := range map[string]string{
		`{"vulnerabilities":[],"dependencyCount":0}`:                                              "it counts 0 dependencies",
		`[{"vulnerabilities":[],"dependencyCount":0},{"vulnerabilities":[]}]`:                     "it counts 0 dependencies",
		`[{"vulnerabilities":[],"dependencyCount":0},{"vulnerabilities":[],"dependencyCount":3}]`: "it counts 0 dependencies in 1 of 2 projects",
		`{"vulnerabilities":[{"id":"A"}],"dependencyCount":0}`:                                    "",
		`{"vulnerabilities":[]}`: "",
		`{"dependencyCount":0,"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[{}]}`: "",
		`{"infrastructureAsCodeIssues":[]}`:                     "",
		`{"dependencyCount":0,"infrastructureAsCodeIssues":[]}`: "it counts 0 dependencies",
		`[{"vulnerabilities":[],"dependencyCount":0},{"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[{}]}]`: "it counts 0 dependencies",
		`[{"vulnerabilities":[]},{"dependencyCount":0,"infrastructureAsCodeIssues":[]}]`:                                      "it counts 0 dependencies",
		`[]`: "",
	} {
		_, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestProjectOfNoDependencyBesideFindingsIsAWarning(t *testing.T) {
	const idle = `{"vulnerabilities":[],"dependencyCount":0,"displayTargetFile":"a/pom.xml"}`
	const found = `{"vulnerabilities":[{"id":"A"}],"dependencyCount":3}`
	for document, want := range map[string][]string{
		`[` + idle + `,` + found + `]`:              {"projects in which 0 dependencies were tested: 1, the first: a/pom.xml"},
		`[` + found + `,` + idle + `,` + idle + `]`: {"projects in which 0 dependencies were tested: 2, the first: a/pom.xml"},
		`[` + found + `,{"vulnerabilities":[],"dependencyCount":0,"infrastructureAsCodeIssues":[]}]`: nil,
		found: nil,
	} {
		_, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Warnings, document)
		require.Empty(t, scan.Unproven)
	}
}

func TestDependencyCountThatIsNoCountIsAnError(t *testing.T) {
	for _, count := range []string{`"12"`, `""`, `null`, `{}`, `[12]`, `true`, `1.5`, `-1`, `1e999`} {
		_, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[],"dependencyCount":`+count+`}`))
		require.ErrorIs(t, err, report.ErrShape, count)
		require.ErrorContains(t, err, "at /dependencyCount: ", count)
	}
}

func TestIssueOfNoPackageIsOneOfItsProject(t *testing.T) {
	findings, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[{"id":"A"}],"displayTargetFile":"a/pom.xml","packageManager":"maven"}`))
	require.NoError(t, err)
	require.Equal(t, "a/pom.xml", findings[0].Component.Name)
	require.Empty(t, findings[0].Component.PURL)
}
