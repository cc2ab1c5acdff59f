package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Projections are the tables that can be made again from the leaves.
func Projections() []string {
	return []string{"project", "branch", "decision", "decision_subject", "verification_activity", "defect", "defect_name", "defect_fingerprint",
		"defect_event", "sighting", "exception_use"}
}

// Rebuild empties the projections and fills them again from the leaves, in one transaction.
func (s *Store) Rebuild(ctx context.Context, project Projector) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		size, err := s.lockHead(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, s.dialect.patient); err != nil {
			return err
		}
		for _, table := range Projections() {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil { //nolint:gosec // the names are those above
				return err
			}
		}
		for from := int64(0); from < size; from += batch { // a connection cannot read and write at once
			if err := s.replay(ctx, tx, from, project); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) replay(ctx context.Context, tx *sql.Tx, from int64, project Projector) error {
	var held []*Entry
	err := Each(ctx, tx, between(from, from+batch), entries(func(e *Entry) error {
		held = append(held, e)
		return nil
	}))
	if err != nil {
		return err
	}
	for _, e := range held {
		if err := project(ctx, tx, e); err != nil {
			return fmt.Errorf("project entry %d: %w", e.Index, err)
		}
	}
	return nil
}

// SaveCheckpoint keeps a signed checkpoint; of two that are signed at one size the first stays.
func (s *Store) SaveCheckpoint(ctx context.Context, c tree.Checkpoint, note string) error {
	const save = `INSERT INTO checkpoint (size, root, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	return s.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, save, c.Size, c.Root[:], note)
		return err
	})
}

// Covering gives the note of the newest checkpoint that is kept and has so many entries or more; "" where there is none.
func (s *Store) Covering(ctx context.Context, size int64) (note string, err error) {
	const newest = `SELECT note FROM checkpoint WHERE size >= $1 ORDER BY size DESC LIMIT 1`
	err = s.View().QueryRowContext(ctx, newest, size).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return note, err
}

// Checkpoints gives the signed checkpoints that are kept, the oldest first.
func (s *Store) Checkpoints(ctx context.Context, use func(size int64, root []byte, note string) error) error {
	return Each(ctx, s.View(), Query{Text: `SELECT size, root, note FROM checkpoint ORDER BY size`}, func(rows *sql.Rows) error {
		var size int64
		var root []byte
		var note string
		if err := rows.Scan(&size, &root, &note); err != nil {
			return err
		}
		return use(size, root, note)
	})
}

// Adopt gives an empty log the name of another, whose entries are to be added next.
func (s *Store) Adopt(ctx context.Context, origin string) error {
	err := s.within(ctx, func(tx *sql.Tx) error {
		size, err := s.lockHead(ctx, tx)
		if err == nil && size > 0 && origin != s.Origin() {
			err = gate.WithHint(errors.New("the ledger has entries already"), "import into one that was just made with: defectgate ledger init")
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE meta SET value = $1 WHERE key = 'origin'`, origin)
		}
		return err
	})
	if err == nil {
		*s.origin = origin
	}
	return err
}

// Grant lets a role of PostgreSQL add decisions, and no more: it can change the head, and no entry.
func (s *Store) Grant(ctx context.Context, role string) error {
	if s.dialect.name != "postgres" {
		return gate.WithHint(errors.New("a file has no roles"), "leave --writer out")
	}
	to := ` TO "` + strings.ReplaceAll(role, `"`, `""`) + `"`
	return s.within(ctx, func(tx *sql.Tx) error {
		for _, grant := range []string{
			`GRANT SELECT ON meta, ` + versionTable,
			`GRANT SELECT, UPDATE ON log_head`,
			`GRANT SELECT, INSERT ON log_leaf, log_node, blob, checkpoint`,
			`GRANT SELECT, INSERT, UPDATE, DELETE ON ` + strings.Join(Projections(), ", "),
		} {
			if _, err := tx.ExecContext(ctx, grant+to); err != nil {
				return err
			}
		}
		return nil
	})
}
