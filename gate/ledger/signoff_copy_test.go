package ledger_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

var copies atomic.Int64

// copyOf makes another ledger with the tables of one that nobody has open.
func copyOf(t *testing.T, address string) string {
	t.Helper()
	if path, isFile := strings.CutPrefix(address, "sqlite:"); isFile {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		next := filepath.Join(t.TempDir(), "ledger.db")
		require.NoError(t, os.WriteFile(next, text, 0o600))
		return "sqlite:" + next
	}
	u, err := url.Parse(address)
	require.NoError(t, err)
	maker, err := sql.Open("pgx", pgtest.Shared(t).DSN())
	require.NoError(t, err)
	defer maker.Close()
	name := fmt.Sprintf("copy_%d", copies.Add(1))
	_, err = maker.ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE `+strings.TrimPrefix(u.Path, "/"))
	require.NoError(t, err)
	u.Path = "/" + name
	return u.String()
}

// unguarded opens a copy whose tables keep nobody from changing them, as for whoever owns the database.
func unguarded(t *testing.T, address string) *ledger.Ledger {
	t.Helper()
	l := &ledger.Ledger{Store: openedFor(t, address, store.Write), LogKey: logKey}
	if strings.HasPrefix(address, "sqlite:") {
		open(t, l.Store.DB())
		return l
	}
	for _, table := range []string{"log_leaf", "log_node", "log_head"} {
		changes(t, l.Store, `ALTER TABLE `+table+` DISABLE TRIGGER ALL`)
	}
	return l
}

// changes runs a statement, which must change a row if it is one that changes rows.
func changes(t *testing.T, s *store.Store, statement string, args ...any) {
	t.Helper()
	result, err := s.DB().ExecContext(t.Context(), statement, args...)
	require.NoError(t, err, statement)
	if verb, _, _ := strings.Cut(statement, " "); verb == "UPDATE" || verb == "DELETE" || verb == "INSERT" {
		changed, err := result.RowsAffected()
		require.NoError(t, err)
		require.Positive(t, changed, statement)
	}
}

// regrown numbers the entries again, and makes leaf hashes, tree and head of what they hold now. Checkpoints are let go.
func regrown(t *testing.T, s *store.Store) {
	t.Helper()
	var all []*store.Entry
	require.NoError(t, s.Read(t.Context(), 0, store.MaxIndex, func(e *store.Entry) error {
		all = append(all, e)
		return nil
	}))
	var nodes []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) (hashes []tlog.Hash, err error) {
		for _, pos := range at {
			hashes = append(hashes, nodes[pos])
		}
		return hashes, nil
	})
	for i, e := range all {
		envelope := ledger.EnvelopeOf(e)
		text, err := envelope.Marshal()
		require.NoError(t, err)
		leaf := tlog.RecordHash(text)
		changes(t, s, `UPDATE log_leaf SET idx = $1, leaf_hash = $2 WHERE idx = $3`, i, leaf[:], e.Index)
		fresh, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		require.NoError(t, err)
		nodes = append(nodes, fresh...)
	}
	changes(t, s, `DELETE FROM log_node`)
	for pos, hash := range nodes {
		changes(t, s, `INSERT INTO log_node (pos, hash) VALUES ($1, $2)`, pos, hash[:])
	}
	root, last := tree.Empty(), int64(0)
	if len(all) > 0 {
		var err error
		root, err = tlog.TreeHash(int64(len(all)), reader)
		require.NoError(t, err)
		last = all[len(all)-1].At.UnixNano()
	}
	changes(t, s, `UPDATE log_head SET size = $1, root = $2, updated_ns = $3`, len(all), root[:], last)
	_, err := s.DB().ExecContext(t.Context(), `DELETE FROM checkpoint`)
	require.NoError(t, err)
}
