package gitlab_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// prints gives the fingerprints of the findings of a report.
func prints(t *testing.T, scanType, vulnerabilities string) (list [][]gate.Fingerprint) {
	findings, _ := parse(t, fmt.Sprintf(`{"scan":{"type":%q},"vulnerabilities":[%s]}`, scanType, vulnerabilities))
	fingerprinter := gate.NewFingerprinter([]byte("key"))
	for i := range findings {
		list = append(list, fingerprinter.Identify(&findings[i]).Fingerprints)
	}
	return list
}

func TestMaskedSecretIsNoSecret(t *testing.T) {
	for extract, want := range map[string]string{
		"not-a-***": "", "not-…": "", "REDACTED": "", "token=REDACTED;": "", "not-a-real...": "", "not-a-real-secret-1": "not-a-real-secret-1",
	} {
		f := only(t, `{"category":"secret_detection","name":"found `+extract+`","raw_source_code_extract":"`+extract+`"}`)
		require.Equal(t, want, f.Secret, extract)
		require.Equal(t, "found …", f.Title, "what looks masked may be a secret all the same")
	}
}

func TestMaskedSecretsOfTwoPlacesAreTwoDefects(t *testing.T) {
	at := func(file, extract string) string {
		return fmt.Sprintf(`{"identifiers":[{"type":"gitleaks_rule_id","value":"R"}],"raw_source_code_extract":%q,
			"location":{"file":%q,"start_line":1}}`, extract, file)
	}
	list := prints(t, "secret_detection", at("a", "not-a-***")+`,`+at("b", "not-a-***"))
	require.NotEqual(t, list[0], list[1])
	list = prints(t, "secret_detection", at("a", "not-a-real-secret-1")+`,`+at("b", "not-a-real-secret-1"))
	require.Equal(t, list[0], list[1])
}

func TestClassOfWeaknessesIsNoIDOfAVulnerability(t *testing.T) {
	const class, advisory = `{"type":"cwe","name":"CWE-79","value":"79"}`, `{"type":"cve","name":"CVE-2020-1","value":"CVE-2020-1"}`
	for _, c := range []struct{ scanType, members, want string }{
		{"dependency_scanning", `"name":"XSS in a","identifiers":[` + class + `]`, "XSS in a"},
		{"container_scanning", `"message":"XSS in a\nmore","identifiers":[` + class + `,{"type":"owasp","value":"A03"}]`, "XSS in a"},
		{"cluster_image_scanning", `"id":"7","identifiers":[` + class + `]`, "7"},
		{"dependency_scanning", `"name":"XSS in a","identifiers":[` + class + `,` + advisory + `]`, "CVE-2020-1"},
		{"sast", `"name":"XSS in a","identifiers":[` + class + `]`, "CWE-79"},
	} {
		findings, _ := parse(t, `{"scan":{"type":"`+c.scanType+`"},"vulnerabilities":[{`+c.members+`}]}`)
		require.Equal(t, c.want, findings[0].ID, c.members)
		require.Equal(t, []int{79}, findings[0].CWEs)
		require.Empty(t, findings[0].Aliases)
	}
	named := func(name string) string {
		return `{"name":"` + name + `","identifiers":[` + class + `],"location":{"file":"go.sum","dependency":{"package":{"name":"a"},"version":"1"}}}`
	}
	list := prints(t, "dependency_scanning", named("one")+`,`+named("other"))
	require.NotEqual(t, list[0], list[1])
}

func TestRulesThatFindSomethingInOnePlaceAreTwoDefects(t *testing.T) {
	for scanType, location := range map[string]string{
		"dast":             `{"hostname":"https://review-7.example.com","method":"GET","path":"/search","param":"q"}`,
		"api_fuzzing":      `{"hostname":"https://review-7.example.com","method":"POST","path":"/orders"}`,
		"coverage_fuzzing": `{"crash_type":"Heap-buffer-overflow","crash_state":"parse"}`,
	} {
		by := func(rule string) string {
			return `{"identifiers":[{"type":"rule","value":"` + rule + `"}],"location":` + location + `}`
		}
		one, other := prints(t, scanType, by("R1")+`,`+by("R2")), prints(t, scanType, by("R2")+`,`+by("R1"))
		require.NotEqual(t, one[0], one[1], scanType)
		require.Equal(t, one[0], other[1], "%s: the order changes nothing", scanType)
		require.Equal(t, one[1], other[0], scanType)
	}
}
