package govulncheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/govulncheck"
)

func TestRunThatSaysThatItDidNotLook(t *testing.T) {
	const config, modules, none = `{"config":{"scan_level":"symbol"}}`, `{"SBOM":{"modules":[{"path":"a"}]}}`, `{"SBOM":{"modules":[]}}`
	const fetching, checking = `{"progress":{"message":"Fetching vulnerabilities from the database..."}}`,
		`{"progress":{"message":"Checking the code against the vulnerabilities..."}}`
	const early, empty = "it ended before it looked for vulnerabilities", "it lists 0 modules"
	for document, want := range map[string]string{
		config + modules:                               early,
		config + modules + fetching:                    early,
		config + fetching:                              early,
		config + none + fetching + checking:            empty,
		config + modules + checking + config + modules: early,
		config + modules + fetching + checking:         "",
		config + modules + module:                      "",
		config:                                         "",
		config + checking:                              "",
		`{"Vulns":null,"Modules":null}`:                empty,
		`{"Vulns":null}`:                               "",
		`{"Vulns":null,"Modules":[{"Path":"stdlib"}]}`: "",
		config + `{"progress":{"message":"Scanning your code and 10 packages"}}`: "",
	} {
		_, scan, err := reporttest.Parse(govulncheck.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
	}
}

func TestFindingWithoutModuleIsOneOfItsFile(t *testing.T) {
	findings, _, err := reporttest.Parse(govulncheck.Format, []byte(
		`{"config":{}}{"finding":{"osv":"GO-2026-1","trace":[{"function":"F","position":{"filename":"a/b.go","line":7}}]}}`))
	require.NoError(t, err)
	require.Equal(t, "a/b.go", findings[0].Component.Name)
}
