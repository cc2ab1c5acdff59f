package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// mayAppend reports whether what this run adds may be believed. That a run followed one of the default branch is so if what that one ran is merged.
func mayAppend(ctx context.Context, w world, client *github.Client, main string) (bool, error) {
	commit := github.RanFor(w.getenv)
	if appends := github.Appends(w.getenv, main); !appends || commit == "" {
		return appends, nil
	}
	return client.IsMerged(ctx, commit, main)
}

// openBranchLog opens the log in a branch for a command that is no check. It is held against all that a check holds it against, and in CI nothing is
// added by a run that adds nothing otherwise.
func openBranchLog(ctx context.Context, w world, o opens, file config.File) (*store.Store, error) {
	keys, err := signOffKeys(&trusted{}, cmp.Or(o.keys, file.Keys)) // those of the checkout
	if err != nil {
		return nil, err
	}
	b, err := openBranch(ctx, w, o.address, branchOptions{logKey: o.logKey, keys: keys, named: o.named, looks: o.access == store.ReadOnly})
	if err != nil {
		return nil, err
	}
	if o.access == store.Write {
		err = errors.Join(b.mayBeWritten(w), (&recording{asked: gate.Disclosure(file.Disclosure)}).mayBeRead(w))
	}
	for _, notice := range b.notices {
		_, told := fmt.Fprintf(w.stderr, "defectgate: note: %s\n", notice)
		err = errors.Join(err, undecidedIf(told))
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b.log, nil
}

// mayBeWritten refuses a run whose word others do not believe.
func (b *branchLog) mayBeWritten(w world) error {
	if w.inCI() && !b.appends {
		return gate.WithHint(errors.New("this run adds nothing to the branch of the ledger: it is none of the default branch, of a tag, or of a comment"),
			"sign off with a comment at the change, or from a checkout of the default branch")
	}
	return nil
}

// refused says where the copy is that the branch contradicts.
func (b *branchLog) refused(err error) error {
	if b.from == "" || !errors.Is(err, ledger.ErrRolledBack) {
		return err
	}
	return gate.WithHint(err, "%s; where the branch was begun anew on purpose, remove the copy of the old one: %s", gate.HintOf(err), b.from)
}

// lastSeen holds the log against the checkpoints that the last runs left: signatures do not show that the newest entries of a branch are missing.
// What runs of the default branch left is of this branch, whatever the log is called; what others left is of this log if its key has signed it.
// Where one of those runs has ended since the branch was read, it is read once more.
func (b *branchLog) lastSeen(ctx context.Context, client *github.Client, m *ledger.Mirror, o branchOptions) error {
	head, err := b.copy.Head(ctx)
	if err != nil {
		return err
	}
	found, err := client.LastCheckpoints(ctx, o.branch, o.main, func(note string, ofMain bool) bool {
		origin, signed, err := ledger.Vouched(note, o.keys)
		return err == nil && (ofMain || signed && slices.Contains([]string{head.Origin, m.Origin}, origin))
	})
	if err := b.known(err, found, head.Size, o); err != nil {
		return err
	}
	b.older = found.Notes
	seen := &ledger.Ledger{Store: b.copy, Older: b.older}
	if seen.Unchanged(ctx) == nil {
		return nil
	}
	if err := m.CatchUp(ctx); err != nil {
		return err
	}
	return gate.WithHint(seen.Unchanged(ctx), "see who changed the branch, and put its last good commit back: nobody but the gate writes to it; "+
		"where it was begun anew on purpose, begin it under another name; where the artifacts %s are of another ledger, name them after its branch",
		github.CheckpointArtifact(o.branch))
}

// known says where it is not known what a log had, and is an error where nobody may go on without knowing.
func (b *branchLog) known(err error, found github.Checkpoints, entries int64, o branchOptions) error {
	if found.Passed {
		b.unseen("there are more artifacts %s of other branches than are looked at; one of a release may be among them",
			github.CheckpointArtifact(o.branch))
	}
	switch buried := errors.Is(err, github.ErrBuried); {
	case buried && (o.named || o.looks):
		b.unseen("%v", err)
	case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrNotThere):
		b.unseen("what earlier runs left cannot be read (permissions: { actions: read })")
	case err != nil:
		return fmt.Errorf("whether the branch of the ledger was put back: %w", err)
	case found.OfMain > 0:
	case entries == 0:
		b.unseen("nobody has begun it, or somebody has deleted it with what the runs of %q have left", o.main)
	default:
		b.unseen("no run of %q has left an artifact %s that counts, or somebody has deleted them", o.main,
			github.CheckpointArtifact(o.branch))
	}
	return nil
}

func (b *branchLog) unseen(why string, values ...any) {
	b.notices = append(b.notices, "whether the branch of the ledger was put back is not known: "+fmt.Sprintf(why, values...))
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
