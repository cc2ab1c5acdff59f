package github_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/scanner/github"
)

func defects(t *testing.T, format report.Format, document string) []*gate.Defect {
	m := gate.NewMerger(gate.MergeOptions{})
	add := m.From("export")
	findings, _ := parse(t, format, document)
	for i := range findings {
		add(&findings[i])
	}
	return m.Defects()
}

func TestAlertsOfTwoRepositoriesAreTwo(t *testing.T) {
	const code = `{"number":7,"rule":{"id":"r"},"most_recent_instance":{"location":{"path":"a.js","start_line":1}},%s}`
	const leak = `{"number":7,"secret_type":"token","first_location_detected":{"path":"a.js","start_line":1},%s}`
	const unnumbered = `{"rule":{"id":"r"},"most_recent_instance":{"location":{"path":"a.js","start_line":1}},%s}`
	const nameless = `{"rule":{"id":"CVE-2026-11111"},"most_recent_instance":{"location":{"path":"a.lock"}},%s}`
	for alert, format := range map[string]report.Format{
		code: github.CodeScanning, leak: github.SecretScanning, unnumbered: github.CodeScanning, nameless: github.CodeScanning,
	} {
		of := func(repository string) string {
			return fmt.Sprintf(alert, `"html_url":"https://github.com/`+repository+`/security/code-scanning/7"`)
		}
		require.Len(t, defects(t, format, `[`+of("o/one")+`,`+of("o/two")+`]`), 2, alert)
		named := fmt.Sprintf(alert, `"repository":{"full_name":"o/one"}`)
		require.Equal(t, defects(t, format, `[`+named+`]`)[0].Fingerprints, defects(t, format, `[`+of("o/one")+`]`)[0].Fingerprints, alert)
	}
}

func TestDependabotAlertStandsInItsRepository(t *testing.T) {
	of := func(repository string) string {
		return `{"html_url":"https://github.com/` + repository + `/security/dependabot/7","dependency":{"package":{"ecosystem":"npm","name":"a"},
			"manifest_path":"package.json"},"security_advisory":{"ghsa_id":"GHSA-aaaa-bbbb-cccc"}}`
	}
	one := defects(t, github.Dependabot, `[`+of("o/one")+`,`+of("o/two")+`]`)
	require.Len(t, one, 1, "it is one vulnerability of one package")
	require.Len(t, one[0].Occurrences, 2)
	require.Equal(t, "o/one", one[0].Occurrences[0].Logical)

	answer := func(before string) string {
		return `{"repository":{` + before + `"vulnerabilityAlerts":{"nodes":[` + alertNode + `]}}}`
	}
	findings, _ := parse(t, github.GraphQL, answer(`"nameWithOwner":"o/one",`)+answer(`"url":"https://github.com/o/two",`)+answer(``))
	require.Equal(t, []string{"o/one", "o/two", ""},
		[]string{findings[0].Location.Logical, findings[1].Location.Logical, findings[2].Location.Logical})
}

func TestAlertOfNoPackageIsOneOfItsFile(t *testing.T) {
	findings, _ := parse(t, github.Dependabot, `[{"html_url":"https://github.com/o/one/security/dependabot/7","dependency":{"manifest_path":"a/go.mod"},
		"security_advisory":{"ghsa_id":"GHSA-aaaa-bbbb-cccc"}}]`)
	require.Equal(t, "o/one/a/go.mod", findings[0].Component.Name)
}
