package yarnaudit_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/yarnaudit"
)

func TestYarnAudit(t *testing.T) { reporttest.Testdata(t, yarnaudit.Format) }

// Documents of Yarn 4 are left out: nothing stands at their end, and that one was cut at a line end only a receipt shows.
func FuzzYarnAudit(f *testing.F) { reporttest.FuzzMatching(f, yarnaudit.Format, "*yarn[12]*.jsonl") }

func FuzzYarn4(f *testing.F) {
	document, err := os.ReadFile("testdata/yarn4.jsonl")
	require.NoError(f, err)
	f.Add(document)
	f.Fuzz(func(t *testing.T, document []byte) {
		findings, scan, err := reporttest.Parse(yarnaudit.Format, document)
		if err == nil && scan.Read != len(findings) {
			t.Fatalf("read %d, emitted %d", scan.Read, len(findings))
		}
		for i := range findings {
			if report.Identified(&findings[i]) != nil {
				t.Fatal("a finding without an id")
			}
		}
	})
}

const (
	advisory = `{"type":"auditAdvisory","data":{"resolution":{"path":"a>b"},"advisory":{"id":7,"module_name":"b"}}}` + "\n"
	summary  = `{"type":"auditSummary","data":{"vulnerabilities":{"high":0},"totalDependencies":47}}` + "\n"
	found    = `{"value":"b","children":{"ID":7,"Issue":"t","Severity":"low","Tree Versions":["1.0.0"]}}` + "\n"
	nothing  = `{"type":"info","name":1,"displayName":"YN0001","indent":"","data":"No audit suggestions"}` + "\n"
	answered = `{"actions":[],"advisories":{"7":{"id":7,"module_name":"b"}},"metadata":{"vulnerabilities":{"high":1},"totalDependencies":47}}` + "\n"
	failed   = `{"type":"error","data":"refused\nin two lines"}` + "\n"
)

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, yarnaudit.Format, map[string]bool{
		advisory + summary: true,
		summary:            true,
		found:              true,
		found + found:      true,
		nothing:            true,
		failed + summary:   true,
		answered + nothing: true,
		answered:           false, // npm-audit's
		`{"type":"auditAdvisory","data":{"advisory":{"overview":"` + large + `"}}}`:   true,
		`{"data":{"vulnerabilities":{"high":0}},"type":"auditSummary"}`:               true,
		`{"value":"b","children":{"ID":7,"Severity":"low","Issue":"` + large + `"}}`:  true,
		`{"children":{"Issue":"` + large + `"},"value":"b"}`:                          false,
		`{"type":"warning","data":"package.json: No license field"}` + "\n" + summary: true,
		`{}`:                                            false,
		`{"type":"audit","records":[]}`:                 false,
		`{"type":"object","data":[]}`:                   false,
		`{"value":"b","children":{"value":"c"}}`:        false,
		`{"advisories":{"a/b":[]}}`:                     false,
		`[{"type":"auditSummary","data":{}}]`:           false,
		`{"auditReportVersion":2,"vulnerabilities":{}}`: false,
	})
}

func TestDocumentOfYarn1WithoutSummaryIsCut(t *testing.T) {
	for _, document := range []string{"", advisory, advisory + advisory, `{"type":"info","data":"No lockfile found."}`} {
		_, _, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, document)
	}
}

func TestDocumentIsOneReport(t *testing.T) {
	for _, document := range []string{summary + advisory, summary + summary, nothing + found, answered + answered, answered + advisory + summary,
		found + summary, advisory + found, found + answered, advisory + nothing + answered} {
		_, _, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
		require.ErrorContains(t, err, "a second report follows the first")
	}
	for _, document := range []string{advisory + advisory + summary + failed, answered + nothing, found + found, failed + found} {
		_, _, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.NoError(t, err, document)
	}
}

func TestLineThatIsNotKnownIsAnError(t *testing.T) {
	for _, line := range []string{`{}`, `[]`, `7`, `{"b":[{"id":7}]}`, `{"type":"auditFinding","data":{}}`, `{"type":"auditAdvisory"}`,
		`{"type":"auditSummary","data":null}`, `{"type":"auditAdvisory","data":{"resolution":{}}}`, `{"value":"b","children":{"Issue":"t"}}`,
		`{"advisories":null}`} {
		_, _, err := reporttest.Parse(yarnaudit.Format, []byte(line+"\n"))
		require.ErrorIs(t, err, report.ErrShape, line)
	}
}

func TestErrorFailsTheScan(t *testing.T) {
	for document, want := range map[string]string{
		failed + summary:                           "refused",
		failed + found:                             "refused",
		summary + failed:                           "refused",
		`{"type":"error","data":7}` + found:        "Yarn does not say why",
		`{"type":"error"}` + found:                 "Yarn does not say why",
		`{"type":"warning","data":"slow"}` + found: "",
	} {
		_, scan, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.NoError(t, err, document)
		require.Equal(t, want, scan.Failed, document)
	}
	_, _, err := reporttest.Parse(yarnaudit.Format, []byte(failed))
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "Yarn ended without a report: refused")
}

func TestOnlyCountsProve(t *testing.T) {
	for document, want := range map[string]string{
		summary:                                "dependencies audited: 47",
		strings.Replace(summary, "47", "0", 1): "",
		strings.Replace(summary, `"high":0`, `"high":3`, 1): "",
		nothing: "",
		strings.Replace(answered, `"high":1`, `"high":0`, 1): "dependencies audited: 47",
	} {
		_, scan, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Proof, document)
	}
}

func TestOnlyADeprecationIsLeftOut(t *testing.T) {
	for members, left := range map[string]int{
		`"ID":"b (deprecation)","Issue":"t"`:                                          1,
		`"ID":"b (deprecation)","Issue":"t","URL":"https://example.com/advisories/7"`: 0,
		`"ID":"b","Issue":"t"`:                                                        0,
	} {
		findings, scan, err := reporttest.Parse(yarnaudit.Format, []byte(`{"value":"b","children":{`+members+`}}`))
		require.NoError(t, err)
		require.Equal(t, left, scan.Dropped["package that is deprecated"], members)
		require.Len(t, findings, 1-left)
	}
}

func TestDateThatNobodyCanMeanIsAWarning(t *testing.T) {
	line := strings.Replace(advisory, `"id":7`, `"id":7,"created":"1800-01-01T00:00:00Z"`, 1)
	findings, scan, err := reporttest.Parse(yarnaudit.Format, []byte(line+summary))
	require.NoError(t, err)
	require.True(t, findings[0].Published.IsZero())
	require.Equal(t, []string{"1 date before 1971 counts as not known (created)"}, scan.Warnings)
}

func TestUnproven(t *testing.T) {
	three := strings.Replace(summary, `"high":0`, `"high":3`, 1)
	for document, want := range map[string]string{
		summary:                                "",
		three:                                  "it counts 3 vulnerabilities and lists none of them",
		advisory + three:                       "it counts 3 vulnerabilities and lists 1",
		advisory + advisory + advisory + three: "",
		strings.Replace(summary, "47", "0", 1): "it counts 0 dependencies",
		answered:                               "",
		strings.Replace(answered, `:1},`, `:2},`, 1): "it counts 2 vulnerabilities and lists 1",
		nothing: "",
		found:   "",
	} {
		_, scan, err := reporttest.Parse(yarnaudit.Format, []byte(document))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, document)
		require.Equal(t, strings.HasSuffix(want, "0 dependencies") || want == "", len(scan.Warnings) == 0, document)
		require.False(t, scan.Proof != "" && scan.Unproven != "", document)
	}
}
