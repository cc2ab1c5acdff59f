package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// reception are the flags of the commands that take comments, and what they have opened.
type reception struct {
	config      string
	environment string
	keySet      string
	ledger      string
	key         string
	logKey      string
	timeout     time.Duration

	world
	forge *github.Forge
	desks map[string]*signoff.Desk // by the branch that a change is to be merged into
	close []func() error
}

func (r *reception) flags(cmd *cobra.Command) {
	configFlag(cmd, &r.config)
	ledgerFlag(cmd, &r.ledger)
	keysFlag(cmd, &r.keySet)
	f := cmd.Flags()
	f.StringVarP(&r.environment, "environment", "e", "production",
		"where sign-offs are to hold: production, staging, development, or one of the configuration")
	f.Var((*filled)(&r.key), "key", "private key for sign-offs: a PEM file, env:NAME, or - for standard input")
	logKeyFlag(cmd, &r.logKey)
	r.timeout = 5 * time.Minute
	f.Var((*budget)(&r.timeout), "timeout", "time budget of it all, above zero")
}

// signoffTokenVariable holds the token of an app that may see who is in a team: that of a job may not.
const signoffTokenVariable = "DEFECTGATE_SIGNOFF_TOKEN" //nolint:gosec // the name of a variable

// open connects with the platform. Nothing is asked yet.
func (r *reception) open(w world) error {
	if r.key == "" {
		return gate.WithHint(errors.New("no key signs what is signed off"), "name one with --key; make one: "+makeKey)
	}
	forge, err := forgeOf(w)
	r.world, r.forge, r.desks = w, forge, map[string]*signoff.Desk{}
	return err
}

// forgeOf is the platform of this run, as sign-offs know it.
func forgeOf(w world) (*github.Forge, error) {
	client, err := forgeClient(w)
	if err != nil {
		return nil, err
	}
	forge := &github.Forge{Client: client}
	if token := w.getenv(signoffTokenVariable); token != "" {
		access := accessOf(w)
		access.Token = token
		forge.Teams, err = github.Dial(access)
	}
	return forge, err
}

func (r *reception) Close() error {
	var faults error
	for _, end := range r.close {
		faults = errors.Join(faults, end())
	}
	return faults
}

// deskOf gives the desk for the changes that are to be merged into a branch: its configuration, policies and keys are those of the branch.
func (r *reception) deskOf(ctx context.Context, branch string) (*signoff.Desk, error) {
	if known := r.desks[branch]; known != nil {
		return known, nil
	}
	from := &trusted{git: repositoryOf(ctx, r.world)}
	if err := from.of(ctx, r.world, branch); err != nil {
		return nil, err
	}
	file, err := from.configuration(r.config)
	if err != nil {
		return nil, err
	}
	judge, err := (&judging{environment: r.environment, from: from}).engine(ctx, file)
	if err != nil {
		return nil, err
	}
	log, err := r.log(ctx, from, file)
	if err != nil {
		return nil, err
	}
	place, err := r.place(ctx, file)
	if err != nil {
		return nil, undecided(err)
	}
	r.forge.Asked = append(r.forge.Asked, termsOf(judge).teams...)
	r.desks[branch] = &signoff.Desk{Forge: r.forge, Log: log, Judge: judge, Place: place, Now: r.now}
	return r.desks[branch], nil
}

// place says where comments are judged.
func (r *reception) place(ctx context.Context, file config.File) (p signoff.Place, err error) {
	repository, err := r.forge.Repository(ctx)
	if err != nil {
		return p, err
	}
	self, err := r.forge.Self(ctx)
	host := strings.TrimPrefix(r.getenv("GITHUB_SERVER_URL"), "https://")
	return signoff.Place{Host: cmp.Or(host, "github.com"), Repository: repository.ID, Path: r.getenv("GITHUB_REPOSITORY"), Component: file.Component,
		Environment: r.environment, Self: fmt.Sprint(self), Tool: "defectgate " + version}, err
}

// log opens the register for writing.
func (r *reception) log(ctx context.Context, from *trusted, file config.File) (signoff.Log, error) {
	private, err := key.Read(r.key, key.Where{Stdin: r.stdin, Getenv: r.getenv})
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	logKey, err := readLogKey(r.world, r.logKey)
	if err != nil {
		return nil, err
	}
	keys, err := signOffKeys(from, cmp.Or(r.keySet, file.Keys))
	if err != nil {
		return nil, err
	}
	where, err := address(r.ledger, r.world, file)
	if err != nil {
		return nil, err
	}
	s, older, err := openRegister(ctx, r.world, where, branchOptions{keys: keys, logKey: logKey})
	if err != nil {
		return nil, err
	}
	r.close = append(r.close, s.Close)
	offs := &ledger.SignOffs{Ledger: &ledger.Ledger{Store: s, LogKey: logKey, Older: older}, Keys: keys, Key: private}
	return contested{offs}, (&desk{offs: offs}).mayRecord(r.now())
}

// openRegister opens a ledger to which sign-offs are added, with the checkpoint that it must hold.
func openRegister(ctx context.Context, w world, where string, o branchOptions) (*store.Store, string, error) {
	where = resolved(w, where, "")
	switch {
	case where == noLedger:
		return nil, "", gate.WithHint(errors.New("there is no ledger in which sign-offs could stand"),
			"name one with --ledger: branch:defectgate, or a database; a public repository asks for it with its address")
	case strings.HasPrefix(where, branchScheme):
		b, err := openBranch(ctx, w, where, o)
		if err != nil {
			return nil, "", err
		}
		return b.log, b.older, nil
	}
	s, err := store.Open(ctx, where, store.Write)
	var misnamed *store.AddressError
	if err != nil && !errors.As(err, &misnamed) {
		return nil, "", undecided(err)
	}
	return s, "", err
}

// contested says in the words of sign-offs that others were faster every time.
type contested struct{ *ledger.SignOffs }

// Append adds a sign-off, see [signoff.Log].
func (c contested) Append(ctx context.Context, project, id string, say ledger.Says) (gate.SignedOff, error) {
	made, err := c.SignOffs.Append(ctx, project, id, say)
	if errors.Is(err, store.ErrBehind) {
		err = fmt.Errorf("%w: %w", signoff.ErrConflict, err)
	}
	return made, err
}
