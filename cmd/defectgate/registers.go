package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

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
func (j *judging) registers(w world, s *session, now func() time.Time) (list []gate.Register, notices []string, err error) {
	from := s.trusted
	files, err := readExceptions(from, append(slices.Clone(s.config.Exceptions), j.exceptions...))
	if err != nil {
		return nil, nil, err
	}
	list = []gate.Register{files}
	if s.ledger.store == nil {
		return list, from.notices, nil
	}
	keys, err := j.counts()
	if err != nil {
		return nil, nil, err
	}
	offs := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: s.ledger.store, Older: s.ledger.older}, Keys: keys}
	register, err := recheck(w, &signOffs{offs, now}, s.engine, now)
	return append(list, register), from.notices, err
}

// signOffKeys reads the key set; nil where none is named.
func signOffKeys(from *trusted, path string) (*key.Set, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no key counts
	}
	text, err := from.read(path)
	if err != nil {
		if gate.HintOf(err) == "" {
			err = gate.WithHint(err, "name a key set that is there with --keys; make one: "+makeKey)
		}
		return nil, fmt.Errorf("keys: %w", err)
	}
	if text == nil {
		return nil, nil //nolint:nilnil // the base has none
	}
	return key.ParseSet(path, text)
}
