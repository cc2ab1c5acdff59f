package ledger

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// checkpoints holds the log against those that are kept in it.
func (t *treeAudit) checkpoints(ctx context.Context) error {
	return t.still.Checkpoints(ctx, func(size int64, root []byte, note string) error {
		t.Checkpoints++
		c, err := tree.ParseCheckpoint(note, t.signersOf(size))
		if err == nil && (c.Size != size || !bytes.Equal(c.Root[:], root)) {
			err = errors.New("it is stored as another than it says")
		}
		if err == nil {
			err = t.holds(c)
		}
		if err != nil {
			t.fault("checkpoint of %d entries: %v", size, err)
		}
		return nil
	})
}

// signersOf are the keys that may have signed a checkpoint of so many entries.
func (t *treeAudit) signersOf(size int64) []ed25519.PublicKey {
	if !t.LogKeys {
		return nil
	}
	var last time.Time
	if size > 0 && size <= int64(len(t.times)) {
		last = t.times[size-1]
	}
	return logKeys(t.Keys, last)
}

// older holds the log against a checkpoint that was kept elsewhere.
func (t *treeAudit) older(context.Context) error {
	if t.Older == "" {
		return nil
	}
	c, err := olderCheckpoint(t.Older, t.Keys)
	if err == nil {
		err = t.holds(c)
	}
	if err != nil {
		t.fault("the checkpoint that was kept: %v", err)
	}
	return nil
}

// holds reports whether the log began as a checkpoint says.
func (t *treeAudit) holds(c tree.Checkpoint) error {
	if c.Origin != t.still.Origin() {
		return fmt.Errorf("it is of the log %q", c.Origin)
	}
	if c.Size > int64(t.Entries) {
		return fmt.Errorf("rollback: it has %d entries, the log has %d now", c.Size, t.Entries)
	}
	if then, err := t.rootAt(c.Size); err != nil || then != c.Root {
		return fmt.Errorf("fork: the log of %d entries has another root", c.Size)
	}
	return nil
}
