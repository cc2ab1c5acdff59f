package gitleaks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/gitleaks"
)

func TestGitleaks(t *testing.T) { reporttest.Testdata(t, gitleaks.Format) }

func FuzzGitleaks(f *testing.F) { reporttest.Fuzz(f, gitleaks.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, gitleaks.Format, map[string]bool{
		`[{"RuleID":"r","Description":"d","StartLine":1,"EndLine":1,"StartColumn":1,"EndColumn":2,"Match":"` + large + `"}]`: true,
		`[{"Author":"a","Description":"d","EndColumn":2,"Match":"` + large + `","RuleID":"r"}]`:                              true,
		`[{"Description":"d","StartLine":1,"EndLine":1,"StartColumn":1,"EndColumn":2,"Context":"c","Secret":"s"}]`:           true,
		`[{"line":"l","offender":"o","commit":"c","repo":".","rule":"r"}]`:                                                   true,
		`[{"line":"l","commit":"c","offender":"o","reason":"r","commitMsg":"m"}]`:                                            true,
		`[{"rule":{"id":"high-entropy"},"path":"a","line":"3","secret":"s"}]`:                                                false,
		`[{"RuleID":"r","Match":"m"}]`:                               false,
		`{"RuleID":"r","StartColumn":1,"Match":"m"}`:                 false,
		`[{"RuleID":"r","StartColumn":1,"Match":"m"}]` + "\n" + `[]`: false,
		`[]`:   false,
		`null`: false,
	})
}

func TestNothingThatIsNoList(t *testing.T) {
	for document, well := range map[string]bool{
		`[]`: true, `null`: true, " null\n": true, ``: false, ` `: false, `{}`: false, `[][]`: false, `null null`: false, `[{}]`: false, `nul`: false,
	} {
		findings, scan, err := reporttest.Parse(gitleaks.Format, []byte(document))
		require.Equal(t, well, err == nil, "%q", document)
		require.Empty(t, findings)
		require.Empty(t, scan.Proof)
	}
}

func TestWhatIsNoSecretIsNotTakenForOne(t *testing.T) {
	for secret, want := range map[string]string{
		"REDACTED":                               "",
		"not-a-re...":                            "",
		"...":                                    "",
		"Filename/path offender: id_rsa":         "",
		"Filename or path offender: a/.htpasswd": "",
		"not-a-real-secret-1":                    "not-a-real-secret-1",
	} {
		for _, document := range []string{`[{"RuleID":"r","Secret":"` + secret + `"}]`, `[{"rule":"r","offender":"` + secret + `"}]`} {
			findings, _, err := reporttest.Parse(gitleaks.Format, []byte(document))
			require.NoError(t, err)
			require.Equal(t, want, findings[0].Secret)
		}
	}
}

func TestSecretStandsNowhereElse(t *testing.T) {
	const secret = "not-a-real-secret-1"
	for _, document := range []string{
		`[{"RuleID":"r","Match":"key = ` + secret + `","Secret":"` + secret + `","Message":"` + secret + `","File":"a","Commit":"c"}]`,
		`[{"line":"key = ` + secret + `","offender":"` + secret + `","rule":"r","commitMessage":"` + secret + `","file":"a","commit":"c"}]`,
	} {
		findings, _, err := reporttest.Parse(gitleaks.Format, []byte(document))
		require.NoError(t, err)
		f := findings[0]
		require.Equal(t, secret, f.Secret)
		for _, text := range []string{f.Title, f.ID, f.URL, f.Anchor.Hash, f.Anchor.Snippet, f.Location.Path, f.Location.Logical} {
			require.NotContains(t, text, secret)
		}
	}
}

func TestOnlyALineOfTheHistoryHoldsARedactedSecret(t *testing.T) {
	findings, _, err := reporttest.Parse(gitleaks.Format, []byte(`[
		{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":7,"Commit":"c0ffee","Fingerprint":"c0ffee:a:r:7"},
		{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":7,"Commit":"c0ffee"},
		{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":7,"Commit":"","Fingerprint":"a:r:7"},
		{"rule":"r","offender":"REDACTED","file":"a","lineNumber":7,"commit":"c0ffee"}]`))
	require.NoError(t, err)
	for i, want := range []string{"c0ffee:a:r:7", "c0ffee:a:r:7", "", "c0ffee:a:r:7"} {
		require.Equal(t, want, findings[i].Anchor.Hash, i)
		require.Equal(t, 7, findings[i].Location.Line)
	}
}

func TestSeverityOfReportsOf2(t *testing.T) {
	for severity, want := range map[string]gate.Severity{`""`: gate.Unknown, `"high"`: gate.High, `"blocker"`: gate.Critical} {
		findings, _, err := reporttest.Parse(gitleaks.Format, []byte(`[{"rule":"r","offender":"o","severity":`+severity+`}]`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, severity)
	}
}
