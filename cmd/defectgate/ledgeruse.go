package main

import (
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
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
)

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
	return withLedger(cmd, w, opens{address: address, access: store.ReadOnly}, use)
}

// opens says which ledger is opened, and what for.
type opens struct {
	config  string // file; "" for the default one
	keys    string // key set; "" for that of the configuration
	address string
	access  store.Access
	logKey  ed25519.PrivateKey // signs the checkpoint of a log in a branch
	named   bool               // somebody named a checkpoint that it must hold
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
	file, err := config.Load(o.config)
	if err != nil {
		return nil, err
	}
	where, err := address(o.address, w, file)
	if err != nil {
		return nil, err
	}
	if where = resolved(w, where, gate.Disclosure(file.Disclosure)); where == noLedger {
		return nil, gate.WithHint(errors.New("there is no ledger: it is set to none"), "name one with --ledger")
	}
	if inBranch(where) {
		o.address = where
		return openBranchLog(ctx, w, o, file)
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

// readByPeople reports whether an output is for people, who want to know what comes.
func readByPeople(outputs []outputFile) bool {
	return slices.ContainsFunc(outputs, func(o outputFile) bool { return o.Human })
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
