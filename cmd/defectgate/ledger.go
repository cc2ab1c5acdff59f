package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
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
)

// defaultLedger is where decisions are recorded if nobody says otherwise.
const defaultLedger = "sqlite:.defectgate/ledger.db"

// noLedger is what to say where nothing is to be recorded.
const noLedger = "none"

// ledgerVariable names the ledger where no flag does: an address may hold a password.
const ledgerVariable = "DEFECTGATE_LEDGER"

// recording are the flags that say where a decision is recorded, and who signs it.
type recording struct {
	ledger  string
	key     string
	logKey  string
	older   string
	counts  func() (*key.Set, error) // whose signatures count; nil: they are not looked at
	asked   gate.Disclosure          // who is to read what is recorded; "" for whoever can
	reports bool                     // raw reports are kept
	at      time.Time                // of the decision
	copies  string                   // folder in which copies of logs in branches are kept; "": they are not
	files   bool                     // something that is written holds the record
	looks   bool                     // nothing is recorded
}

func (r *recording) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var((*filled)(&r.key), "key", "private key that signs the decision: a PEM file, env:NAME, or - for standard input (default none: not signed)")
	logKeyFlag(cmd, &r.logKey)
	olderFlag(cmd, &r.older)
	f.BoolVar(&r.reports, "keep-reports", false, "keep the reports themselves in the ledger; they may hold secrets")
}

func (r *recording) lookFlags(cmd *cobra.Command) { ledgerFlag(cmd, &r.ledger) }

func ledgerFlag(cmd *cobra.Command, address *string) {
	cmd.Flags().Var((*filled)(address), "ledger", "where decisions are recorded: sqlite:PATH, postgres://…, branch:NAME of the repository on GitHub, "+
		"auto, or none (default "+defaultLedger+")")
}

func logKeyFlag(cmd *cobra.Command, from *string) {
	cmd.Flags().Var((*filled)(from), "log-key", "private Ed25519 key that signs checkpoints of the ledger: a PEM file, env:NAME, or - (default none)")
}

// address is that of the flag, of the environment, of the configuration, or the default. A variable that is set and empty is a secret that a job was
// not given, and means nothing.
func address(flag string, w world, file config.File) (string, error) {
	variable, set := w.lookupenv(ledgerVariable)
	if set && variable == "" && flag == "" {
		return "", gate.WithHint(fmt.Errorf("%s is set, and empty", ledgerVariable),
			"fill it in, unset it, or name the ledger with --ledger; --ledger none records nothing")
	}
	where := cmp.Or(flag, variable, file.Ledger, defaultLedger)
	if variable == autoLedger { // the default of the action: what the configuration says is more than that
		where = cmp.Or(flag, file.Ledger, variable)
	}
	return where, wellAddressed(w, where)
}

// opening is a ledger that is ready, or the reason why it is not: then the decision is an error, and all that was found is told nevertheless.
type opening struct {
	gate.Ledger
	store    *store.Store
	address  string
	older    []string // checkpoints that were kept
	unproven bool     // nothing is recorded, and nobody asked for anything else
	aside    bool     // its checkpoint is not for those who look for that of a branch
	bundled  bool     // nothing is added to it: the bundle is the record
	notices  []string
}

// Close lets the ledger go.
func (o *opening) Close() error {
	if o == nil || o.store == nil {
		return nil
	}
	return o.store.Close()
}

// onlooker remembers, and records nothing.
type onlooker struct{ gate.Ledger }

// Record leaves everything as it is.
func (onlooker) Record(context.Context, *gate.Decision, gate.Attachments) (gate.Recorded, error) {
	return gate.Recorded{}, nil
}

// broken is a ledger that cannot be used.
type broken struct{ error }

func (b broken) Recall(context.Context, gate.Artifact, []gate.Fingerprint) (gate.Memory, error) {
	return gate.Memory{}, b.error
}

// Record fails as well. Why, [broken.Recall] has said already.
func (b broken) Record(context.Context, *gate.Decision, gate.Attachments) (gate.Recorded, error) {
	return gate.Recorded{}, errors.New("there is no ledger that can be used")
}

