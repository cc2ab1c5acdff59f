package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
)

// keptCheckpoint is the file in which a command leaves the checkpoint of the ledger, for the runs after it; "" for none.
type keptCheckpoint string

func (k *keptCheckpoint) flag(cmd *cobra.Command) {
	cmd.Flags().Var((*filled)(k), "keep-checkpoint",
		"file for the checkpoint of the ledger, where that is asked: by it a later run finds what was taken out")
}

// ready tries the file: whoever mistyped it is to know before anything is recorded.
func (k keptCheckpoint) ready() error {
	if k == "" {
		return nil
	}
	if err := writable(string(k)); err != nil {
		return gate.WithHint(fmt.Errorf("--keep-checkpoint: %w", err), "name a file that can be written")
	}
	return nil
}

// leave writes the checkpoint, in place of what was there; unknown is why there is none.
func (k keptCheckpoint) leave(checkpoint string, unknown error) error {
	if k == "" || checkpoint == "" && unknown == nil {
		return nil
	}
	if unknown == nil {
		to := &lateFile{create: func() (*os.File, error) { return createAnywhere(string(k)) }}
		_, unknown = to.Write([]byte(checkpoint))
		if err := to.Close(); unknown == nil {
			unknown = err
		}
	}
	if unknown != nil {
		return fmt.Errorf("--keep-checkpoint: what was recorded stands in the ledger, and its checkpoint is not kept: %w", unknown)
	}
	return nil
}

// currentCheckpoint is that of a log as it is now.
func currentCheckpoint(ctx context.Context, l *ledger.Ledger) (string, error) {
	head, err := l.Store.Head(ctx)
	if err != nil {
		return "", err
	}
	return head.Sign(l.LogKey)
}

// isChosen reports whether nobody named the ledger but the configuration, in a step that lets the repository choose. It leaves a checkpoint there
// only if the ledger is a branch: the artifact for it is named after one.
func isChosen(w world, flag string) bool { return flag == "" && w.getenv(ledgerVariable) == autoLedger }

func inBranch(address string) bool { return strings.HasPrefix(address, branchScheme) }
