package tfsec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/tfsec"
)

func TestTfsec(t *testing.T) { reporttest.Testdata(t, tfsec.Format) }

func FuzzTfsec(f *testing.F) { reporttest.Fuzz(f, tfsec.Format) }

func TestDetect(t *testing.T) {
	large := strings.Repeat("A", 200<<10)
	reporttest.Detects(t, tfsec.Format, map[string]bool{
		`{"results":[{"rule_id":"GEN003","location":{"filename":"a.tf"}}]}`:                   true,
		`{"results":[{"rule_id":"AVD-AWS-0086","rule_provider":"aws","impact":"` + large:      true,
		`{"results":[{"description":"a","location":{"filename":"a.tf"},"rule_id":"GEN003"}]}`: true,
		`{"results":null}`: false,
		`{"results":[]}`:   false,
		`{"results":[{"check_id":"python.lang","path":"a.py","extra":{}}]}`:                          false,
		`{"results":[{"test_id":"B101","filename":"a.py"}]}`:                                         false,
		`{"results":[{"source":{"path":"go.mod"},"packages":[]}]}`:                                   false,
		`[{"rule_id":"GEN003","location":{"filename":"a.tf"}}]`:                                      false,
		`{"results":[{"rule_id":"a","rule_provider":"aws"}]}` + "\n" + `{"results":[]}`:              false,
		`{"check_type":"terraform","results":{"failed_checks":[{"check_id":"CKV_1"}]},"summary":{}}`: false,
	})
}

func TestDocumentWithoutResultsIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `[]`, `null`, `{"statistics":[]}`} {
		_, _, err := reporttest.Parse(tfsec.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestReportOfNothingProvesNothing(t *testing.T) {
	for _, document := range []string{"{\n\t\"results\": null\n}\n", `{"results":[]}`} {
		findings, scan, err := reporttest.Parse(tfsec.Format, []byte(document))
		require.NoError(t, err)
		require.Empty(t, findings)
		require.Empty(t, scan.Proof)
	}
}

func TestStatus(t *testing.T) {
	for status, want := range map[string]gate.State{
		`"failed"`: gate.Open, `0`: gate.Open, `"excused"`: gate.Open, `3`: gate.Open, `null`: gate.Open, `"ignored"`: gate.Suppressed, `2`: gate.Suppressed,
	} {
		findings, _, err := reporttest.Parse(tfsec.Format, []byte(`{"results":[{"rule_id":"AVD-AWS-0086","passed":true,"status":`+status+`}]}`))
		require.NoError(t, err)
		require.Len(t, findings, 1, status)
		require.Equal(t, want, findings[0].State, status)
	}
	for _, member := range []string{`"status":"passed"`, `"status":1`, `"passed":true`} {
		findings, scan, err := reporttest.Parse(tfsec.Format, []byte(`{"results":[{"rule_id":"AVD-AWS-0086",`+member+`}]}`))
		require.NoError(t, err)
		require.Empty(t, findings, member)
		require.Equal(t, map[string]int{"passed check": 1}, scan.Dropped, member)
		require.Equal(t, "checks passed: 1", scan.Proof, member)
	}
}

func TestIDIsTheFirstThatIsThere(t *testing.T) {
	for members, want := range map[string]string{
		`"rule_id":"AVD-AWS-0086","long_id":"aws-s3-acl"`: "AVD-AWS-0086",
		`"rule_id":"","long_id":"aws-s3-acl"`:             "aws-s3-acl", // a check of one's own has no id in the database
	} {
		findings, _, err := reporttest.Parse(tfsec.Format, []byte(`{"results":[{`+members+`}]}`))
		require.NoError(t, err)
		require.Equal(t, want, findings[0].ID)
	}
	_, _, err := reporttest.Parse(tfsec.Format, []byte(`{"results":[{"severity":"LOW"}]}`))
	require.ErrorIs(t, err, report.ErrShape)
	require.ErrorContains(t, err, "without an id")
}