// open makes the ledger ready. Its errors are misuse: of keys, or of an address that means nothing.
func (r *recording) open(ctx context.Context, w world, file config.File) (*opening, error) {
	o, l := &opening{}, &ledger.Ledger{Forms: r.files}
	if err := r.keys(w, l); err != nil {
		return o, err
	}
	if err := r.believed(l); err != nil {
		return o, err
	}
	named, err := address(r.ledger, w, file)
	if err != nil {
		return o, err
	}
	where := resolved(w, named, r.asked)
	o.unproven, o.aside = where == noLedger && isChosen(w, r.ledger), !inBranch(where) && isChosen(w, r.ledger)
	if where == noLedger && r.older != "" {
		return o, gate.WithHint(errors.New("--checkpoint asks a ledger, and there is none"), "name one with --ledger")
	}
	if where == noLedger {
		o.notices = unsaid(w, named)
		if r.files || r.key != "" {
			o.Ledger = l
		}
		return o, nil
	}
	if err := notOfTheRepository(repositoryOf(ctx, w), where); err != nil {
		return o, err
	}
	o.address = where
	l.Older, err = readOlders(r.older)
	var unread *failure
	if errors.As(err, &unread) {
		o.Ledger = broken{err}
		return o, nil
	}
	if err != nil {
		return o, err
	}
	o.older = l.Older
	if inBranch(where) {
		return o, r.branch(ctx, w, o, l)
	}
	return o, r.connect(ctx, o, l)
}

// connect opens the ledger. One that cannot be used is no misuse: the decision is an error.
func (r *recording) connect(ctx context.Context, o *opening, l *ledger.Ledger) error {
	access := store.Write
	if r.looks {
		access = store.ReadOnly
	}
	if err := r.stands(ctx, o.address); err != nil {
		o.Ledger = broken{err}
		return nil
	}
	s, err := store.Open(ctx, o.address, access)
	var misnamed *store.AddressError
	switch {
	case errors.As(err, &misnamed):
		return err
	case errors.Is(err, store.ErrNone) && r.looks:
		return nil
	case err != nil:
		o.Ledger = broken{err}
	default:
		l.Store, o.store, o.Ledger = s, s, l
	}
	if r.looks {
		o.Ledger = onlooker{o.Ledger}
	}
	return nil
}

// stands reports that a ledger is not there which has to hold a checkpoint: a new one in its place would look like an empty one later.
func (r *recording) stands(ctx context.Context, address string) error {
	if r.older == "" || len(filesOf(address)) == 0 {
		return nil
	}
	s, err := store.Open(ctx, address, store.ReadOnly)
	if errors.Is(err, store.ErrNone) {
		return gate.WithHint(fmt.Errorf("%w, and --checkpoint says what it had", err), "put it back, or see where it went")
	}
	if err != nil {
		return nil //nolint:nilerr // it is there, and whoever opens it says what it lacks
	}
	return s.Close()
}

// notOfTheRepository refuses a file that git has: whoever changes the code could change what is remembered of it.
func notOfTheRepository(git repository, address string) error {
	path, isFile := strings.CutPrefix(address, "sqlite:")
	if place := git.place(); !isFile || place == "" || !isWithin(path, place) || !git.tracks(path) {
		return nil
	}
	return gate.WithHint(fmt.Errorf("the ledger %q is a file of the repository: whoever changes the code could change it", path),
		"take it out: git rm --cached %s", shellWord(path))
}

// placed refuses to remember something of nobody knows what: with other projects in one ledger, their histories would be one.
func (o *opening) placed(a *gate.Artifact) error {
	path, isFile := strings.CutPrefix(o.address, "sqlite:")
	if a.Project != "" || o.store == nil || isFile && isWithin(path, ".") {
		return nil
	}
	return gate.WithHint(errors.New("the project is not known, and the ledger may be that of others as well"),
		"set `project` in defectgate.yaml, or fetch the whole history: git fetch --unshallow")
}

// keys reads the keys that sign.
func (r *recording) keys(w world, l *ledger.Ledger) error {
	if r.key == "-" && r.logKey == "-" {
		return gate.WithHint(errors.New("--key and --log-key both read standard input"), "name a file or env:NAME for one of them")
	}
	if r.key != "" {
		private, err := key.Read(r.key, key.Where{Stdin: w.stdin, Getenv: w.getenv})
		if err != nil {
			return fmt.Errorf("--key: %w", err)
		}
		l.Key = private
	}
	var err error
	l.LogKey, err = readLogKey(w, r.logKey)
	return err
}

func readLogKey(w world, from string) (ed25519.PrivateKey, error) {
	if from == "" {
		return nil, nil
	}
	private, err := key.Read(from, key.Where{Stdin: w.stdin, Getenv: w.getenv})
	if err != nil {
		return nil, fmt.Errorf("--log-key: %w", err)
	}
	signing, ok := private.Ed25519()
	if !ok {
		return nil, gate.WithHint(errors.New("--log-key: the key is no Ed25519 key, and signed notes know no other here"),
			"make one: defectgate key generate --use log")
	}
	return signing, nil
}
