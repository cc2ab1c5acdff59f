package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// ready looks at all that the flags name by themselves: whoever mistyped one is to know before the platform is asked.
func (r *reception) ready(ctx context.Context) (err error) {
	if r.key == "-" && r.logKey == "-" {
		return gate.WithHint(errors.New("--key and --log-key both read standard input"), "name a file or env:NAME for one of them")
	}
	if r.own.private, err = key.Read(r.key, key.Where{Stdin: r.stdin, Getenv: r.getenv}); err != nil {
		return withKeyHint(fmt.Errorf("--key: %w", err))
	}
	if r.own.logKey, err = readLogKey(r.world, r.logKey); err != nil {
		return withKeyHint(err)
	}
	if err := r.keysElsewhere(ctx); err != nil {
		return err
	}
	where, err := address(r.ledger, r.world, config.File{})
	if err == nil && where == noLedger {
		err = errNoRegister()
	}
	if err != nil {
		return err
	}
	return r.keep.ready(append(filesOf(where), r.key, r.logKey, r.keySet, r.config)...)
}

func withKeyHint(err error) error {
	if gate.HintOf(err) != "" {
		return err
	}
	return gate.WithHint(err, "name a PEM file, env:NAME, or - for standard input; make a key: "+makeKey)
}

// keysElsewhere reads a key set that does not lie in the repository: the default branch is not asked for that one.
func (r *reception) keysElsewhere(ctx context.Context) error {
	if r.keySet == "" || filepath.IsLocal(r.keySet) {
		return nil
	}
	git := repositoryOf(ctx, r.world)
	if _, inside := git.inside(r.keySet); inside && git.place() != "" {
		return nil
	}
	_, err := signOffKeys(&trusted{git: git}, r.keySet)
	return err
}
