package main

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/platform/github"
)

// The addresses of a ledger that only a platform has.
const (
	branchScheme = "branch:"
	autoLedger   = "auto" // on the platform the branch, where its readers may read it
	autoBranch   = branchScheme + "defectgate"
)

// resolved says what `auto` means in this run. A public repository has its decisions for all to see only where somebody asked for that.
func resolved(w world, where string, asked gate.Disclosure) string {
	switch {
	case where != autoLedger:
		return where
	case w.getenv("GITHUB_ACTIONS") != "true":
		return defaultLedger
	case github.Readers(w.getenv) == gate.Public && asked != gate.Public:
		return noLedger
	}
	return autoBranch
}

// branchLog is a log in a branch, with its copy on this machine.
type branchLog struct {
	copy    *store.Store // all that the branch has
	log     *store.Store // the same, and what is added to it is committed to the branch
	from    string       // copy of an earlier run with which this one began; "" for none
	appends bool         // this run may add to what others believe
	holds   bool         // it is what the branch has, and what its checkpoint says
	older   []string     // checkpoints that the last runs left
	notices []string
}

// branchOptions say whose decisions count, and who signs the checkpoint.
type branchOptions struct {
	keys   *key.Set
	logKey ed25519.PrivateKey
	bare   bool   // nothing but sign-offs is asked for
	named  bool   // somebody named a checkpoint that it must hold
	looks  bool   // nothing is decided by it
	branch string // of the log
	main   string // the default branch
	copies string // folder in which the copy is kept for the next run; "": it is not
}

// openBranch brings the copy of a log up to date. What stands in the way is no misuse, but for a name that is none.
func openBranch(ctx context.Context, w world, where string, o branchOptions) (*branchLog, error) {
	name := strings.TrimPrefix(where, branchScheme)
	client, err := forgeClient(w)
	if err != nil {
		return nil, undecided(fmt.Errorf("ledger %s: %w", where, err))
	}
	branch, err := client.Branch(name)
	if err != nil {
		return nil, err
	}
	if o.main, err = besideTheCode(ctx, w, client, name); err != nil {
		return nil, err
	}
	o.branch = name
	m := &ledger.Mirror{Branch: branch, Keys: o.keys, LogKey: o.logKey, Bare: o.bare, Origin: originOf(w, name)}
	b, err := openCopy(ctx, w, m, o.copies)
	if err != nil {
		return nil, undecided(err)
	}
	err = m.CatchUp(ctx)
	if err == nil {
		err = b.lastSeen(ctx, client, m, o)
	}
	if err != nil {
		return nil, undecided(b.refused(errors.Join(err, b.Close())))
	}
	b.holds = true
	if b.appends, err = mayAppend(ctx, w, client, o.main); err != nil {
		return nil, undecided(errors.Join(err, b.Close()))
	}
	return b, nil
}

// originOf names the log of a branch: the same for every machine that may begin it.
func originOf(w world, branch string) string {
	access := github.AccessFrom(w.getenv, w.now)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", access.Server, access.ID, branch))
	return "defectgate.dev/ledger/" + hex.EncodeToString(sum[:16])
}

// Close lets the copy go.
func (b *branchLog) Close() error { return b.copy.Close() }

// possible leaves out what only a ledger can give, in a run that adds to none: which runs do is not for a workflow to know.
func (o *opening) possible(outputs []outputFile) []outputFile {
	return slices.DeleteFunc(outputs, func(f outputFile) bool {
		return f.Logged && (o.unproven || o.bundled) || f.kept && o.aside
	})
}

func isLogged(f outputFile) bool { return f.Logged }

// provable refuses to prove that a decision stands in a ledger where there is none.
func (o *opening) provable(outputs []outputFile) error {
	at := slices.IndexFunc(outputs, isLogged)
	if o.address != "" || at < 0 {
		return nil
	}
	return gate.WithHint(fmt.Errorf("output %s: nothing is recorded, so that nothing is to be proven", outputs[at].Name),
		"name a ledger with --ledger, or leave the output out")
}

// written refuses a decision whose only record nobody keeps.
func (o *opening) written(bundle bool) error {
	if !o.bundled || bundle {
		return nil
	}
	return gate.WithHint(errors.New("this run adds nothing to the branch of the ledger: the bundle of its decision is its record, and is not written"),
		"name a file for it: --output bundle=decision.bundle.json")
}

// branch makes the ledger ready whose log is in a branch: for a run that may add to it, or for one that reads.
func (r *recording) branch(ctx context.Context, w world, o *opening, l *ledger.Ledger) error {
	if err := r.mayBeRead(w); err != nil {
		return err
	}
	var err error
	options := branchOptions{logKey: l.LogKey, copies: r.copies, named: r.older != "", looks: r.looks}
	if r.counts != nil {
		options.keys, err = r.counts()
	}
	if err != nil {
		return err
	}
	b, err := openBranch(ctx, w, o.address, options)
	var undecided *failure
	if err != nil && !errors.As(err, &undecided) {
		return err
	}
	if err != nil {
		o.Ledger = broken{err}
		return nil
	}
	l.Older = append(l.Older, b.older...)
	o.store, o.older, o.notices = b.copy, l.Older, append(b.notices, unguarded(options.keys)...)
	switch {
	case r.looks:
		l.Store, o.Ledger = b.copy, onlooker{l}
	case b.appends:
		if err := mayBeGuessed(w); err != nil {
			return errors.Join(err, b.Close())
		}
		l.Store, o.store, o.Ledger = b.log, b.log, l
	default:
		l.Store, o.Ledger = b.copy, ledger.Bystander{Ledger: l}
		o.bundled = true
	}
	return nil
}
