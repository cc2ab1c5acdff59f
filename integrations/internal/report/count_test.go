package report_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestCount(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "7": 7, "2.0": 2, "1e2": 100, "2147483647": 2147483647} {
		var n report.Count
		require.NoError(t, report.Unmarshal(jsontext.Value(text), &n), text)
		require.Equal(t, report.Count{N: want, Known: true}, n, text)
	}
	for _, text := range []string{`"7"`, `""`, `"many"`, "-1", "-0.5", "1.5", "2147483648", "1e999", "null", "true", "[]", "{}", `"NaN"`, `"Inf"`} {
		var n report.Count
		err := report.Unmarshal(jsontext.Value(text), &n)
		require.ErrorIs(t, err, report.ErrShape, text)
		require.Zero(t, n, text)
	}
	var counts struct {
		Here, Absent report.Count
	}
	require.NoError(t, report.Unmarshal(jsontext.Value(`{"Here":0}`), &counts))
	require.True(t, counts.Here.Known)
	require.False(t, counts.Absent.Known)
	require.ErrorContains(t, report.Unmarshal(jsontext.Value(`{"Here":"12"}`), &counts), "at /Here: not of this format: want a count, have \"12\"")
}
