package sonarqube_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/sonarqube"
)

func TestVulnerabilitiesOfAMessage(t *testing.T) {
	const rule = "OWASP:UsingComponentWithKnownVulnerability"
	for message, want := range map[string][]string{
		"Filename: a:1 | Reference: CVE-2026-11111 | CVSS Score: 6.4 | text":                            {"CVE-2026-11111"},
		"Filepath: /b/a.jar | Reference: sonatype-2026-0001 | CVSS Score: 6.4 | text (with brackets)":   {"sonatype-2026-0001"},
		"Filename: a | Highest CVSS Score: 7.5 | References: CVE-2026-11111 (7.5) CVE-2026-22222 (1.0)": {"CVE-2026-11111", "CVE-2026-22222"},
		"Filename: a | References: CVE-2026-11111 (7.5), GHSA-a-b-c (), Prototype Pollution (0.0)":      {"CVE-2026-11111", "GHSA-a-b-c", "Prototype Pollution"},
		"Filename: a | References: CVE-2026-11111":                                                      {"CVE-2026-11111"},
		"Filename: a | Reference: ": {rule},
		"":                          {rule},
	} {
		findings, scan, err := reporttest.Parse(sonarqube.Format, []byte(`{"total":1,"issues":[{"rule":"`+rule+`","severity":"MINOR","message":"`+message+`"}]}`))
		require.NoError(t, err)
		require.Empty(t, scan.Failed, "entries are counted, not vulnerabilities")
		var ids []string
		for i := range findings {
			ids = append(ids, findings[i].ID)
			require.Equal(t, findings[i].ID != rule, findings[i].Kind == gate.Vulnerability, message)
		}
		require.Equal(t, want, ids, message)
	}
}

func TestScoreWorseThanTheIssueCounts(t *testing.T) {
	for score, want := range map[string]gate.Severity{"9.8": gate.Critical, "0.0": gate.Low, "11": gate.Critical, "none": gate.Low} {
		findings, _, err := reporttest.Parse(sonarqube.Format, []byte(`{"total":1,"issues":[{"rule":"OWASP:UsingComponentWithKnownVulnerability","severity":"MINOR",
			"message":"Filename: a:1 | Reference: CVE-2026-11111 | CVSS Score: `+score+` | text"}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, score)
	}
}
