package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/big"
	"time"

	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Scratch is a store in memory, for projections that are made to be compared.
func Scratch(ctx context.Context) (*Store, error) {
	s, err := memory()
	if err != nil {
		return nil, err
	}
	return s, s.migrate(ctx)
}

// Fill fills the projections with what the leaves of another store give.
func (s *Store) Fill(ctx context.Context, from *Store, project Projector) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		return from.Read(ctx, 0, MaxIndex, func(e *Entry) error { return project(ctx, tx, e) })
	})
}

// MaxIndex is behind every entry.
const MaxIndex = int64(^uint64(0) >> 1)

// Differences names the projections in which two stores differ, whatever order their rows are in.
func Differences(ctx context.Context, a, b *Store) (tables []string, err error) {
	for _, table := range Projections() {
		inA, err := a.sum(ctx, table)
		if err != nil {
			return nil, err
		}
		inB, err := b.sum(ctx, table)
		if err != nil {
			return nil, err
		}
		if inA.Cmp(inB) != 0 {
			tables = append(tables, table)
		}
	}
	return tables, nil
}

// sum adds up the hashes of a table's rows: equal for equal rows in any order, and no other rows have it.
func (s *Store) sum(ctx context.Context, table string) (*big.Int, error) {
	total := new(big.Int)
	err := Each(ctx, s.View(), Query{Text: `SELECT * FROM ` + table}, func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return err
		}
		sum := sha256.Sum256(spelled(values))
		total.Add(total, new(big.Int).SetBytes(sum[:]))
		return nil
	})
	return total, err
}

// spelled writes the values of a row so that no two rows are written alike.
func spelled(values []any) (text []byte) {
	for _, v := range values {
		switch v := v.(type) {
		case int64:
			text = fmt.Appendf(text, "%d,", v)
		case string:
			text = fmt.Appendf(text, "%q,", v)
		default:
			text = fmt.Appendf(text, "%T %x,", v, v)
		}
	}
	return text
}

// HeadRow is the head with the time of the last entry.
func (s *Store) HeadRow(ctx context.Context) (tree.Checkpoint, time.Time, error) {
	head, err := s.Head(ctx)
	if err != nil {
		return head, time.Time{}, err
	}
	var at int64
	err = s.View().QueryRowContext(ctx, `SELECT updated_ns FROM log_head WHERE id = 1`).Scan(&at)
	return head, time.Unix(0, at).UTC(), err
}

// Nodes gives the nodes of the tree.
func (s *Store) Nodes(ctx context.Context, use func(pos int64, hash []byte)) error {
	return Each(ctx, s.View(), Query{Text: `SELECT pos, hash FROM log_node ORDER BY pos`}, func(rows *sql.Rows) error {
		var pos int64
		var hash []byte
		if err := rows.Scan(&pos, &hash); err != nil {
			return err
		}
		use(pos, hash)
		return nil
	})
}
