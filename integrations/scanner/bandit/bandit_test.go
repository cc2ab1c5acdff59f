package bandit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner/bandit"
)

func TestBandit(t *testing.T) { reporttest.Testdata(t, bandit.Format) }

func FuzzBandit(f *testing.F) { reporttest.Fuzz(f, bandit.Format) }

func TestReportWithoutResultsIsAnError(t *testing.T) {
	for _, document := range []string{`{}`, `{"errors":[],"metrics":{"_totals":{"loc":7}}}`, `[]`, `null`} {
		_, _, err := reporttest.Parse(bandit.Format, []byte(document))
		require.ErrorIs(t, err, report.ErrShape, document)
	}
}

func TestFileThatCouldNotBeReadFailsTheScan(t *testing.T) {
	_, scan, err := reporttest.Parse(bandit.Format, []byte(`{"errors":[{"filename":"a.py","reason":"syntax error while parsing AST from file"}],
		"metrics":{"_totals":{"loc":7}},"results":[]}`))
	require.NoError(t, err)
	require.Equal(t, "a.py: syntax error while parsing AST from file", scan.Failed)
}

func TestCodeKeepsItsAnchorWhenLinesMove(t *testing.T) {
	anchor := func(code string) string {
		findings, _, err := reporttest.Parse(bandit.Format, []byte(`{"results":[{"test_id":"B101","code":"`+code+`"}]}`))
		require.NoError(t, err)
		return findings[0].Anchor.Snippet
	}
	require.Equal(t, anchor(`9 def f():\n10     assert x\n`), anchor(`99 def f():\n100     assert x\n`))
}

const filtered = "findings that options of Bandit (-l, -ll, -i, -b) filtered out of the report: "

func TestReportThatCountsMoreThanItListsProvesNothing(t *testing.T) {
	for totals, want := range map[string]gate.Scan{
		`"loc":7,"SEVERITY.LOW":1`:                       {Proof: "lines of code scanned: 7"},
		`"loc":7,"SEVERITY.LOW":2.0,"SEVERITY.MEDIUM":1`: {Unproven: "it counts 3 findings and lists 1", Warnings: []string{filtered + "2"}},
		`"loc":7,"SEVERITY.HIGH":2`:                      {Unproven: "it counts 2 findings and lists 1", Warnings: []string{filtered + "1"}},
		`"loc":7,"SEVERITY.UNDEFINED":2`:                 {Unproven: "it counts 2 findings and lists 1", Warnings: []string{filtered + "1"}},
		`"loc":7,"CONFIDENCE.LOW":2`:                     {Proof: "lines of code scanned: 7"}, // the same findings once more
	} {
		for _, document := range []string{`{"errors":[],"results":[{"test_id":"B101"}],"metrics":{"_totals":{` + totals + `}}}`,
			`{"errors":[],"metrics":{"a.py":{"loc":9,"SEVERITY.HIGH":9},"_totals":{` + totals + `}},"results":[{"test_id":"B101"}]}`} {
			_, scan, err := reporttest.Parse(bandit.Format, []byte(document))
			require.NoError(t, err)
			want.Tool, want.Read = gate.Tool{Name: "bandit"}, 1
			require.Equal(t, want, scan, document)
		}
	}
}

func TestUnproven(t *testing.T) {
	for totals, want := range map[string]string{
		`"loc":0,"SEVERITY.LOW":0`:      "it counts 0 lines of code",
		`"loc":7,"SEVERITY.LOW":3`:      "it counts 3 findings and lists 0",
		`"loc":7,"SEVERITY.LOW":0`:      "",
		`"nosec":0`:                     "", // it does not say how much it looked at
		`"loc":7,"SEVERITY.MEDIUM":0.0`: "",
	} {
		_, scan, err := reporttest.Parse(bandit.Format, []byte(`{"results":[],"metrics":{"_totals":{`+totals+`}}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Unproven, totals)
		require.False(t, scan.Proof != "" && scan.Unproven != "", totals)
	}
}

// Bandit writes both lists, empty or not: where one is null, or not there, something else wrote the report.
func TestOnlyAReportOfTwoListsProvesAScan(t *testing.T) {
	for members, want := range map[string]string{
		`"errors":[]`: "lines of code scanned: 7", `"errors":null`: "", `"generated_at":null`: "",
	} {
		_, scan, err := reporttest.Parse(bandit.Format, []byte(`{"results":[],`+members+`,"metrics":{"_totals":{"loc":7}}}`))
		require.NoError(t, err)
		require.Equal(t, want, scan.Proof, members)
	}
	_, _, err := reporttest.Parse(bandit.Format, []byte(`{"results":null,"errors":[],"metrics":{"_totals":{"loc":7}}}`))
	require.ErrorIs(t, err, report.ErrShape)
}
