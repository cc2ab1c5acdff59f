package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

var accesses = map[string]store.Access{"read": store.ReadOnly, "write": store.Write, "prepare": store.Prepare}

func TestFileThatIsNoLedgerIsRefused(t *testing.T) {
	ledger := func(t *testing.T, path string) {
		require.NoError(t, opened(t, fileOf(path), store.Write).Close())
	}
	for _, c := range []struct {
		name, want string
		make       func(t *testing.T, path string)
	}{
		{"garbage", "not a database", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, []byte("this is no ledger, and of no use as one. It is long enough to be one: a hundred bytes are read first."), 0o600))
		}},
		{"folder", "no regular file", func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) }},
		{"link", "no regular file", func(t *testing.T, path string) {
			ledger(t, path+".elsewhere")
			require.NoError(t, os.Symlink(path+".elsewhere", path))
		}},
		{"link to nothing", "no regular file", func(t *testing.T, path string) { require.NoError(t, os.Symlink(path+".none", path)) }},
		{"world-writable", "written by everybody", func(t *testing.T, path string) {
			ledger(t, path)
			require.NoError(t, os.Chmod(path, 0o602))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			c.make(t, path)
			for name, access := range accesses {
				_, err := store.Open(t.Context(), fileOf(path), access)
				require.ErrorContains(t, err, c.want, name)
			}
			require.NoFileExists(t, path+".none")
		})
	}
}

func TestFolderIsMadeOnlyToWrite(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(folder, "ledger.db")
	_, err := store.Open(t.Context(), fileOf(path), store.ReadOnly)
	require.ErrorIs(t, err, store.ErrNone)
	require.NoDirExists(t, filepath.Dir(folder))

	filled(t, opened(t, fileOf(path), store.Write), 1)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	drafts, err := filepath.Glob(filepath.Join(folder, ".ledger-*"))
	require.NoError(t, err)
	require.Empty(t, drafts)

	_, err = store.Open(t.Context(), fileOf(filepath.Join(path, "ledger.db")), store.Write)
	require.ErrorContains(t, err, "not a directory")
}

func TestNewerTablesAreRefused(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		filled(t, s, 1)
		execute(t, s, `INSERT INTO defectgate_schema (version_id, is_applied) VALUES (99, $1)`, true)
		for name, access := range accesses {
			_, err := store.Open(t.Context(), address, access)
			require.ErrorContains(t, err, "version 99", name)
			require.Equal(t, "use a newer defectgate", gate.HintOf(err), name)
		}
	})
}

func TestMissingTablesAreMadeOnlyWhenAsked(t *testing.T) {
	empty := func(t *testing.T, address string) {
		for _, access := range []store.Access{store.ReadOnly, store.Write} {
			_, err := store.Open(t.Context(), address, access)
			require.ErrorIs(t, err, store.ErrNone)
			require.Contains(t, gate.HintOf(err), "defectgate ledger init")
		}
		filled(t, opened(t, address, store.Prepare), 2)
		require.Equal(t, 2, count(t, opened(t, address, store.ReadOnly)))
	}
	t.Run("postgres", func(t *testing.T) { empty(t, pgtest.Shared(t).NewDatabase(t)) })
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "ledger.db")
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		empty(t, fileOf(path))
	})
}

func TestSeveralPrepareAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		var all sync.WaitGroup
		errs, origins := make([]error, 6), make([]string, 6)
		for i := range errs {
			all.Go(func() {
				s, err := store.Open(t.Context(), address, store.Prepare)
				if errs[i] = err; err == nil {
					origins[i] = s.Origin()
					errs[i] = s.Close()
				}
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		s := opened(t, address, store.Write)
		for _, origin := range origins {
			require.Equal(t, s.Origin(), origin)
		}
	})
}

func TestCommitsThatMayBeLostAreRefused(t *testing.T) {
	address := pgtest.Shared(t).NewDatabase(t)
	s := opened(t, address, store.Prepare)
	execute(t, s, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`)
	for name, access := range accesses {
		_, err := store.Open(t.Context(), address, access)
		require.ErrorContains(t, err, "synchronous_commit is off", name)
		require.NotEmpty(t, gate.HintOf(err))
	}
}

// TestIsolationIsNotThatOfTheDatabase: whoever waits for the head must not fail because somebody else moved it.
func TestIsolationIsNotThatOfTheDatabase(t *testing.T) {
	address := pgtest.Shared(t).NewDatabase(t)
	execute(t, opened(t, address, store.Prepare),
		`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$`)
	isolation := ""
	_, err := opened(t, address, store.Write).Append(t.Context(), entry(0), nil, func(ctx context.Context, tx *sql.Tx, _ *store.Entry) error {
		return tx.QueryRowContext(ctx, `SHOW transaction_isolation`).Scan(&isolation)
	})
	require.NoError(t, err)
	require.Equal(t, "read committed", isolation)
}

// TestFailedAppendLeavesNothing fails where all but the head is written: nothing of it stays, and it keeps nobody waiting.
func TestFailedAppendLeavesNothing(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		_, err := s.Append(t.Context(), entry(0), gate.Attachments{"name": []byte("bytes")}, func(context.Context, *sql.Tx, *store.Entry) error {
			return gate.WithHint(errors.New("no place for it"), "make some") // an error with advice is not tried again
		})
		require.ErrorContains(t, err, "no place for it")
		require.Zero(t, count(t, s))
		names, err := s.Blobs(t.Context())
		require.NoError(t, err)
		require.Empty(t, names)
		filled(t, opened(t, address, store.Write), 1)
		require.Equal(t, 1, count(t, s))
	})
}

// A writer waits, is ended when nobody hears of it any more, and has on the disk what it acknowledged.
func TestConnectionsLastAndEnd(t *testing.T) {
	setting := func(s *store.Store, query string) (value string) {
		require.NoError(t, s.View().QueryRowContext(t.Context(), query).Scan(&value))
		return value
	}
	file := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"), store.Write)
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "busy_timeout": "120000"} { // 2 is FULL
		require.Equal(t, want, setting(file, "PRAGMA "+pragma), pragma)
	}
	address := pgtest.Shared(t).NewDatabase(t)
	opened(t, address, store.Prepare)
	for access, limit := range map[store.Access]string{store.Prepare: "10min", store.Write: "1min", store.ReadOnly: "10min"} {
		server := opened(t, address, access)
		require.Equal(t, limit, setting(server, "SHOW statement_timeout"))
		require.Equal(t, limit, setting(server, "SHOW idle_in_transaction_session_timeout"))
		require.Equal(t, "50s", setting(server, "SHOW lock_timeout"))
	}
}
