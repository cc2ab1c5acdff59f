package github_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/github"
)

func TestCodeScanning(t *testing.T) {
	reporttest.TestdataMatching(t, github.CodeScanning, "*code-scanning*.json")
}

func TestDependabot(t *testing.T) {
	reporttest.TestdataMatching(t, github.Dependabot, "*dependabot*.json")
}

func TestSecretScanning(t *testing.T) {
	reporttest.TestdataMatching(t, github.SecretScanning, "*secret-scanning*.json")
}

func TestGraphQL(t *testing.T) { reporttest.TestdataMatching(t, github.GraphQL, "*graphql*.json") }

func FuzzCodeScanning(f *testing.F) {
	reporttest.FuzzMatching(f, github.CodeScanning, "*code-scanning*.json")
}

func FuzzDependabot(f *testing.F) {
	reporttest.FuzzMatching(f, github.Dependabot, "*dependabot*.json")
}

func FuzzSecretScanning(f *testing.F) {
	reporttest.FuzzMatching(f, github.SecretScanning, "*secret-scanning*.json")
}

func FuzzGraphQL(f *testing.F) { reporttest.FuzzMatching(f, github.GraphQL, "*graphql*.json") }

func parse(t *testing.T, format report.Format, document string) ([]gate.Finding, gate.Scan) {
	findings, scan, err := reporttest.Parse(format, []byte(document))
	require.NoError(t, err, document)
	return findings, scan
}

// The least that an alert of each kind has.
const (
	codeAlert   = `{"number":7,"state":"open","rule":{"id":"r"},"tool":{"name":"CodeQL"},"most_recent_instance":{}}`
	depAlert    = `{"number":7,"state":"open","dependency":{},"security_advisory":{"ghsa_id":"GHSA-aaaa-bbbb-cccc"}}`
	secretAlert = `{"number":7,"state":"open","secret_type":"token"}`
	alertNode   = `{"state":"OPEN","securityVulnerability":{"severity":"LOW","advisory":{"ghsaId":"GHSA-aaaa-bbbb-cccc"}}}`
)

func restFormats() map[string]report.Format {
	return map[string]report.Format{codeAlert: github.CodeScanning, depAlert: github.Dependabot, secretAlert: github.SecretScanning}
}

func TestDetect(t *testing.T) {
	long := strings.Repeat("A", 200<<10)
	formats := []report.Format{github.CodeScanning, github.Dependabot, github.SecretScanning, github.GraphQL}
	for document, want := range map[string]string{
		`[` + codeAlert + `]`:              github.CodeScanning.Name,
		`[[` + codeAlert + `],[]]`:         github.CodeScanning.Name,
		`[` + codeAlert + `][` + codeAlert: github.CodeScanning.Name,
		`[{"instances_url":"","most_recent_instance":{},"rule":{"id":"a","help":"` + long + `"}}]`: github.CodeScanning.Name,
		`[` + depAlert + `]`: github.Dependabot.Name,
		`[{"security_advisory":{"description":"` + long + `"}}]`:                       github.Dependabot.Name,
		`[` + secretAlert + `]`:                                                        github.SecretScanning.Name,
		`[[{"locations_url":"","secret_type":"` + long + `"}]]`:                        github.SecretScanning.Name,
		`{"data":{"repository":{"vulnerabilityAlerts":{"nodes":[]}}}}`:                 github.GraphQL.Name,
		`{"data":{"search":{"nodes":[{"name":"a","vulnerabilityAlerts":null}]}}}`:      github.GraphQL.Name,
		`[{"data":{"repository":{"vulnerabilityAlerts":{"nodes":["` + long + `"]}}}}]`: github.GraphQL.Name,
		`{"repository":{"vulnerabilityAlerts":{"nodes":[]}}}`:                          github.GraphQL.Name,
		`{"data":{"repository":{"issues":{"nodes":[]}}}}`:                              "",
		`[{"rule":{"id":"a"},"tool":{"name":"b"}}]`:                                    "",
		`[{"Description":"a","RuleID":"b","Secret":"c"}]`:                              "",
		codeAlert: "", secretAlert: "", `[]`: "", `[[]]`: "", `{}`: "", `null`: "", ``: "",
	} {
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		var claims []string
		for _, f := range formats {
			if f.Detect(o) {
				claims = append(claims, f.Name)
			}
		}
		if want == "" {
			require.Empty(t, claims, "%.100s", document)
		} else {
			require.Equal(t, []string{want}, claims, "%.100s", document)
		}
	}
}

func TestAllPagesAreRead(t *testing.T) {
	for alert, format := range restFormats() {
		for document, want := range map[string]int{
			`[` + alert + `,` + alert + `]`:                        2,
			`[` + alert + `][` + alert + `]`:                       2,
			"[" + alert + "]\n[" + alert + "," + alert + "]\n[]\n": 3,
			`[[` + alert + `],[` + alert + `,` + alert + `],[]]`:   3,
			`[]`: 0, `[[]]`: 0, `[][]`: 0,
		} {
			findings, scan := parse(t, format, document)
			require.Len(t, findings, want, document)
			require.Empty(t, scan.Proof)
		}
	}
}

func TestWhatIsNoListOfAlertsIsAnError(t *testing.T) {
	for alert, format := range restFormats() {
		for _, document := range []string{``, `null`, `{}`, alert, `{"message":"Not Found","status":"404"}`, `[` + alert + `]null`, `["a"]`, `[null]`,
			`[` + alert + `]{"message":"API rate limit exceeded"}`, `[{}]`, `[` + alert, `[` + alert + `][`, `[[` + alert + `]`} {
			_, _, err := reporttest.Parse(format, []byte(document))
			require.Error(t, err, "%s: %s", format.Name, document)
		}
	}
}

// It may be the first of several.
func TestOneFullPageFailsTheScan(t *testing.T) {
	for alert, format := range restFormats() {
		for n, want := range map[int]bool{29: false, 30: true, 31: false, 100: true, 130: false} {
			page := `[` + strings.TrimSuffix(strings.Repeat(alert+",", n), ",") + `]`
			_, scan := parse(t, format, page)
			require.Equal(t, want, strings.Contains(scan.Failed, "`gh api --paginate --slurp`"), "%d alerts: %s", n, scan.Failed)
			_, scan = parse(t, format, `[`+page+`]`)
			require.Empty(t, scan.Failed, "all pages were asked for")
		}
		page := `[` + strings.TrimSuffix(strings.Repeat(alert+",", 15), ",") + `]`
		_, scan := parse(t, format, page+page)
		require.Empty(t, scan.Failed, "all pages were asked for")
	}
}
