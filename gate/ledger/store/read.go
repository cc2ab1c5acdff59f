package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Head is the state of the log.
func (s *Store) Head(ctx context.Context) (tree.Checkpoint, error) {
	size, root, err := head(ctx, s.View())
	return tree.Checkpoint{Origin: s.Origin(), Size: size, Root: root}, err
}

// Whole reports how many entries are missing whose hashes the tree has.
func (s *Store) Whole(ctx context.Context) error {
	size, _, err := head(ctx, s.View())
	if err != nil {
		return err
	}
	return whole(ctx, s.View(), size)
}

func head(ctx context.Context, q Querier) (size int64, root tlog.Hash, err error) {
	var bytes []byte
	if err := q.QueryRowContext(ctx, `SELECT size, root FROM log_head WHERE id = 1`).Scan(&size, &bytes); err != nil {
		return 0, root, err
	}
	if len(bytes) != len(root) {
		return 0, root, fmt.Errorf("the root of the log has %d bytes", len(bytes))
	}
	return size, tlog.Hash(bytes), nil
}

const entryColumns = `SELECT idx, leaf_hash, kind, record_id, codec, payload, signature, key_id, appended_ns, register FROM log_leaf`

// batch is how many entries are asked for at a time: a statement over all of them would come to its time limit.
const batch = 64

// Read gives the entries from one index on and before another, in order.
func (s *Store) Read(ctx context.Context, from, to int64, use func(*Entry) error) error {
	for {
		read := 0
		err := Each(ctx, s.View(), between(from, to), entries(func(e *Entry) error {
			read++
			from = e.Index + 1
			return use(e)
		}))
		if err != nil || read < batch {
			return err
		}
	}
}

// between asks for the next batch of the entries from one index on and before another.
func between(from, to int64) Query {
	return Query{Text: entryColumns + ` WHERE idx >= $1 AND idx < $2 ORDER BY idx LIMIT $3`, Args: []any{from, to, batch}}
}

func entries(use func(*Entry) error) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		e, err := entry(rows)
		if err != nil {
			return err
		}
		return use(e)
	}
}

// Entry gives one entry.
func (s *Store) Entry(ctx context.Context, index int64) (e *Entry, err error) {
	err = s.Read(ctx, index, index+1, func(found *Entry) error {
		e = found
		return nil
	})
	if err == nil && e == nil {
		err = fmt.Errorf("the log has no entry %d", index)
	}
	return e, err
}

func entry(rows *sql.Rows) (*Entry, error) {
	var e Entry
	var leaf, text []byte
	var codec string
	var at int64
	if err := rows.Scan(&e.Index, &leaf, &e.Kind, &e.ID, &codec, &text, &e.Signature, &e.KeyID, &at, &e.Register); err != nil {
		return nil, err
	}
	if len(leaf) != tlog.HashSize {
		return nil, Spoiled{fmt.Errorf("entry %d: its hash has %d bytes", e.Index, len(leaf))}
	}
	e.Leaf, e.At = tlog.Hash(leaf), time.Unix(0, at).UTC()
	var err error
	if e.Payload, err = expand(codec, text); err != nil {
		return nil, Spoiled{fmt.Errorf("entry %d: %w", e.Index, err)}
	}
	return &e, nil
}

// Spoiled is the error of an entry whose row cannot be one that was written.
type Spoiled struct{ error }

// Unwrap gives what is wrong with it.
func (e Spoiled) Unwrap() error { return e.error }

// Registered gives the entries of a register, in order.
func Registered(ctx context.Context, now Querier, register string) (list []*Entry, err error) {
	query := Query{Text: entryColumns + ` WHERE register = $1 AND register <> '' ORDER BY idx`, Args: []any{register}}
	err = Each(ctx, now, query, entries(func(e *Entry) error {
		list = append(list, e)
		return nil
	}))
	return list, err
}

// LastOf gives the place of the n-th entry of a kind from the end, from 0; -1 where there is none.
func (s *Store) LastOf(ctx context.Context, kind string, n int64) (index int64, err error) {
	const last = `SELECT idx FROM log_leaf WHERE kind = $1 ORDER BY idx DESC LIMIT 1 OFFSET $2`
	err = s.View().QueryRowContext(ctx, last, kind, n).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return index, err
}

// Find gives the entries whose id, which is hexadecimal, begins with a text.
func (s *Store) Find(ctx context.Context, prefix string) (indexes []int64, err error) {
	query := Query{Text: `SELECT idx FROM log_leaf WHERE record_id >= $1 AND record_id < $2 ORDER BY idx`, Args: []any{prefix, prefix + "g"}}
	err = Each(ctx, s.View(), query, func(rows *sql.Rows) error {
		var index int64
		err := rows.Scan(&index)
		indexes = append(indexes, index)
		return err
	})
	return indexes, err
}

// Blob gives bytes by their SHA-256, hexadecimal, and refuses others.
func (s *Store) Blob(ctx context.Context, name string) ([]byte, error) {
	var codec string
	var text []byte
	var size int
	err := s.View().QueryRowContext(ctx, `SELECT codec, bytes, size FROM blob WHERE sha256 = $1`, name).Scan(&codec, &text, &size)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("the bytes with SHA-256 %s are not in the ledger", name)
	}
	if err != nil {
		return nil, err
	}
	if text, err = expand(codec, text); err != nil {
		return nil, fmt.Errorf("bytes %s: %w", name, err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != name || len(text) != size {
		return nil, fmt.Errorf("the bytes that are kept as %s have another SHA-256 or size: they were changed", name)
	}
	return text, nil
}

// Blobs lists the names of all bytes that are kept, ordered.
func (s *Store) Blobs(ctx context.Context) (names []string, err error) {
	err = Each(ctx, s.View(), Query{Text: `SELECT sha256 FROM blob ORDER BY sha256`}, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

// AddBlobs keeps bytes.
func (s *Store) AddBlobs(ctx context.Context, blobs gate.Attachments) error {
	return s.within(ctx, func(tx *sql.Tx) error { return addBlobs(ctx, tx, packAll(blobs)) })
}

// within runs a transaction.
func (s *Store) within(ctx context.Context, use func(*sql.Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	if err := use(tx); err != nil {
		return errors.Join(err, undone(tx.Rollback()))
	}
	return tx.Commit()
}

// Prove shows that an entry is in the log of so many entries.
func (s *Store) Prove(ctx context.Context, index, size int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, index, nodesOf(ctx, s.View()))
}

// ProveGrowth shows that the log of so many entries holds all of an older one.
func (s *Store) ProveGrowth(ctx context.Context, older, size int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(size, older, nodesOf(ctx, s.View()))
}

// RootAt computes the root that the log had with so many entries.
func (s *Store) RootAt(ctx context.Context, size int64) (tlog.Hash, error) {
	if size == 0 {
		return tree.Empty(), nil
	}
	return tlog.TreeHash(size, nodesOf(ctx, s.View()))
}
