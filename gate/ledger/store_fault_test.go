package ledger_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// TestTruncatedFileIsNoticed cuts a ledger off after each of its pages: it is not opened, or its audit says so, and nothing is added to it.
func TestTruncatedFileIsNoticed(t *testing.T) {
	folder := t.TempDir()
	whole := filepath.Join(folder, "ledger.db")
	l := opened(t, "sqlite:"+whole)
	told(t, l)
	require.NoError(t, l.Store.Close())
	text, err := os.ReadFile(whole)
	require.NoError(t, err)
	const page = 4096
	for size := 0; size < len(text); size += page {
		for _, cut := range []int{size, size + page/3} {
			path := filepath.Join(t.TempDir(), "ledger.db")
			require.NoError(t, os.WriteFile(path, text[:cut], 0o600))
			require.True(t, noticed(t, path), "cut off after %d of %d bytes", cut, len(text))
		}
	}
}

// noticed tells whether a ledger is refused, or is seen to be faulty.
func noticed(t *testing.T, path string) bool {
	s, err := store.Open(t.Context(), "sqlite:"+path, store.ReadOnly)
	if err != nil {
		return true
	}
	defer s.Close()
	a := &ledger.Audit{Store: s}
	return a.Run(t.Context()) != nil || len(a.Faults) > 0
}

// TestReadOnlyFileIsNotWritten has no decision recorded where it cannot be.
func TestReadOnlyFileIsNotWritten(t *testing.T) {
	if asNobody(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := opened(t, "sqlite:"+path)
	told(t, l)
	require.NoError(t, l.Store.Close())
	require.NoError(t, os.Chmod(path, 0o400))
	_, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.Error(t, err, "this account writes what it may not")
	l.Store = openedFor(t, "sqlite:"+path, store.Write)
	r := run{key: "more", branch: "main", hour: 9}
	report, err := r.decide(t.Context(), l)
	require.NoError(t, err)
	require.Nil(t, report.Receipt)
	require.Equal(t, gate.Error.ExitCode(gate.Observe), report.Decision.ExitCode)
	require.Contains(t, report.Decision.Problems[0], "not recorded")
	require.Len(t, idsOf(t, openedFor(t, "sqlite:"+path, store.ReadOnly)), len(story()))
}
