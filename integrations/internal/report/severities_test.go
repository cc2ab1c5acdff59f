package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func TestTableOfSeveritiesIsOrderedAndSaysNothingTwice(t *testing.T) {
	table := report.Severities()
	require.True(t, slices.IsSortedFunc(table, func(a, b report.Severity) int {
		return strings.Compare(a.Format+"\x00"+a.Word, b.Format+"\x00"+b.Word)
	}))
	seen := map[string]bool{}
	for _, s := range table {
		key := s.Format + " " + s.Word
		require.False(t, seen[key], key)
		seen[key] = true
		require.Equal(t, strings.ToLower(s.Word), s.Word)
		require.NotEmpty(t, s.Why, key)
		_, known := gate.Words(nil).Severity(s.Word)
		require.False(t, known && s.Means.String() == s.Word, "%s is a word of the scale", key)
	}
}
