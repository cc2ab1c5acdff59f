package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// grow adds the nodes of a leaf to the tree of so many entries, and gives the new root.
func grow(ctx context.Context, tx *sql.Tx, size int64, leaf tlog.Hash) (root tlog.Hash, err error) {
	nodes := nodesOf(ctx, tx)
	fresh, err := tlog.StoredHashesForRecordHash(size, leaf, nodes)
	if err != nil {
		return root, err
	}
	first := tlog.StoredHashCount(size)
	var rows []any
	for i, h := range fresh {
		rows = append(rows, first+int64(i), h[:])
	}
	if err := Insert(ctx, tx, `INSERT INTO log_node (pos, hash)`, rows); err != nil {
		return root, err
	}
	return tlog.TreeHash(size+1, tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		return overlaid(at, first, fresh, nodes)
	}))
}

// overlaid reads nodes of which the last are not read again.
func overlaid(at []int64, first int64, fresh []tlog.Hash, stored tlog.HashReader) ([]tlog.Hash, error) {
	result, older := make([]tlog.Hash, len(at)), []int64(nil)
	for i, pos := range at {
		if pos >= first {
			result[i] = fresh[pos-first]
		} else {
			older = append(older, pos)
		}
	}
	read, err := stored.ReadHashes(older)
	if err != nil {
		return nil, err
	}
	for i, pos := range at {
		if pos < first {
			result[i], read = read[0], read[1:]
		}
	}
	return result, nil
}

// nodesOf reads the nodes of the tree.
func nodesOf(ctx context.Context, q Querier) tlog.HashReader {
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		if len(at) == 0 {
			return nil, nil
		}
		found := map[int64]tlog.Hash{}
		read := func(rows *sql.Rows) error {
			var pos int64
			var hash []byte
			if err := rows.Scan(&pos, &hash); err != nil || len(hash) != tlog.HashSize {
				return fmt.Errorf("node %d of the tree has %d bytes: %w", pos, len(hash), err)
			}
			found[pos] = tlog.Hash(hash)
			return nil
		}
		if err := Each(ctx, q, Query{Text: `SELECT pos, hash FROM log_node WHERE pos IN `, In: Values(at)}, read); err != nil {
			return nil, err
		}
		hashes := make([]tlog.Hash, len(at))
		for i, pos := range at {
			hash, ok := found[pos]
			if !ok {
				return nil, fmt.Errorf("node %d of the tree is missing", pos)
			}
			hashes[i] = hash
		}
		return hashes, nil
	})
}

func absent(ctx context.Context, q Querier, blobs map[string]packed) (names []string, err error) {
	there := map[string]bool{}
	wanted := slices.Sorted(maps.Keys(blobs))
	err = Each(ctx, q, Query{Text: `SELECT sha256 FROM blob WHERE sha256 IN `, In: Values(wanted)}, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		there[name] = true
		return err
	})
	return slices.DeleteFunc(wanted, func(name string) bool { return there[name] }), err
}
