package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/github"
)

func TestStates(t *testing.T) {
	for _, c := range []struct {
		format        report.Format
		alert         string
		state, reason string
		want          gate.State
	}{
		{github.CodeScanning, codeAlert, "open", "", gate.Open},
		{github.CodeScanning, codeAlert, "dismissed", "false positive", gate.FalsePositive},
		{github.CodeScanning, codeAlert, "dismissed", "won't fix", gate.Suppressed},
		{github.CodeScanning, codeAlert, "dismissed", "used in tests", gate.Suppressed},
		{github.CodeScanning, codeAlert, "dismissed", "mitigated", gate.Suppressed},
		{github.CodeScanning, codeAlert, "dismissed", "", gate.Suppressed},
		{github.CodeScanning, codeAlert, "fixed", "", gate.Fixed},
		{github.CodeScanning, codeAlert, "closed", "", gate.Open},
		{github.CodeScanning, codeAlert, "", "false positive", gate.Open},
		{github.Dependabot, depAlert, "dismissed", "fix_started", gate.Suppressed},
		{github.Dependabot, depAlert, "dismissed", "no_bandwidth", gate.Suppressed},
		{github.Dependabot, depAlert, "dismissed", "tolerable_risk", gate.Suppressed},
		{github.Dependabot, depAlert, "dismissed", "inaccurate", gate.FalsePositive},
		{github.Dependabot, depAlert, "dismissed", "not_used", gate.NotAffected},
		{github.Dependabot, depAlert, "auto_dismissed", "", gate.Suppressed},
		{github.Dependabot, depAlert, "fixed", "", gate.Fixed},
		{github.SecretScanning, secretAlert, "resolved", "false_positive", gate.FalsePositive},
		{github.SecretScanning, secretAlert, "resolved", "wont_fix", gate.Suppressed},
		{github.SecretScanning, secretAlert, "resolved", "used_in_tests", gate.Suppressed},
		{github.SecretScanning, secretAlert, "resolved", "pattern_deleted", gate.Suppressed},
		{github.SecretScanning, secretAlert, "resolved", "revoked", gate.Fixed},
		{github.SecretScanning, secretAlert, "invented", "revoked", gate.Open},
	} {
		members := fmt.Sprintf(`{"dismissed_reason":%q,"resolution":%q,"state":%q`, c.reason, c.reason, c.state)
		findings, _ := parse(t, c.format, `[`+strings.Replace(c.alert, `{"number":7,"state":"open"`, members, 1)+`]`)
		require.Equal(t, c.want, findings[0].State, "%s %s %s", c.format.Name, c.state, c.reason)
		if c.want == gate.Open {
			require.Nil(t, findings[0].Word)
		} else {
			require.Equal(t, c.want, findings[0].Word.Said)
		}
	}
}

func TestGraphQLStates(t *testing.T) {
	for members, want := range map[string]gate.State{
		`"state":"OPEN"`: gate.Open, `"state":"FIXED"`: gate.Fixed, `"state":"AUTO_DISMISSED"`: gate.Suppressed,
		`"state":"INVENTED","dismissedAt":"2024-01-01T00:00:00Z"`:                     gate.Open,
		`"state":"DISMISSED","dismissReason":"This alert is inaccurate or incorrect"`: gate.FalsePositive,
		`"state":"DISMISSED","dismissReason":"Vulnerable code is not actually used"`:  gate.NotAffected,
		`"state":"DISMISSED","dismissReason":"No bandwidth to fix this"`:              gate.Suppressed,
		`"dismissedAt":"2024-01-01T00:00:00Z"`:                                        gate.Suppressed,
		`"dismissedAt":null,"fixedAt":"2024-01-01T00:00:00Z"`:                         gate.Fixed,
		`"dismissedAt":null,"fixedAt":null,"autoDismissedAt":"2024-01-01T00:00:00Z"`:  gate.Suppressed,
		`"dismissedAt":null,"fixedAt":null,"autoDismissedAt":null`:                    gate.Open,
	} {
		node := strings.Replace(alertNode, `"state":"OPEN"`, members, 1)
		findings, _ := parse(t, github.GraphQL, `{"data":{"repository":{"vulnerabilityAlerts":{"nodes":[`+node+`]}}}}`)
		require.Equal(t, want, findings[0].State, members)
	}
}

func TestWhoWhyAndWhen(t *testing.T) {
	findings, scan := parse(t, github.CodeScanning, `[{"state":"dismissed","dismissed_by":{"login":"ada"},"dismissed_reason":"won't fix",
		"dismissed_comment":"old","dismissed_at":"2026-01-02T03:04:05Z","rule":{"id":"r"}},
		{"state":"dismissed","dismissed_by":"None","dismissed_reason":null,"dismissed_at":"0999-01-01T00:00:00Z","rule":{"id":"r"}}]`)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	require.Equal(t, &gate.Word{By: "ada", Reason: "won't fix: old", At: at, Said: gate.Suppressed}, findings[0].Word)
	require.Equal(t, &gate.Word{Said: gate.Suppressed}, findings[1].Word)
	require.Equal(t, []string{"1 date before 1971 counts as not known (dismissed_at)"}, scan.Warnings)
}

