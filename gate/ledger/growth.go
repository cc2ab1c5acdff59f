package ledger

import (
	"context"
	"fmt"

	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Grown proves that the log of one checkpoint grew to that of another. Where there is nothing to prove, or nothing that could be, the proof has no
// hashes, and [tree.Consistent] says what it is worth.
func Grown(ctx context.Context, s *store.Store, older, newer tree.Checkpoint) (g tree.Growth, err error) {
	g.Older, g.Newer = older.Size, newer.Size
	if older.Size > 0 && older.Size < newer.Size {
		g.Hashes, err = s.ProveGrowth(ctx, older.Size, newer.Size)
	}
	return g, err
}

// Unchanged reports why the log does not hold the older checkpoints.
func (l *Ledger) Unchanged(ctx context.Context) error { return l.unchanged(ctx) }

// unchanged refuses to add to a log that does not hold the older checkpoint: what is added would make a new one out of it, which the next run
// believes.
func (l *Ledger) unchanged(ctx context.Context) error {
	if len(l.Older) == 0 {
		return nil
	}
	head, err := l.Store.Head(ctx)
	if err == nil {
		err = l.holdsOlder(ctx, head)
	}
	if err == nil {
		err = l.Store.Whole(ctx)
	}
	return err
}

// holdsOlder shows that the log still has all of the checkpoints that were kept elsewhere: it is no older copy of itself, and no other log.
func (l *Ledger) holdsOlder(ctx context.Context, head tree.Checkpoint) error {
	for _, note := range l.Older {
		if err := l.holds(ctx, head, note); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) holds(ctx context.Context, head tree.Checkpoint, note string) error {
	older, err := olderCheckpoint(note, nil)
	if err != nil {
		return err
	}
	growth, err := Grown(ctx, l.Store, older, head)
	if err == nil {
		err = tree.Consistent(older, head, growth.Hashes)
	}
	if err != nil {
		return fmt.Errorf("the checkpoint that was kept does not hold: %w", err)
	}
	return nil
}
