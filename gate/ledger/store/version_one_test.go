package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// versionOne makes a ledger as the program did before there were sign-offs, with decisions in it, and gives its head.
func versionOne(t *testing.T, address string, count int) tree.Checkpoint {
	t.Helper()
	known := migrations
	defer func() { migrations = known }()
	migrations = known[:1]
	s, err := Open(t.Context(), address, Prepare)
	require.NoError(t, err)
	defer s.Close()
	for i := range int64(count) {
		e := numbered(int(i))
		require.NoError(t, s.within(t.Context(), func(tx *sql.Tx) error {
			root, err := grow(t.Context(), tx, i, e.Leaf)
			if err != nil {
				return err
			}
			const leaf = `INSERT INTO log_leaf (idx, leaf_hash, kind, record_id, codec, payload, signature, key_id, appended_ns)
				VALUES ($1, $2, $3, $4, 'plain', $5, $6, $7, $8)`
			if _, err := tx.ExecContext(t.Context(), leaf, i, e.Leaf[:], e.Kind, e.ID, e.Payload, e.Signature, e.KeyID, e.At.UnixNano()); err != nil {
				return err
			}
			_, err = tx.ExecContext(t.Context(), `UPDATE log_head SET size = $1, root = $2, updated_ns = $3`, i+1, root[:], e.At.UnixNano())
			return err
		}))
	}
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(count), head.Size)
	return head
}

// numbered is one of many entries.
func numbered(number int) Entry {
	text := fmt.Appendf(nil, "entry %d", number)
	return Entry{Kind: "decision", ID: fmt.Sprintf("%064x", number), Leaf: tlog.RecordHash(text), Payload: text, Signature: []byte("signature"), KeyID: "key",
		At: time.Unix(int64(number), 0).UTC()}
}

// TestVersionOneKeepsItsLog: a file is brought up to date by whoever writes to it, a server by nobody but who is asked to.
func TestVersionOneKeepsItsLog(t *testing.T) {
	const decisions = 5
	for engine, address := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "ledger.db"), "postgres": pgtest.Shared(t).NewDatabase(t),
	} {
		t.Run(engine, func(t *testing.T) {
			before := versionOne(t, address, decisions)
			refused, asked := []Access{ReadOnly}, Write
			if engine == "postgres" {
				refused, asked = []Access{ReadOnly, Write}, Prepare
			}
			for _, access := range refused {
				_, err := Open(t.Context(), address, access)
				require.ErrorContains(t, err, "its tables are of version 1, and this program needs 2")
				require.Contains(t, gate.HintOf(err), "defectgate ledger init")
			}
			s, err := Open(t.Context(), address, asked)
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			after, err := s.Head(t.Context())
			require.NoError(t, err)
			require.Equal(t, before, after, "name, size and root")

			read := 0
			require.NoError(t, s.Read(t.Context(), 0, MaxIndex, func(e *Entry) error {
				want := numbered(read)
				want.Index = int64(read)
				require.Equal(t, want, *e)
				read++
				return nil
			}))
			require.Equal(t, decisions, read)
			root, err := s.RootAt(t.Context(), decisions)
			require.NoError(t, err)
			require.Equal(t, before.Root, root)
			nothing := func(context.Context, *sql.Tx, *Entry) error { return nil }
			_, err = s.DB().ExecContext(t.Context(), `UPDATE log_leaf SET register = '42'`)
			require.ErrorContains(t, err, "the log only appends")

			signedOff := numbered(decisions)
			signedOff.Kind, signedOff.Register = "sign-off", "42"
			_, err = s.Append(t.Context(), signedOff, nil, nothing)
			require.NoError(t, err)
			found, err := Registered(t.Context(), s.View(), "42")
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.NoError(t, Included(t.Context(), s.View(), found))
			grown, err := s.Head(t.Context())
			require.NoError(t, err)
			growth, err := s.ProveGrowth(t.Context(), before.Size, grown.Size)
			require.NoError(t, err)
			require.NoError(t, tree.Consistent(before, grown, growth))
		})
	}
}
