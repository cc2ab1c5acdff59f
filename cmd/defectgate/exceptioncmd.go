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
	"github.com/defectgate/defectgate/policy"
)

func exceptionCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "exception", Short: "Sign off exceptions, take them back, and say what is signed off, by whom and until when",
		Args: cobra.NoArgs, RunE: unspecified}
	cmd.AddCommand(exceptionGrant(w), exceptionApprove(w), exceptionRevoke(w), exceptionList(w), exceptionShow(w), exceptionVerify(w), exceptionLint(w),
		exceptionSchema(w))
	return cmd
}

// register are the flags of every command about sign-offs: which ledger, whose keys.
type register struct {
	config  string
	ledger  string
	keySet  string
	project string
}

func (r *register) flags(cmd *cobra.Command) {
	configFlag(cmd, &r.config)
	ledgerFlag(cmd, &r.ledger)
	keysFlag(cmd, &r.keySet)
	cmd.Flags().Var((*filled)(&r.project), "project", "id of the project (default that of the CI run, of the configuration, or of git)")
}

// desk is a register that is open.
type desk struct {
	file    config.File
	ledger  *ledger.Ledger
	offs    *ledger.SignOffs
	project string
	book    *signoff.Book
}

// open reads the sign-offs of the project.
func (r *register) open(cmd *cobra.Command, w world, access store.Access) (*desk, error) {
	file, err := config.Load(r.config)
	if err != nil {
		return nil, err
	}
	keys, err := signOffKeys(&trusted{}, cmp.Or(r.keySet, file.Keys))
	if err != nil {
		return nil, err
	}
	d := &desk{file: file, project: cmp.Or(r.project, projectOf(cmd.Context(), w, file))}
	s, err := openLedger(cmd.Context(), w, opens{r.config, r.ledger, access})
	if err != nil {
		return nil, err
	}
	d.ledger = &ledger.Ledger{Store: s}
	d.offs = &ledger.SignOffs{Ledger: d.ledger, Keys: keys}
	if err := d.read(cmd.Context()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

func (d *desk) read(ctx context.Context) error {
	list, err := d.offs.Read(ctx, d.project)
	d.book = signoff.NewBook(list)
	return undecidedIf(err)
}

func (d *desk) Close() error { return d.ledger.Store.Close() }

// with opens the register for a command that reads.
func (r *register) with(cmd *cobra.Command, w world, use func(*desk) error) error {
	d, err := r.open(cmd, w, store.ReadOnly)
	if err != nil {
		return err
	}
	return errors.Join(use(d), d.Close())
}

// makeKey is how somebody gets a key for sign-offs.
const makeKey = "defectgate key generate --use sign-off --name NAME --keys keys.json KEY.pem"

// signing are the flags of the commands that record a sign-off.
type signing struct {
	register
	key         string
	logKey      string
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
	d, err := s.open(cmd, w, store.Write)
	if err != nil {
		return nil, err
	}
	d.offs.Key, d.ledger.LogKey = private, logKey
	if d.project == "" {
		return nil, errors.Join(gate.WithHint(errors.New("the project is not known, whose exceptions these are"),
			"set `project` in defectgate.yaml, or name it with --project"), d.Close())
	}
	return d, nil
}

// actor is whoever holds the key, by the name that the key set gives it: keys of one name are one person's, also after a rotation.
func (d *desk) actor(now time.Time) gate.Actor {
	id, name := d.offs.Key.ID(), ""
	if d.offs.Keys != nil {
		for _, e := range d.offs.Keys.Keys {
			if e.ID == id && e.Use == key.SignOff {
				name = e.Name
			}
		}
	}
	return gate.Actor{Person: gate.Person{ID: keyHolder(cmp.Or(name, id)), Login: cmp.Or(name, "key "+short(id))}, Source: gate.FromKey, CheckedAt: now}
}

// keyHolder is the id of whoever holds a key.
func keyHolder(name string) string {
	return "key:" + strings.ToLower(strings.Join(strings.Fields(name), " "))
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
	return s.tell(w, &made, verified)
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
		a.Barred = []gate.Party{{ID: keyHolder(s.requester), As: "requester"}}
	}
	return a
}

// base is the part of a record that does not depend on what is asked.
func (s *signing) base(d *desk, a gate.Asking) gate.SignOff {
	r := gate.SignOff{Kind: gate.SignOffKind(s.command.Verb), Project: d.project, Component: d.file.Component, Environment: s.environment,
		Actor: a.Approval.Actor, RecordedAt: a.Now, Tool: "defectgate " + version}
	if s.requester != "" {
		r.Requester = &gate.Person{ID: keyHolder(s.requester), Login: s.requester}
	}
	return r
}

// parsed has a command read as if it had been a comment: what a comment must not say, a flag must not either.
func parsed(c *signoff.Command) (*signoff.Command, error) {
	read, _, refusal := signoff.Parse(c.String())
	if refusal != nil {
		return nil, gate.WithHint(fmt.Errorf("%s: %s", refusal.Code, refusal.Message), "see: defectgate exception --help")
	}
	return read, nil
}

func exceptionSchema(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a sign-off",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := w.stdout.Write(gate.SignOffSchemaJSON())
			return undecidedIf(err)
		},
	}
}
