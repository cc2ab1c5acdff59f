package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
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
	reports bool // raw reports are kept
	files   bool // something that is written holds the record
	looks   bool // nothing is recorded
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
	cmd.Flags().Var((*filled)(address), "ledger", "where decisions are recorded: sqlite:PATH, postgres://…, or none (default "+defaultLedger+")")
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
	return cmp.Or(flag, variable, file.Ledger, defaultLedger), nil
}

// opening is a ledger that is ready, or the reason why it is not: then the decision is an error, and all that was found is told nevertheless.
type opening struct {
	gate.Ledger
	store   *store.Store
	address string
}

// Close lets the ledger go.
func (o *opening) Close() error {
	if o == nil || o.store == nil {
		return nil
	}
	return o.store.Close()
}

// broken is a ledger that cannot be used.
type broken struct{ error }

func (b broken) Recall(context.Context, gate.Artifact, []gate.Fingerprint) (gate.Memory, error) {
	return gate.Memory{}, b.error
}

func (b broken) Record(context.Context, *gate.Decision, gate.Attachments) (gate.Recorded, error) {
	return gate.Recorded{}, b.error
}

// open makes the ledger ready. Its errors are misuse: of keys, or of an address that means nothing.
func (r *recording) open(ctx context.Context, w world, file config.File) (*opening, error) {
	o, l := &opening{}, &ledger.Ledger{Forms: r.files}
	if err := r.keys(w, l); err != nil {
		return o, err
	}
	where, err := address(r.ledger, w, file)
	if err != nil {
		return o, err
	}
	if where == noLedger && r.older != "" {
		return o, gate.WithHint(errors.New("--checkpoint asks a ledger, and there is none"), "name one with --ledger")
	}
	if where == noLedger {
		if r.files || r.key != "" {
			o.Ledger = l
		}
		return o, nil
	}
	if l.Older, err = readOlder(r.older); err != nil {
		return o, err
	}
	o.address = where
	access := store.Write
	if r.looks {
		access = store.ReadOnly
	}
	s, err := store.Open(ctx, where, access)
	var misnamed *store.AddressError
	switch {
	case errors.As(err, &misnamed):
		return o, err
	case errors.Is(err, store.ErrNone) && r.looks:
		return o, nil
	case err != nil:
		o.Ledger = broken{err}
	default:
		l.Store, o.store, o.Ledger = s, s, l
	}
	return o, nil
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

// olderFlag names a checkpoint that was kept outside of the ledger.
func olderFlag(cmd *cobra.Command, from *string) {
	cmd.Flags().Var((*filled)(from), "checkpoint", "checkpoint that was kept, or a proof with one: the log must hold all of it")
}

// readOlder reads a checkpoint that was kept: the file of one, or the proof of an earlier decision, which ends with one.
func readOlder(from string) (string, error) {
	if from == "" {
		return "", nil
	}
	text, err := config.ReadFile(from)
	if err != nil {
		return "", fmt.Errorf("--checkpoint: %w", undecided(err))
	}
	if proof, err := tree.ParseProof(text); err == nil {
		return proof.Checkpoint, nil
	}
	return string(text), nil
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

// ownDigest is the SHA-256 of this program's file; "" where it cannot be read.
var ownDigest = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }() // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})

// attached gives the bytes that the decision names: the policies, and the reports where they are kept.
func (s *session) attached() (gate.Attachments, error) {
	attached := gate.Attachments{}
	s.engine.Attach(attached)
	if !s.keepReports {
		return attached, nil
	}
	for _, file := range s.files {
		text, err := wholeOf(file)
		if err != nil {
			return nil, fmt.Errorf("keep report %q: %w", file.Path, err)
		}
		attached.Add(text)
	}
	return attached, nil
}

// readLedger opens the ledger for a command that reads.
func readLedger(cmd *cobra.Command, w world, address string, use func(*store.Store) error) error {
	return withLedger(cmd, w, opens{address, store.ReadOnly}, use)
}

// opens says which ledger is opened, and what for.
type opens struct {
	address string
	access  store.Access
}

// withLedger lets a command use a ledger.
func withLedger(cmd *cobra.Command, w world, o opens, use func(*store.Store) error) error {
	s, err := openLedger(cmd.Context(), w, o)
	if err != nil {
		return err
	}
	return errors.Join(use(s), s.Close())
}

func openLedger(ctx context.Context, w world, o opens) (*store.Store, error) {
	file, err := config.Load("")
	if err != nil {
		return nil, err
	}
	where, err := address(o.address, w, file)
	if err != nil {
		return nil, err
	}
	if where == noLedger {
		return nil, gate.WithHint(errors.New("there is no ledger: it is set to none"), "name one with --ledger")
	}
	s, err := store.Open(ctx, where, o.access)
	var misnamed *store.AddressError
	if err != nil && !errors.As(err, &misnamed) {
		return nil, undecided(err)
	}
	return s, err
}

// holdsRecord reports whether an output is made from the record of the decision.
func holdsRecord(outputs []outputFile, printed output.Format) bool {
	return printed.Record || slices.ContainsFunc(outputs, func(o outputFile) bool { return o.Record })
}

// wholeOf reads a report as it lies there.
func wholeOf(file *scanner.File) ([]byte, error) {
	from, err := file.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(from, file.Limits.Raw+1))
	return text, errors.Join(err, from.Close())
}
