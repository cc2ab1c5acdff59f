package scanner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/scanner"
)

func TestTableOfProgramsIsOrderedAndSaysNothingTwice(t *testing.T) {
	table := scanner.Programs()
	require.True(t, slices.IsSortedFunc(table, func(a, b scanner.Program) int { return strings.Compare(a.Name, b.Name) }))
	for i, p := range table {
		require.True(t, i == 0 || table[i-1].Name != p.Name, p.Name)
		require.Contains(t, p.Finished, 0, p.Name)
		require.Contains(t, p.Source, "https://", p.Name)
	}
	_, known := scanner.ProgramNamed("nobody")
	require.False(t, known)
}

func TestExitCodes(t *testing.T) {
	codes, err := scanner.ExitCodes([]string{"0", "255"})
	require.NoError(t, err)
	require.Equal(t, []int{0, 255}, codes)
	for _, text := range []string{"256", "-1", "x", ""} {
		_, err := scanner.ExitCodes([]string{text})
		require.Error(t, err)
	}
}
