package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger/store"
)

func TestLogOnlyAppends(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := opened(t, address, store.Prepare)
		filled(t, s, 3)
		signedOff := entry(3)
		signedOff.Kind, signedOff.Register = "sign-off", "42"
		_, err := s.Append(t.Context(), signedOff, nil, nothing)
		require.NoError(t, err)
		before, err := s.Head(t.Context())
		require.NoError(t, err)
		statements := []string{
			`UPDATE log_leaf SET payload = leaf_hash`, `UPDATE log_leaf SET idx = 7 WHERE idx = 2`, `DELETE FROM log_leaf WHERE idx = 2`,
			`UPDATE log_leaf SET register = '' WHERE idx = 3`, `UPDATE log_leaf SET register = '42' WHERE idx = 2`,
			`UPDATE log_node SET pos = 9 WHERE pos = 0`, `DELETE FROM log_node WHERE pos = 0`, `DELETE FROM log_head`,
			`UPDATE log_head SET size = 2`, `UPDATE log_head SET size = size - 1`,
			`INSERT INTO log_node (pos, hash) SELECT pos, hash FROM log_node WHERE pos = 0`,
		}
		if address[0] == 'p' {
			statements = append(statements, `TRUNCATE log_leaf`, `TRUNCATE log_node`, `TRUNCATE log_head`, `TRUNCATE log_head, log_leaf, log_node CASCADE`,
				`INSERT INTO log_node (pos, hash) SELECT pos, hash FROM log_node WHERE pos = 0 ON CONFLICT (pos) DO UPDATE SET hash = ''`)
		} else {
			statements = append(statements, `UPDATE OR REPLACE log_leaf SET idx = 0 WHERE idx = 1`,
				`INSERT OR REPLACE INTO log_leaf SELECT idx, leaf_hash, kind, 'other', codec, payload, signature, key_id, 0, '' FROM log_leaf WHERE idx = 1`,
				`INSERT OR REPLACE INTO log_leaf SELECT 7, leaf_hash, kind, record_id, codec, payload, signature, key_id, 0, '' FROM log_leaf WHERE idx = 1`,
				`INSERT OR REPLACE INTO log_leaf SELECT idx, leaf_hash, kind, record_id, codec, payload, signature, key_id, 0, '' FROM log_leaf WHERE idx = 3`,
				`REPLACE INTO log_node (pos, hash) VALUES (0, x'00')`, `REPLACE INTO log_head (id, size, root, updated_ns) VALUES (1, 0, x'00', 0)`)
		}
		for _, statement := range statements {
			_, err := s.DB().ExecContext(t.Context(), statement)
			require.Error(t, err, statement)
			require.Regexp(t, "the log only appends|duplicate key", err.Error(), statement)
		}
		after, err := s.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Equal(t, 4, count(t, s))
		found, err := store.Registered(t.Context(), s.View(), "42")
		require.NoError(t, err)
		require.Len(t, found, 1)
		_, err = s.Append(t.Context(), entry(4), nil, nothing)
		require.NoError(t, err)
	})
}
