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
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/policy"
)

// makeKey is how somebody gets a key for sign-offs.
const makeKey = "defectgate key generate --use sign-off --name NAME --keys keys.json KEY.pem"

// signing are the flags of the commands that record a sign-off.
type signing struct {
	register
	key         string
	logKey      string
	keep        keptCheckpoint
	environment string
	decision    string
	requester   string
	command     signoff.Command
	scope       string
}

func (s *signing) flags(cmd *cobra.Command) {
	s.register.flags(cmd)
	f := cmd.Flags()
	f.Var((*filled)(&s.key), "key", "private key for sign-offs, which says who signs off: a PEM file, env:NAME, or - for standard input")
	logKeyFlag(cmd, &s.logKey)
	s.keep.flag(cmd)
	f.StringVarP(&s.environment, "environment", "e", "production", "where it is to hold: production, staging, development, or one of the configuration")
}

// signer reads the key and opens the register for writing.
func (s *signing) signer(cmd *cobra.Command, w world) (*desk, error) {
	if s.key == "" {
		return nil, gate.WithHint(errors.New("no key signs the sign-off"), "name yours with --key; make one: "+makeKey)
	}
	private, err := key.Read(s.key, key.Where{Stdin: w.stdin, Getenv: w.getenv})
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	logKey, err := readLogKey(w, s.logKey)
	if err != nil {
		return nil, err
	}
	s.signsLog = logKey
	d, err := s.open(cmd, w, store.Write)
	if err != nil {
		return nil, err
	}
	d.offs.Key, d.ledger.LogKey = private, logKey
	inputs := append(filesOf(d.address), s.key, s.logKey, cmp.Or(s.keySet, d.file.Keys), cmp.Or(s.config, config.DefaultPath))
	if err := errors.Join(s.keep.ready(inputs...), d.mayRecord(w.now())); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// mayRecord refuses what nobody could believe later.
func (d *desk) mayRecord(now time.Time) error {
	if d.offs.Keys == nil {
		return gate.WithHint(errors.New("no key set says whose sign-offs count"), "name one under `keys:` in defectgate.yaml, or with --keys")
	}
	if _, err := d.offs.Keys.At(d.offs.Key.ID(), key.SignOff, now); err != nil {
		return gate.WithHint(err, "sign with a key that the set has for sign-offs; a new one: "+makeKey)
	}
	if d.ledger.LogKey == nil {
		return nil
	}
	return seals(d.offs.Keys, d.ledger.LogKey, now)
}

// actor is whoever holds the key, by the name that the key set gives it.
func (d *desk) actor(now time.Time) gate.Actor {
	e := d.offs.Keys.ForSignOffs(d.offs.Key.ID())
	person := gate.Person{ID: e.Holder(), Login: cmp.Or(e.Name, "key "+short(e.ID))}
	return gate.Actor{Person: person, Source: gate.FromKey, CheckedAt: now}
}

// judge is the policy that is asked, for an environment.
func (d *desk) judge(ctx context.Context, environment string) (*policy.Engine, error) {
	return (&judging{environment: environment}).engine(ctx, d.file)
}

// record judges a request and records what holds.
func (s *signing) record(cmd *cobra.Command, w world, d *desk, ask func(now time.Time) (*signoff.Request, error)) error {
	judge, err := d.judge(cmd.Context(), s.environment)
	if err != nil {
		return err
	}
	now := w.now().UTC()
	request, err := ask(now)
	if err != nil {
		return err
	}
	var verified *signoff.Verified
	request.Record.ID = signoff.NewID(now)
	made, err := d.offs.Append(cmd.Context(), d.project, request.Record.ID, func(known []gate.SignedOff) (*gate.SignOff, error) {
		again := *request
		v, refusal := again.Judge(cmd.Context(), signoff.NewBook(known), judge)
		if refusal != nil {
			return nil, refusal
		}
		verified = v
		return v.Record, nil
	})
	if err != nil {
		return refused(err)
	}
	return errors.Join(s.tell(w, &made, verified), s.left(cmd.Context(), w, d))
}

// left leaves the checkpoint. Of a branch, others learn otherwise only from the next run of the default branch what it has now.
func (s *signing) left(ctx context.Context, w world, d *desk) error {
	if s.keep != "" {
		return undecidedIf(s.keep.leave(currentCheckpoint(ctx, d.ledger)))
	}
	if !inBranch(d.address) {
		return nil
	}
	_, err := fmt.Fprintln(w.stderr, "defectgate: note: whoever takes this out of the branch is noticed once a run has left a checkpoint with it: "+
		"have main judged now")
	return undecidedIf(err)
}

// refused gives a refusal the exit code that it has: 1 for what may not be, 3 for what could not be decided.
func refused(err error) error {
	var r *signoff.Refusal
	switch {
	case !errors.As(err, &r):
		return undecided(err)
	case r.Code == signoff.Upstream || r.Code == signoff.Register || r.Code == signoff.Conflict:
		return undecided(errors.Join(r, r.Err))
	}
	return &failure{exitFail, r}
}

func (s *signing) tell(w world, made *gate.SignedOff, v *signoff.Verified) error {
	text := fmt.Sprintf("%s  %s by %s, entry %d of the ledger", made.ID, made.Kind, made.Actor.Login, made.Index)
	if made.Target != "" {
		text += ", of " + made.Target
	}
	if err := line(w, text); err != nil {
		return undecided(err)
	}
	if v.Waits != "" {
		return undecidedIf(line(w, "waits: "+gate.CleanLine(v.Waits, 400)))
	}
	return nil
}

// asking is what the policy is told of whoever holds a key.
func (s *signing) asking(d *desk, now time.Time) gate.Asking {
	a := gate.Asking{Now: now, Artifact: gate.Artifact{Project: d.project, Component: d.file.Component, Environment: s.environment},
		Approval: gate.Approval{Actor: d.actor(now), At: now}, Named: true}
	if s.requester != "" {
		a.Barred = []gate.Party{{Person: gate.Person{ID: key.HolderOf(s.requester), Login: s.requester}, As: "requester"}}
	}
	return a
}

// base is the part of a record that does not depend on what is asked.
func (s *signing) base(d *desk, a gate.Asking) gate.SignOff {
	r := gate.SignOff{Kind: gate.SignOffKind(s.command.Verb), Project: d.project, Component: d.file.Component, Environment: s.environment,
		Actor: a.Approval.Actor, RecordedAt: a.Now, Tool: "defectgate " + version}
	if s.requester != "" {
		r.Requester = &gate.Person{ID: key.HolderOf(s.requester), Login: s.requester}
	}
	return r
}

// parsed has a command read as if it had been a comment: what a comment must not say, a flag must not either.
func parsed(c *signoff.Command) (*signoff.Command, error) {
	for _, text := range append([]string{c.Reason, c.Control, c.Ticket, c.Component, c.Until, c.Record, c.Scope.Name}, c.Targets...) {
		if strings.ContainsAny(text, "\r\n") {
			return nil, fmt.Errorf("%q has several lines: write one", gate.CleanLine(text, 60))
		}
	}
	read, _, refusal := signoff.Parse(c.String())
	if refusal != nil {
		return nil, gate.WithHint(fmt.Errorf("%s: %s", refusal.Code, refusal.Message), "see: defectgate exception --help")
	}
	return read, nil
}
