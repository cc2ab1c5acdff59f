package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// engines are the two kinds of databases: a test that holds for both runs with an address of each.
func engines(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, fileOf(filepath.Join(t.TempDir(), "ledger.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Shared(t).NewDatabase(t)) })
}

func fileOf(path string) string { return "sqlite:" + path }

func opened(t *testing.T, address string, access store.Access) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, access)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// entry is one of many, with an id of its own.
func entry(number int) store.Entry {
	text := []byte("entry " + strconv.Itoa(number))
	id := sha256.Sum256(text)
	return store.Entry{Kind: "decision", ID: hex.EncodeToString(id[:]), Leaf: tlog.RecordHash(text), Payload: text, At: time.Unix(int64(number), 0)}
}

func nothing(context.Context, *sql.Tx, *store.Entry) error { return nil }

// filled adds the first entries.
func filled(t *testing.T, s *store.Store, count int) {
	t.Helper()
	for i := range count {
		_, err := s.Append(t.Context(), entry(i), gate.Attachments{}, nothing)
		require.NoError(t, err)
	}
}

// count gives how many entries are in order.
func count(t *testing.T, s *store.Store) (entries int) {
	t.Helper()
	require.NoError(t, s.Read(t.Context(), 0, store.MaxIndex, func(e *store.Entry) error {
		require.Equal(t, int64(entries), e.Index)
		entries++
		return nil
	}))
	return entries
}

func execute(t *testing.T, s *store.Store, statement string, args ...any) {
	t.Helper()
	_, err := s.DB().ExecContext(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}
