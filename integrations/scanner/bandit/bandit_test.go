package bandit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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
