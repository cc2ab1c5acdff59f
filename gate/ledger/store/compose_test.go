package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// sizeOf counts the entries as a composer sees them.
func sizeOf(ctx context.Context, now store.Querier) (size int, err error) {
	err = now.QueryRowContext(ctx, `SELECT COUNT(*) FROM log_leaf`).Scan(&size)
	return size, err
}

func TestComposeSeesTheLogAsItIs(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		filled(t, s, 2)
		asked := 0
		compose := func(ctx context.Context, now store.Querier) (e store.Entry, err error) {
			asked++
			size, err := sizeOf(ctx, now)
			e = entry(size)
			e.Kind, e.Register = "sign-off", "42"
			return e, err
		}
		done, err := s.Compose(t.Context(), entry(2).ID, compose)
		require.NoError(t, err)
		require.Equal(t, []int64{2, 3}, []int64{done.Index, done.Size})
		again, err := s.Compose(t.Context(), entry(2).ID, compose)
		require.NoError(t, err)
		require.Equal(t, done, again, "what stands there is given, whatever would be composed")
		require.Equal(t, 1, asked)

		found, err := store.Registered(t.Context(), s.View(), "42")
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, int64(2), found[0].Index)
		for _, register := range []string{"", "4", "420"} {
			none, err := store.Registered(t.Context(), s.View(), register)
			require.NoError(t, err)
			require.Empty(t, none, "%q", register)
		}
		require.NoError(t, store.Included(t.Context(), s.View(), found))
	})
}

func TestWhatIsNotComposedIsNotAdded(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		filled(t, s, 1)
		_, err := s.Compose(t.Context(), "id", func(context.Context, store.Querier) (store.Entry, error) {
			return store.Entry{}, errors.New("nothing to say")
		})
		require.ErrorContains(t, err, "nothing to say")
		_, err = s.Compose(t.Context(), "id", func(context.Context, store.Querier) (store.Entry, error) { return entry(1), nil })
		require.ErrorContains(t, err, fmt.Sprintf("entry %q was composed as %q", "id", entry(1).ID))
		require.Equal(t, 1, count(t, s))
		filled(t, opened(t, address, store.Write), 2) // nobody is kept waiting
		require.Equal(t, 2, count(t, s))
	})
}

// TestComposerIsAskedAgain where what it read was cut off: the server could not go on, and may the next time.
func TestComposerIsAskedAgain(t *testing.T) {
	s := opened(t, pgtest.Shared(t).NewDatabase(t), store.Prepare)
	asked := 0
	done, err := s.Compose(t.Context(), entry(0).ID, func(context.Context, store.Querier) (store.Entry, error) {
		if asked++; asked == 1 {
			return store.Entry{}, fmt.Errorf("read the register: %w", &pgconn.PgError{Code: "40001"})
		}
		return entry(0), nil
	})
	require.NoError(t, err)
	require.Equal(t, 2, asked)
	require.Equal(t, int64(1), done.Size)
	require.Equal(t, 1, count(t, s))
}

func TestIncludedHoldsEachEntryAgainstTheTree(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		require.NoError(t, store.Included(t.Context(), s.View(), nil))
		filled(t, s, 7)
		var all []*store.Entry
		require.NoError(t, s.Read(t.Context(), 0, store.MaxIndex, func(e *store.Entry) error {
			all = append(all, e)
			return nil
		}))
		require.NoError(t, store.Included(t.Context(), s.View(), all))
		for name, change := range map[string]func(e *store.Entry){
			"another leaf":  func(e *store.Entry) { e.Leaf[0]++ },
			"another place": func(e *store.Entry) { e.Index++ },
			"beyond":        func(e *store.Entry) { e.Index = 7 },
			"before":        func(e *store.Entry) { e.Index = -1 },
		} {
			for i := range all {
				e := *all[i]
				change(&e)
				require.ErrorContains(t, store.Included(t.Context(), s.View(), []*store.Entry{all[0], &e}), "is not in the log", "%s: %d", name, i)
			}
		}
		for _, text := range map[bool][]string{
			true:  {`ALTER TABLE log_leaf DISABLE TRIGGER ALL`, `ALTER TABLE log_head DISABLE TRIGGER ALL`},
			false: {`DROP TRIGGER log_leaf_delete`, `DROP TRIGGER log_head_shrink`},
		}[address[0] == 'p'] {
			execute(t, s, text)
		}
		execute(t, s, `DELETE FROM log_leaf WHERE idx = 3`)
		require.ErrorContains(t, store.Included(t.Context(), s.View(), all[:1]), "the log has 7 entries, and 1 of them are missing")
		execute(t, s, `UPDATE log_head SET size = 6`) // the tree is still that of seven
		require.Error(t, store.Included(t.Context(), s.View(), all[:1]))
	})
}
