package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/signoff"
)

// keysFlag names the key set that says whose sign-offs count.
func keysFlag(cmd *cobra.Command, from *string) {
	cmd.Flags().Var((*filled)(from), "keys", "key set whose keys for sign-offs count (default that of the configuration)")
}

// signOffs is the register of what was signed off: the ledger's. What does not verify is not applied.
type signOffs struct {
	log signoff.Log
	now func() time.Time
}

// Exceptions gives those that are for the artifact's component.
func (s *signOffs) Exceptions(ctx context.Context, a gate.Artifact) ([]gate.Exception, error) {
	list, err := s.log.Read(ctx, a.Project)
	if err != nil {
		return nil, err
	}
	return signoff.NewBook(list).Exceptions(a, s.now()), nil
}

// registers are the exceptions files, and the sign-offs of the ledger. Notices say what of them counts in a change.
func (j *judging) registers(ctx context.Context, w world, s *session, now func() time.Time) (list []gate.Register, notices []string, err error) {
	from, err := trustedFiles(ctx, w, &s.artifact)
	if err != nil {
		return nil, nil, err
	}
	files, err := readExceptions(from, append(slices.Clone(s.config.Exceptions), j.exceptions...))
	if err != nil {
		return nil, nil, err
	}
	list = []gate.Register{files}
	if s.ledger.store == nil {
		return list, from.notices, nil
	}
	keys, err := signOffKeys(from, cmp.Or(j.keySet, s.config.Keys))
	if err != nil {
		return nil, nil, err
	}
	offs := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: s.ledger.store}, Keys: keys}
	return append(list, &signOffs{offs, now}), from.notices, nil
}

// signOffKeys reads the key set; nil where none is named.
func signOffKeys(from *trusted, path string) (*key.Set, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no key counts
	}
	text, err := from.read(path)
	if err != nil {
		return nil, gate.WithHint(fmt.Errorf("keys: %w", err), "name a key set that is there with --keys; make one: "+makeKey)
	}
	if text == nil {
		return nil, nil //nolint:nilnil // the base has none
	}
	return key.ParseSet(path, text)
}

// trusted reads files that decide what is let through. In a CI run of a change they are those of the branch that it is to be merged into: whoever
// asks for a change could write an exception for it.
type trusted struct {
	git     repository
	base    string // commit; "" where the files are read as they lie there
	branch  string
	notices []string
}

func trustedFiles(ctx context.Context, w world, a *gate.Artifact) (*trusted, error) {
	t := &trusted{git: repositoryOf(ctx, w)}
	if a.Change == nil || !w.inCI() {
		return t, nil
	}
	t.branch = a.Change.Base
	for _, name := range []string{a.Change.From, "refs/remotes/origin/" + a.Change.Base} {
		if t.base = t.git.commitOf(name); t.base != "" {
			return t, nil
		}
	}
	return t, nil
}

// read gives a file; nil where the base has none.
func (t *trusted) read(path string) ([]byte, error) {
	if t.branch == "" {
		return config.ReadFile(path)
	}
	if t.base == "" {
		return nil, gate.WithHint(undecided(fmt.Errorf("%s: the branch %q, from which it is read in a change, is not here", path, t.branch)),
			"fetch it before: git fetch --depth 1 origin %s:refs/remotes/origin/%s", shellWord(t.branch), shellWord(t.branch))
	}
	base, err := t.git.fileOf(t.base, path)
	if err != nil {
		return nil, undecided(fmt.Errorf("%s: read it from the branch %q: %w", path, t.branch, err))
	}
	if base == nil {
		t.notices = append(t.notices, fmt.Sprintf("%s: the branch %q has none, so that nothing of it counts in this change", path, t.branch))
		return nil, nil
	}
	if head, err := config.ReadFile(path); err != nil || string(head) != string(base) {
		t.notices = append(t.notices, fmt.Sprintf("%s: this change alters it; until it is merged, that of the branch %q counts", path, t.branch))
	}
	return base, nil
}
