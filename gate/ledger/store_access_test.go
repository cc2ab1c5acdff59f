package ledger_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// TestWriterOfPostgresAddsDecisionsAndNoMore has a role record that owns nothing.
func TestWriterOfPostgresAddsDecisionsAndNoMore(t *testing.T) {
	address := pgtest.Shared(t).NewDatabase(t)
	owner := opened(t, address)
	const role = `ci "writer"`
	_, err := owner.Store.DB().ExecContext(t.Context(), `CREATE ROLE "ci ""writer""" LOGIN PASSWORD 'secret'`)
	require.NoError(t, err)
	require.NoError(t, owner.Store.Grant(t.Context(), role))

	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "secret")
	writer := opened(t, u.String())
	told(t, writer)
	audited(t, writer.Store)
	for _, statement := range []string{
		`UPDATE log_leaf SET kind = 'other'`, `DELETE FROM log_leaf`, `TRUNCATE log_leaf`, `UPDATE log_node SET pos = pos + 1000`,
		`DELETE FROM log_node`, `DELETE FROM log_head`, `DELETE FROM blob`, `UPDATE blob SET size = 0`, `DELETE FROM checkpoint`,
		`UPDATE checkpoint SET note = ''`, `UPDATE meta SET value = ''`, `DELETE FROM defectgate_schema`, `CREATE TABLE mine (a BIGINT)`,
		`DROP TABLE log_leaf`, `ALTER TABLE log_leaf DISABLE TRIGGER ALL`,
	} {
		_, err := writer.Store.DB().ExecContext(t.Context(), statement)
		require.Error(t, err, statement)
		require.Regexp(t, "permission denied|must be owner", err.Error(), statement)
	}
	_, err = writer.Store.DB().ExecContext(t.Context(), `UPDATE log_head SET size = size - 1`)
	require.ErrorContains(t, err, "the log only appends")
	require.Len(t, idsOf(t, owner.Store), len(story()))
	audited(t, owner.Store)
}

func TestReadOnlyNeverWrites(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		told(t, opened(t, address))
		s := openedFor(t, address, store.ReadOnly)
		require.Len(t, idsOf(t, s), len(story()))
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		for name, write := range map[string]func() error{
			"bytes":      func() error { return s.AddBlobs(t.Context(), gate.Attachments{"name": []byte("bytes")}) },
			"checkpoint": func() error { return s.SaveCheckpoint(t.Context(), head, "note") },
			"origin":     func() error { return s.Adopt(t.Context(), head.Origin) },
			"rebuild": func() error {
				return s.Rebuild(t.Context(), func(context.Context, *sql.Tx, *store.Entry) error { return nil })
			},
		} {
			require.ErrorContains(t, write(), "read", name) // the engines say "readonly database", and "read-only transaction"
		}
		r := run{key: "more", branch: "main", hour: 9}
		l := opened(t, address)
		l.Store = s
		report, err := r.decide(t.Context(), l)
		require.NoError(t, err)
		require.Nil(t, report.Receipt)
	})
}

func TestReadOnlyMakesNoFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	_, err := store.Open(t.Context(), "sqlite:"+path, store.ReadOnly)
	require.ErrorIs(t, err, store.ErrNone)
	_, err = store.Open(t.Context(), "sqlite:"+filepath.Join(folder, "none", "ledger.db"), store.ReadOnly)
	require.ErrorIs(t, err, store.ErrNone)
	require.Empty(t, names(t, folder))

	l := opened(t, "sqlite:"+path)
	told(t, l)
	require.NoError(t, l.Store.Close())
	before := names(t, folder)
	require.Equal(t, []string{"ledger.db"}, before)
	s := openedFor(t, "sqlite:"+path, store.ReadOnly)
	audited(t, s)
	require.NoError(t, s.Close())
	require.Equal(t, before, names(t, folder))
}

func TestLedgerInAReadOnlyFolderIsRead(t *testing.T) {
	if asNobody(t) {
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.db")
	l := opened(t, "sqlite:"+path)
	told(t, l)
	require.NoError(t, l.Store.Close())
	require.NoError(t, os.Chmod(path, 0o400))
	require.NoError(t, os.Chmod(folder, 0o500))
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	require.Error(t, os.WriteFile(filepath.Join(folder, "probe"), nil, 0o600), "this account writes where it may not")
	s := openedFor(t, "sqlite:"+path, store.ReadOnly)
	require.Len(t, idsOf(t, s), len(story()))
	audited(t, s)
	r := run{key: "more", branch: "main", hour: 9}
	l.Store = s
	report, err := r.decide(t.Context(), l)
	require.NoError(t, err)
	require.Nil(t, report.Receipt)

	_, err = store.Open(t.Context(), "sqlite:"+path, store.Write)
	require.Error(t, err)
	_, err = store.Open(t.Context(), "sqlite:"+filepath.Join(folder, "another.db"), store.Write)
	require.ErrorContains(t, err, "make the ledger")
	require.Equal(t, []string{"ledger.db"}, names(t, folder))
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
