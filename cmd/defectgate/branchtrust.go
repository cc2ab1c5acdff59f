package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// mayAppend reports whether what this run adds may be believed. That a run followed one of the default branch is so if what that one ran is merged.
func mayAppend(ctx context.Context, w world, client *github.Client, main string) (bool, error) {
	commit := github.RanFor(w.getenv)
	if !github.Appends(w.getenv) || commit == "" {
		return github.Appends(w.getenv), nil
	}
	return client.IsMerged(ctx, commit, main)
}

// refused says where the copy is that the branch contradicts.
func (b *branchLog) refused(err error) error {
	if b.from == "" || !errors.Is(err, ledger.ErrRolledBack) {
		return err
	}
	return gate.WithHint(err, "%s; where the branch was begun anew on purpose, remove the copy of the old one: %s", gate.HintOf(err), b.from)
}

// lastSeen asks for the checkpoints that the last runs left: signatures do not show that the newest entries of a branch are missing.
func (b *branchLog) lastSeen(ctx context.Context, client *github.Client, main string, o branchOptions) error {
	head, err := b.copy.Head(ctx)
	if err != nil {
		return err
	}
	left := 0
	b.older, left, err = client.LastCheckpoints(ctx, main, func(note string) bool { return ledger.Vouched(note, o.keys) == nil })
	switch {
	case errors.Is(err, github.ErrBuried) && o.named:
		return nil
	case err == nil && len(b.older) == 0 && head.Size > 0:
		b.notices = append(b.notices, fmt.Sprintf("whether the branch of the ledger was put back is not known: no run of %q has left a decision that "+
			"counts (passed over: %d)", main, left))
		return nil
	case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrNotThere):
		if head.Size > 0 {
			b.notices = append(b.notices, "whether the branch of the ledger was put back is not known: the checkpoints of earlier runs cannot be read "+
				"(permissions: { actions: read })")
		}
		return nil
	case err != nil:
		return fmt.Errorf("whether the branch of the ledger was put back: %w", err)
	}
	return nil
}

// unguarded says what nobody would notice in a branch, to which others may write, for want of a key.
func unguarded(keys *key.Set) (notices []string) {
	if !keys.Has(key.Decision) {
		notices = append(notices, "a decision in the branch of the ledger may be anybody's: the key set has no key for decisions (defectgate key generate)")
	}
	if !keys.Has(key.Log) {
		notices = append(notices, "entries may be left out of the branch of the ledger: the key set has no key for the log "+
			"(defectgate key generate --use log); without one, each run reads all of it anew")
	}
	return notices
}
