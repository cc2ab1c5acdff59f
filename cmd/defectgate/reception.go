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
	keep        keptCheckpoint
	timeout     time.Duration

	world
	forge *github.Forge
	own   signers // of the flags
	desk  *signoff.Desk
	log   *lateLog
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
	r.keep.flag(cmd)
	r.timeout = 5 * time.Minute
	f.Var((*budget)(&r.timeout), "timeout", "time budget of it all, above zero")
}

// signoffTokenVariable holds the token of an app that may see who is in a team: that of a job may not.
const signoffTokenVariable = "DEFECTGATE_SIGNOFF_TOKEN" //nolint:gosec // the name of a variable

// open reads what the flags name, and connects with the platform. Nothing is asked yet.
func (r *reception) open(ctx context.Context, w world) error {
	if r.key == "" {
		return gate.WithHint(errors.New("no key signs what is signed off"), "name one with --key; make one: "+makeKey)
	}
	r.world = w
	err := r.ready(ctx)
	if err == nil {
		r.forge, err = forgeOf(w)
	}
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

// Close leaves the checkpoint, and lets the ledger go.
func (r *reception) Close() error {
	if r.log == nil {
		return nil
	}
	return r.log.close(r.keep)
}

// opened gives the desk. Its configuration, policies and keys are those of the default branch: any other one, whoever asks for a change may have
// made, with terms of his own.
func (r *reception) opened(ctx context.Context) (*signoff.Desk, error) {
	if r.desk != nil {
		return r.desk, nil
	}
	repository, err := r.forge.Repository(ctx)
	if err != nil {
		return nil, undecided(err)
	}
	from := &trusted{git: repositoryOf(ctx, r.world)}
	if err := from.of(ctx, r.world, repository.DefaultBranch); err != nil {
		return nil, err
	}
	file, err := from.configuration(r.config)
	if err != nil {
		return nil, err
	}
	if _, err := r.register(file); err != nil {
		return nil, err
	}
	judge, err := (&judging{environment: r.environment, from: from}).engine(ctx, file)
	if err != nil {
		return nil, err
	}
	signs, err := r.signs(from, file)
	if err != nil {
		return nil, err
	}
	place, err := r.place(ctx, file, repository.ID)
	if err != nil {
		return nil, undecided(err)
	}
	r.forge.Asked = termsOf(judge).teams
	r.log = &lateLog{open: func() (*writtenLog, error) { return r.openLog(ctx, file, signs) }}
	r.desk = &signoff.Desk{Forge: r.forge, Log: r.log, Judge: judge, Place: place, Now: r.now}
	return r.desk, nil
}

// place says where comments are judged.
func (r *reception) place(ctx context.Context, file config.File, repository int64) (p signoff.Place, err error) {
	self, err := r.forge.Self(ctx)
	host := strings.TrimPrefix(r.getenv("GITHUB_SERVER_URL"), "https://")
	return signoff.Place{Host: cmp.Or(host, "github.com"), Repository: repository, Path: r.getenv("GITHUB_REPOSITORY"), Component: file.Component,
		Environment: r.environment, Self: fmt.Sprint(self), Tool: "defectgate " + version}, err
}

// signers are the keys of those who record.
type signers struct {
	private *key.Private
	branchOptions
}

// signs gives the keys. One that nobody could believe later is misuse.
func (r *reception) signs(from *trusted, file config.File) (s signers, err error) {
	s = r.own
	if s.keys, err = signOffKeys(from, cmp.Or(r.keySet, file.Keys)); err != nil {
		return s, err
	}
	l := &ledger.Ledger{LogKey: s.logKey}
	return s, (&desk{ledger: l, offs: &ledger.SignOffs{Ledger: l, Keys: s.keys, Key: s.private}}).mayRecord(r.now())
}
