package brakeman_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/brakeman"
)

func TestBrakeman(t *testing.T) { reporttest.Testdata(t, brakeman.Format) }

func FuzzBrakeman(f *testing.F) { reporttest.Fuzz(f, brakeman.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, brakeman.Format, map[string]bool{
		`{"scan_info":{"app_path":"/a","rails_version":"7.1.0","security_warnings":0},"warnings":[]}`:   true,
		`{"errors":[],"scan_info":{"brakeman_version":"6.0.0"},"warnings":["` + large + `"]}`:           true,
		`{"warnings":[{"warning_type":"SQL Injection","warning_code":0,"code":"` + large + `"}]}`:       true,
		`{"warnings":[{"message":"m","warning_type":"SQL Injection"}],"ignored_warnings":[]}`:           true,
		`{"ignored_warnings":[{"warning_type":"SQL Injection","note":"n"}],"brakeman_version":"6.0.0"}`: false,
		`{"new":[{"warning_type":"SQL Injection","message":"m"}],"fixed":[]}`:                           false,
		`{"scan_info":{"target":"a"},"warnings":[]}`:                                                    false,
		`{"warnings":[]}`: false,
		`[{"warning_type":"SQL Injection","message":""}]`: false,
	})
}

func TestReportWithoutWarningsIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"scan_info":{"checks_performed":["SQL"]},"ignored_warnings":[]}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(brakeman.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestProof(t *testing.T) {
	for info, proven := range map[string]bool{
		`{"checks_performed":["SQL"],"number_of_controllers":1}`:                       true,
		`{"checks_performed":["SQL"],"number_of_templates":2,"number_of_models":-1}`:   true,
		`{"checks_performed":["SQL"],"number_of_controllers":0,"number_of_models":-1}`: false,
		`{"checks_performed":[],"number_of_controllers":1}`:                            false,
		`{"number_of_controllers":1}`:                                                  false,
		`{"checks_performed":["SQL"]}`:                                                 false,
	} {
		for document, listed := range map[string]bool{
			`{"scan_info":` + info + `,"warnings":[],"errors":[]}`:   true,
			`{"errors":[],"warnings":[],"scan_info":` + info + `}`:   true,
			`{"warnings":[],"scan_info":` + info + `,"errors":null}`: false,
			`{"warnings":[],"scan_info":` + info + `}`:               false,
		} {
			_, scan, err := reporttest.Parse(brakeman.Format, []byte(document))
			require.NoError(t, err)
			require.Equal(t, proven && listed, scan.Proof != "", document)
		}
	}
}

func TestErrorFailsTheScan(t *testing.T) {
	for errors, want := range map[string]string{
		`[{"error":"parse error in app/a.rb\nmore","location":"Could not parse app/a.rb"},{"error":"b"}]`: "parse error in app/a.rb (Could not parse app/a.rb)",
		`[{"error":"boom","location":null}]`: "boom",
		`[{}]`:                               "an error without a reason",
		`[]`:                                 "",
		`null`:                               "",
	} {
		_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[],"errors":`+errors+`}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed)
	}
}

func TestWarningsThatWereTakenOutOfTheReport(t *testing.T) {
	const shown, ignored = `"warnings":[{"warning_type":"XSS"}]`, `"ignored_warnings":[{"warning_type":"XSS"}]`
	for counted, want := range map[string]string{"1": "", "0": "", "2": "it counts 2 warnings and holds 1"} {
		_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{`+ignored+`,`+shown+`,"scan_info":{"security_warnings":`+counted+`}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Failed, counted)
		require.Equal(t, 2, scan.Read)
	}
}

func TestIDs(t *testing.T) {
	for members, want := range map[string]string{
		`"warning_type":"SQL Injection","warning_code":0,"check_name":"SQL"`:    "BRAKE0000",
		`"warning_type":"SQL Injection","warning_code":124`:                     "BRAKE0124",
		`"warning_type":"SQL Injection","warning_code":null,"check_name":"SQL"`: "SQL",
		`"warning_type":"SQL Injection","warning_code":"x","check_name":"SQL"`:  "SQL",
		`"warning_type":"SQL Injection","warning_code":-1`:                      "SQL Injection",
		`"warning_type":"SQL Injection"`:                                        "SQL Injection",
	} {
		findings, _, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[{`+members+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].ID)
	}
	_, _, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[{"message":"m"}]}`))
	require.ErrorIs(t, err, report.ErrShape)
}

func TestConfidence(t *testing.T) {
	for member, want := range map[string]gate.Severity{
		`,"confidence":"High"`: gate.High, `,"confidence":"Medium"`: gate.Medium, `,"confidence":"Weak"`: gate.Low,
		`,"confidence":"Odd"`: gate.Critical, `,"confidence":null`: gate.Critical, ``: gate.Unknown,
	} {
		findings, _, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[{"warning_type":"XSS"`+member+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].Rating.Severity, member)
	}
}

func TestInstants(t *testing.T) {
	want := time.Date(2026, 4, 12, 3, 15, 42, 0, time.UTC)
	for _, text := range []string{"2026-04-11 20:15:42 -0700", "2026-04-12 03:15:42 UTC", "2026-04-12T03:15:42Z"} {
		for _, member := range []string{"end_time", "timestamp"} {
			_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{"scan_info":{"`+member+`":"`+text+`"},"warnings":[]}`))
			require.NoError(t, err)
			require.True(t, want.Equal(scan.Ended), "%s: %s", text, scan.Ended)
		}
	}
	_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{"scan_info":{"end_time":"9999-12-31 23:00:00 -0700","start_time":"soon"},"warnings":[]}`))
	require.NoError(t, err)
	require.True(t, scan.Ended.IsZero() && scan.Started.IsZero())
}

func TestReportThatSaysThatNothingWasLookedAt(t *testing.T) {
	const counts = `"number_of_controllers":0,"number_of_models":-1,"number_of_templates":0`
	for info, want := range map[string]string{
		`{"checks_performed":["SQL"],` + counts + `}`:       "it counts 0 controllers, models and templates",
		`{"checks_performed":["SQL"],"number_of_models":0}`: "it counts 0 controllers, models and templates",
		`{"checks_performed":[],"number_of_controllers":1}`: "it names 0 checks that were performed",
		`{"checks_performed":["SQL"],"number_of_models":1}`: "",
		`{"checks_performed":["SQL"]}`:                      "",
		`{"number_of_controllers":1}`:                       "",
		`{"brakeman_version":"6.1.2"}`:                      "",
	} {
		_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[],"scan_info":`+info+`}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, info)
	}
	_, scan, err := reporttest.Parse(brakeman.Format, []byte(`{"warnings":[{"warning_type":"XSS"}],"scan_info":{`+counts+`}}`))
	require.NoError(t, err)
	require.Empty(t, scan.Unproven, "it holds a warning")
}
