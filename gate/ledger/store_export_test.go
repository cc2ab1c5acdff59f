package ledger_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

func TestExportMakesTheSameLedgerOnTheOtherEngine(t *testing.T) {
	private, err := key.Generate("ecdsa-p256")
	require.NoError(t, err)
	first := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	first.Key = private
	told(t, first)
	text := exported(t, first)
	for _, address := range []string{pgtest.Shared(t).NewDatabase(t), "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")} {
		next := opened(t, address)
		head, err := next.Import(t.Context(), bytes.NewReader(text))
		require.NoError(t, err)
		was, err := first.Store.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, was, head)
		different, err := store.Differences(t.Context(), first.Store, next.Store)
		require.NoError(t, err)
		require.Empty(t, different)
		audited(t, next.Store)

		_, err = next.Import(t.Context(), bytes.NewReader(text))
		require.NoError(t, err, "once more changes nothing")
		require.Equal(t, string(text), string(exported(t, next)))
		text = exported(t, next) // from the one engine on to the other, and back
	}
	again := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	_, err = again.Import(t.Context(), bytes.NewReader(text))
	require.NoError(t, err)
	recorded(t, again, run{key: "more", branch: "main", hour: 9})
	audited(t, again.Store)
}

func TestImportRefusesWhatIsNotTheWholeExport(t *testing.T) {
	l := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
	told(t, l)
	text := exported(t, l)
	lines := slices.Collect(bytes.Lines(text))
	refused := func(damaged []byte, format string, args ...any) {
		t.Helper()
		next := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"))
		_, err := next.Import(t.Context(), bytes.NewReader(damaged))
		require.Errorf(t, err, format, args...)
		require.NoError(t, next.Store.Close())
	}
	for i, line := range lines {
		before := bytes.Join(lines[:i], nil)
		refused(before, "cut off before line %d", i)
		refused(slices.Concat(before, line[:len(line)/2]), "cut off in line %d", i)
		if !bytes.HasPrefix(line, []byte(`{"envelope"`)) {
			continue
		}
		refused(slices.Concat(before, bytes.Join(lines[i+1:], nil)), "without line %d", i)
		if i+1 < len(lines) && bytes.HasPrefix(lines[i+1], []byte(`{"envelope"`)) {
			refused(slices.Concat(before, lines[i+1], line, bytes.Join(lines[i+2:], nil)), "line %d after the next", i)
		}
		for at := 0; at < len(line)-1; at += len(line) / 8 {
			flipped := slices.Concat(before, line, bytes.Join(lines[i+1:], nil))
			flipped[len(before)+at] ^= 1
			refused(flipped, "bit 0 of byte %d of line %d flipped", at, i)
		}
	}
}

func exported(t *testing.T, l *ledger.Ledger) []byte {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, l.Export(t.Context(), &text))
	return text.Bytes()
}
