package store

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Included holds entries against the tree as it is now: none is missing from the log, and each leaf is where it is said to be.
func Included(ctx context.Context, now Querier, list []*Entry) error {
	if len(list) == 0 {
		return nil
	}
	size, root, err := head(ctx, now)
	if err != nil {
		return err
	}
	if err := whole(ctx, now, size); err != nil {
		return err
	}
	nodes := remembering(nodesOf(ctx, now))
	for _, e := range list {
		proof, err := tlog.ProveRecord(size, e.Index, nodes)
		if err == nil {
			err = tlog.CheckRecord(proof, size, root, e.Index, e.Leaf)
		}
		if err != nil {
			return fmt.Errorf("entry %d is not in the log: %w", e.Index, err)
		}
	}
	return nil
}

// whole counts: of so many entries none is missing, and none that is called like a sign-off is in no register.
func whole(ctx context.Context, now Querier, size int64) error {
	const counts = `SELECT (SELECT COUNT(*) FROM log_leaf WHERE idx >= 0 AND idx < $1), (SELECT COUNT(*) FROM log_leaf WHERE register <> ''),
		(SELECT COUNT(*) FROM log_leaf WHERE record_id >= 'dgx_' AND record_id < 'dgxa')`
	var rows, registered, called int64
	if err := now.QueryRowContext(ctx, counts, size).Scan(&rows, &registered, &called); err != nil {
		return err
	}
	switch {
	case rows != size:
		return fmt.Errorf("the log has %d entries, and %d of them are missing", size, size-rows)
	case called > registered:
		return fmt.Errorf("%d entries are called like sign-offs, and %d are among those of a project", called, registered)
	}
	return nil
}

// remembering asks for each node once: proofs share most of theirs.
func remembering(from tlog.HashReader) tlog.HashReader {
	known := map[int64]tlog.Hash{}
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		unknown := slices.DeleteFunc(slices.Clone(at), func(pos int64) bool {
			_, ok := known[pos]
			return ok
		})
		read, err := from.ReadHashes(unknown)
		if err != nil {
			return nil, err
		}
		for i, pos := range unknown {
			known[pos] = read[i]
		}
		hashes := make([]tlog.Hash, len(at))
		for i, pos := range at {
			hashes[i] = known[pos]
		}
		return hashes, nil
	})
}