func TestSecretStandsNowhereElse(t *testing.T) {
	findings, _ := parse(t, github.SecretScanning, `[{"secret_type":"token","secret":"hunter2-not-real","state":"resolved","resolution":"revoked",
		"resolution_comment":"revoked hunter2-not-real","validity":"active"}]`)
	require.Equal(t, "hunter2-not-real", findings[0].Secret)
	require.Equal(t, gate.Verified, findings[0].Certainty)
	findings[0].Secret = ""
	require.NotContains(t, fmt.Sprintf("%+v %+v", findings[0], *findings[0].Word), "hunter2")
}

func TestHiddenSecretIsKnownByTheNumberOfItsAlert(t *testing.T) {
	for _, hidden := range []string{`null`, `""`, `"*****"`, `"**"`, `"ghx_***"`, `"ghx…9f"`, `"[REDACTED]"`, `"ghx_12..."`} {
		findings, _ := parse(t, github.SecretScanning, `[{"number":7,"secret_type":"token","secret":`+hidden+`}]`)
		require.Empty(t, findings[0].Secret)
		require.Equal(t, "alert 7", findings[0].Anchor.Hash)
	}
}

func TestOneRepositoryIsTheSubject(t *testing.T) {
	of := func(repository, number string) string {
		return strings.Replace(codeAlert, `{`, `{"html_url":"https://github.com/`+repository+`/security/code-scanning/`+number+`",`, 1)
	}
	_, scan := parse(t, github.CodeScanning, `[`+of("a/b", "1")+`,`+of("a/b", "2")+`]`)
	require.Equal(t, gate.Subject{Repository: "https://github.com/a/b"}, scan.Subject)
	_, scan = parse(t, github.CodeScanning, `[`+of("a/b", "1")+`,`+of("a/c", "2")+`]`)
	require.Zero(t, scan.Subject)
	require.Equal(t, []string{"the alerts are those of 2 repositories"}, scan.Warnings)
}

func TestSeverityOfARule(t *testing.T) {
	for rule, want := range map[string]gate.Severity{
		`"severity":"error","security_severity_level":"low"`:     gate.Low,
		`"severity":"note","security_severity_level":"critical"`: gate.Critical,
		`"severity":"error","security_severity_level":null`:      gate.High,
		`"severity":"warning"`:                                   gate.Medium, `"severity":"note"`: gate.Low, `"severity":"none"`: gate.None,
		`"severity":"spicy"`: gate.Critical, `"severity":null`: gate.Critical, `"name":"no word at all"`: gate.Unknown,
	} {
		findings, _ := parse(t, github.CodeScanning, `[{"rule":{"id":"r",`+rule+`}}]`)
		require.Equal(t, want, findings[0].Rating.Severity, rule)
	}
}

func TestKindOfACodeScanningAlert(t *testing.T) {
	for rule, want := range map[string]gate.Kind{
		`"CodeQL","py/sql-injection"`: gate.Code, `"Gitleaks","generic-api-key"`: gate.Secret, `"checkov","CKV_AWS_1"`: gate.Misconfiguration,
		`"osv-scanner","GHSA-aaaa-bbbb-cccc"`: gate.Vulnerability, `"Grype","CVE-2022-43680-expat"`: gate.Vulnerability, `"Trivy","DS002"`: gate.Code,
	} {
		tool, id, _ := strings.Cut(rule, ",")
		findings, _ := parse(t, github.CodeScanning, `[{"tool":{"name":`+tool+`},"rule":{"id":`+id+`}}]`)
		require.Equal(t, want, findings[0].Kind, rule)
	}
}

func TestImpossibleEPSSIsAnError(t *testing.T) {
	for epss, ok := range map[string]bool{
		`{"percentage":0.5}`: true, `{"percentage":"0.5"}`: true, `[{"percentage":1}]`: true, `null`: true, `{}`: true, `{"percentage":null}`: true,
		`{"percentage":7}`: false, `{"percentage":-1}`: false, `{"percentage":"much"}`: false, `{"percentage":{}}`: false,
	} {
		document := strings.Replace(depAlert, `"ghsa_id"`, `"epss":`+epss+`,"ghsa_id"`, 1)
		_, _, err := reporttest.Parse(github.Dependabot, []byte(`[`+document+`]`))
		require.Equal(t, ok, err == nil, "%s: %v", epss, err)
	}
}
