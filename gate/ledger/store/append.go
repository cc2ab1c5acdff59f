package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
)

// Entry is what one leaf of the log holds: the parts of an envelope. Its leaf hash is that of the envelope's bytes.
type Entry struct {
	Index     int64     // in the log, from 0; given by [Store.Append]
	Leaf      tlog.Hash // RFC 6962 hash of the envelope's bytes
	Kind      string    // "decision", or what else is recorded
	ID        string    // no two entries have the same
	Payload   []byte
	Signature []byte    // nil: it is not signed
	KeyID     string    // who signed it, a hint
	At        time.Time // when it was added
	Register  string    // project among whose sign-offs it is; "" for what is no sign-off
}

// Projector fills projections with what an entry says, in the transaction that adds it.
type Projector func(ctx context.Context, tx *sql.Tx, e *Entry) error

// Appended is what became of an entry.
type Appended struct {
	Index int64
	Size  int64 // of the log, with the entry
	Root  tlog.Hash
	Other bool // another entry of this id stood there already; the given one was not added
}

// Composer makes an entry of what the log holds, while nobody else can add one. It may be asked again.
type Composer func(ctx context.Context, now Querier) (Entry, error)

// addition is an entry on its way into the log, with its bytes.
type addition struct {
	*Entry
	compose  Composer // nil: the entry is known already, all but its place
	payload  packed
	blobs    map[string]packed
	attached gate.Attachments
}

// attempts bounds how often what may succeed when it is tried again is tried.
const attempts = 8

// Append adds an entry with the bytes that it names, once: where the answer to a COMMIT is lost, the entry is looked for. Several may append at once;
// each gets a place of its own.
func (s *Store) Append(ctx context.Context, e Entry, blobs gate.Attachments, project Projector) (Appended, error) {
	return s.add(ctx, &addition{Entry: &e, payload: pack(e.Payload), blobs: packAll(blobs), attached: blobs}, project)
}

// Compose adds an entry that depends on what stands in the log. Where one of the id stands there already, that is given back, and nothing is
// composed.
func (s *Store) Compose(ctx context.Context, id string, compose Composer) (Appended, error) {
	return s.add(ctx, &addition{Entry: &Entry{ID: id}, compose: compose}, func(context.Context, *sql.Tx, *Entry) error { return nil })
}

func (s *Store) add(ctx context.Context, a *addition, project Projector) (Appended, error) {
	try := func() (Appended, error) {
		done, err := s.append(ctx, a, project)
		if err == nil {
			return done, nil
		}
		if again, unable := s.again(ctx, err); !again || unable != nil {
			return done, backoff.Permanent(errors.Join(err, unable))
		}
		return done, err
	}
	done, err := backoff.Retry(ctx, try, backoff.WithMaxTries(attempts))
	if err != nil {
		return done, fmt.Errorf("ledger %s: %w", s.name, err)
	}
	return done, nil
}

func (s *Store) append(ctx context.Context, e *addition, project Projector) (done Appended, err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return done, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, undone(tx.Rollback()))
		}
	}()
	size, err := s.lockHead(ctx, tx)
	if err != nil {
		return done, err
	}
	if done, found, err := s.existing(ctx, tx, e.Entry); found || err != nil {
		return done, errors.Join(err, undone(tx.Rollback()))
	}
	if err := e.composed(ctx, tx); err != nil {
		return done, err
	}
	e.Index, done.Index, done.Size = size, size, size+1
	if done.Root, err = grow(ctx, tx, size, e.Leaf); err != nil {
		return done, err
	}
	if err := project(ctx, tx, e.Entry); err != nil {
		return done, fmt.Errorf("project entry %d: %w", e.Index, err)
	}
	if err := s.write(ctx, tx, e); err != nil {
		return done, err
	}
	const head = `UPDATE log_head SET size = $1, root = $2, updated_ns = $3 WHERE id = 1`
	if _, err := tx.ExecContext(ctx, head, done.Size, done.Root[:], e.At.UnixNano()); err != nil {
		return done, err
	}
	if err := s.added(ctx, e, done); err != nil {
		return done, err
	}
	return done, tx.Commit()
}

// composed makes the entry, where that was left until now.
func (a *addition) composed(ctx context.Context, now Querier) error {
	if a.compose == nil {
		return nil
	}
	e, err := a.compose(ctx, now)
	if err == nil && e.ID != a.ID {
		err = fmt.Errorf("entry %q was composed as %q", a.ID, e.ID)
	}
	if err != nil {
		return err // and asked again perhaps
	}
	a.Entry, a.payload = &e, pack(e.Payload)
	return nil
}

// undone passes over a transaction that is over already.
func undone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// lockHead waits until nobody else adds an entry, and gives the number of entries.
func (s *Store) lockHead(ctx context.Context, tx *sql.Tx) (size int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT size FROM log_head WHERE id = 1`+s.dialect.lockRow).Scan(&size)
	return size, err
}

// existing finds the entry that has the id already.
func (s *Store) existing(ctx context.Context, tx *sql.Tx, e *Entry) (done Appended, found bool, err error) {
	var leaf []byte
	switch err := tx.QueryRowContext(ctx, `SELECT idx, leaf_hash FROM log_leaf WHERE record_id = $1`, e.ID).Scan(&done.Index, &leaf); {
	case errors.Is(err, sql.ErrNoRows):
		return done, false, nil
	case err != nil:
		return done, false, err
	}
	done.Other = e.Payload != nil && !bytes.Equal(leaf, e.Leaf[:])
	done.Size, done.Root, err = head(ctx, tx)
	return done, true, err
}

func (s *Store) write(ctx context.Context, tx *sql.Tx, e *addition) error {
	const leaf = `INSERT INTO log_leaf (idx, leaf_hash, kind, record_id, codec, payload, signature, key_id, appended_ns, register)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	codec, payload := e.payload.done()
	if _, err := tx.ExecContext(ctx, leaf, e.Index, e.Leaf[:], e.Kind, e.ID, codec, payload, e.Signature, e.KeyID, e.At.UnixNano(),
		e.Register); err != nil {
		return err
	}
	return addBlobs(ctx, tx, e.blobs)
}

// addBlobs adds the bytes that are not there yet.
func addBlobs(ctx context.Context, tx *sql.Tx, blobs map[string]packed) error {
	missing, err := absent(ctx, tx, blobs)
	if err != nil {
		return err
	}
	const add = `INSERT INTO blob (sha256, size, codec, bytes) VALUES ($1, $2, $3, $4)`
	for _, name := range missing {
		codec, text := blobs[name].done()
		if _, err := tx.ExecContext(ctx, add, name, blobs[name].size, codec, text); err != nil {
			return err
		}
	}
	return nil
}
