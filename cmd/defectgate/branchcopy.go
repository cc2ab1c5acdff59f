package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// openCopy opens a copy of a log in a folder of this run alone: what lies in the checkout comes with the change. It begins with the copy that an
// earlier run kept, where a key of the log has sealed that.
func openCopy(ctx context.Context, w world, m *ledger.Mirror, copies string) (*branchLog, error) {
	place, err := os.MkdirTemp(w.getenv("RUNNER_TEMP"), "defectgate-ledger-*")
	if err != nil {
		return nil, err
	}
	b, file := &branchLog{}, filepath.Join(place, "copy.db")
	kept := keptCopy(w, m, copies)
	if kept != nil {
		b.take(kept, file)
	}
	if m.Copy, err = store.Open(ctx, "sqlite:"+file, store.Copy); err != nil {
		return nil, errors.Join(err, os.RemoveAll(place))
	}
	m.Copy.WhenClosed(func() error {
		if kept != nil && b.holds && m.LogKey != nil && m.Grown() {
			leave(w, kept, m, file)
		}
		return os.RemoveAll(place)
	})
	b.copy, b.log = m.Copy, m.Copy.CopyOf(m)
	return b, nil
}

// keptCopy is where the copy is kept; nil where no key could seal it.
func keptCopy(w world, m *ledger.Mirror, copies string) *ledger.Kept {
	if copies == "" || !m.Keys.Has(key.Log) {
		return nil
	}
	file := filepath.Join(copies, "ledger", path.Base(m.Origin)+".db")
	return &ledger.Kept{Path: file, Keys: m.Keys, Program: version + " " + ownDigest(), Now: w.now()}
}

// take begins with the copy that is kept. One that does not count is told, and read anew.
func (b *branchLog) take(kept *ledger.Kept, to string) {
	switch err := kept.Take(to); {
	case err == nil:
		b.from = kept.Path
	case !errors.Is(err, os.ErrNotExist):
		b.notices = append(b.notices, fmt.Sprintf("the copy of the ledger that is kept does not count, and was made anew: %v", err))
	}
}

// leave keeps the copy for the next run, which can do without it.
func leave(w world, kept *ledger.Kept, m *ledger.Mirror, file string) {
	if err := kept.Leave(file, m.LogKey); err != nil {
		_, _ = fmt.Fprintf(w.stderr, "defectgate: the copy of the ledger cannot be kept for the next run: %v\n", err) // nobody is left to be told
	}
}
