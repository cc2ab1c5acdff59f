package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
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
	own   signers // of the flags
	desk  *signoff.Desk
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

func (r *reception) Close() error {
	var faults error
	for _, end := range r.close {
		faults = errors.Join(faults, end())
	}
	return faults
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
	log := &lateLog{open: sync.OnceValues(func() (signoff.Log, error) { return r.log(ctx, file, signs) })}
	r.desk = &signoff.Desk{Forge: r.forge, Log: log, Judge: judge, Place: place, Now: r.now}
	return r.desk, nil
}

// lateLog is opened when it is asked: whatever a stranger writes must not cost the reading of a whole ledger.
type lateLog struct{ open func() (signoff.Log, error) }

// Read gives the sign-offs of a project, see [signoff.Log].
func (l *lateLog) Read(ctx context.Context, project string) ([]gate.SignedOff, error) {
	log, err := l.open()
	if err != nil {
		return nil, err
	}
	return log.Read(ctx, project)
}

// Append adds a sign-off, see [signoff.Log].
func (l *lateLog) Append(ctx context.Context, project, id string, say ledger.Says) (gate.SignedOff, error) {
	log, err := l.open()
	if err != nil {
		return gate.SignedOff{}, err
	}
	return log.Append(ctx, project, id, say)
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
	return s, (&desk{offs: &ledger.SignOffs{Keys: s.keys, Key: s.private}}).mayRecord(r.now())
}

// log opens the register for writing.
func (r *reception) log(ctx context.Context, file config.File, by signers) (signoff.Log, error) {
	where, err := address(r.ledger, r.world, file)
	if err != nil {
		return nil, err
	}
	s, older, end, err := openRegister(ctx, r.world, where, by.branchOptions)
	if err != nil {
		return nil, err
	}
	r.close = append(r.close, end)
	return contested{&ledger.SignOffs{Ledger: &ledger.Ledger{Store: s, LogKey: by.logKey, Older: older}, Keys: by.keys, Key: by.private}}, nil
}

// openRegister opens a ledger to which sign-offs are added, with the checkpoint that it must hold, and what ends it.
func openRegister(ctx context.Context, w world, where string, o branchOptions) (s *store.Store, older string, end func() error, err error) {
	where = resolved(w, where, "")
	switch {
	case where == noLedger:
		return nil, "", nil, errNoRegister()
	case strings.HasPrefix(where, branchScheme):
		o.bare = true
		b, err := openBranch(ctx, w, where, o)
		if err != nil {
			return nil, "", nil, err
		}
		return b.log, b.older, b.Close, nil
	}
	if s, err = store.Open(ctx, where, store.Write); err != nil {
		return nil, "", nil, err
	}
	return s, "", s.Close, nil
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
