package snyk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/snyk"
)

func TestReportThatSaysThatNothingWasTested(t *testing.T) {
	for document, want := range map[string]string{
		`{"vulnerabilities":[],"dependencyCount":0}`:                                              "it counts 0 dependencies",
		`[{"vulnerabilities":[],"dependencyCount":0},{"vulnerabilities":[]}]`:                     "it counts 0 dependencies",
		`[{"vulnerabilities":[],"dependencyCount":0},{"vulnerabilities":[],"dependencyCount":3}]`: "",
		`{"vulnerabilities":[{"id":"A"}],"dependencyCount":0}`:                                    "",
		`{"vulnerabilities":[]}`: "",
		`{"dependencyCount":0,"infrastructureAsCodeIssues":[],"infrastructureAsCodeSuccesses":[{}]}`: "",
		`{"infrastructureAsCodeIssues":[]}`: "",
		`[]`:                                "",
	} {
		_, scan, err := reporttest.Parse(snyk.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestIssueOfNoPackageIsOneOfItsProject(t *testing.T) {
	findings, _, err := reporttest.Parse(snyk.Format, []byte(`{"vulnerabilities":[{"id":"A"}],"displayTargetFile":"a/pom.xml","packageManager":"maven"}`))
	require.NoError(t, err)
	require.Equal(t, "a/pom.xml", findings[0].Component.Name)
	require.Empty(t, findings[0].Component.PURL)
}
