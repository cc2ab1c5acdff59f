package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
)

// TestOlderTables opens tables of this version with a program that knows one more.
func TestOlderTables(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	server := pgtest.Shared(t).NewDatabase(t)
	open := func(address string, access Access) (version int, err error) {
		s, err := Open(t.Context(), address, access)
		if err != nil {
			return 0, err
		}
		defer s.Close()
		return s.version(t.Context())
	}
	for _, address := range []string{file, server} {
		_, err := open(address, Prepare)
		require.NoError(t, err)
	}

	withMore(t, 1)
	refused := func(address string, access Access) {
		_, err := open(address, access)
		require.ErrorContains(t, err, "its tables are of version 2, and this program needs 3")
		require.Contains(t, gate.HintOf(err), "defectgate ledger init")
	}
	refused(file, ReadOnly)
	refused(server, ReadOnly)
	refused(server, Write) // a check does not change a server that others use
	for address, access := range map[string]Access{file: Write, server: Prepare} {
		version, err := open(address, access)
		require.NoError(t, err)
		require.Equal(t, 3, version)
	}
}

// TestSeveralBringTablesUpToDate has several do at once what takes more than one step.
func TestSeveralBringTablesUpToDate(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	server := pgtest.Shared(t).NewDatabase(t)
	for _, address := range []string{file, server} {
		s, err := Open(t.Context(), address, Prepare)
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	withMore(t, 8)
	for address, access := range map[string]Access{file: Write, server: Prepare} {
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			all.Go(func() {
				s, err := Open(t.Context(), address, access)
				if errs[i] = err; err == nil {
					errs[i] = s.Close()
				}
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...), address)
	}
}

// withMore has the program know more versions until the test ends.
func withMore(t *testing.T, versions int) {
	known := migrations
	t.Cleanup(func() { migrations = known })
	migrations = slices.Clone(known)
	for i := range versions {
		migrations = append(migrations, func(ctx context.Context, tx *sql.Tx, _ dialect) error {
			_, err := tx.ExecContext(ctx, fmt.Sprintf(`CREATE TABLE more_%d (id BIGINT PRIMARY KEY)`, i))
			return err
		})
	}
}

// TestSeveralMakeALedgerWithoutLinks: on such a file system, too, nobody records into a ledger that another then replaces.
func TestSeveralMakeALedgerWithoutLinks(t *testing.T) {
	link = func(string, string) error { return errors.ErrUnsupported }
	t.Cleanup(func() { link = os.Link })
	address := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	var all sync.WaitGroup
	errs, origins := make([]error, 8), make([]string, 8)
	for i := range errs {
		all.Go(func() {
			s, err := Open(t.Context(), address, Write)
			if errs[i] = err; err == nil {
				origins[i] = s.Origin()
				errs[i] = s.Close()
			}
		})
	}
	all.Wait()
	s, err := Open(t.Context(), address, Write)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	for i := range errs {
		if errs[i] != nil {
			require.ErrorIs(t, errs[i], ErrNone) // it came in between
			continue
		}
		require.Equal(t, s.Origin(), origins[i])
	}
}
