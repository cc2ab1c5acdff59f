package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// keptCheckpoint is the file in which a command leaves the checkpoint of the ledger, for the runs after it; "" for none.
type keptCheckpoint string

func (k *keptCheckpoint) flag(cmd *cobra.Command) {
	cmd.Flags().Var((*filled)(k), "keep-checkpoint",
		"file for the checkpoint of the ledger, where that is asked: by it a later run finds what was taken out")
}

// ready tries the file, which takes the place of none that is read: whoever mistyped it is to know before anything is recorded.
func (k keptCheckpoint) ready(inputs ...string) error {
	if k == "" {
		return nil
	}
	if slices.ContainsFunc(inputs, func(input string) bool { return isSame(string(k), input) }) {
		return gate.WithHint(fmt.Errorf("--keep-checkpoint: %s would replace an input", k), "name another file")
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
		unknown = k.write(checkpoint)
	}
	if unknown != nil {
		return fmt.Errorf("--keep-checkpoint: what was recorded stands in the ledger, and its checkpoint is not kept: %w", unknown)
	}
	return nil
}

func (k keptCheckpoint) write(checkpoint string) error {
	file, err := createAnywhere(string(k))
	if err != nil {
		return err
	}
	_, err = file.WriteString(checkpoint)
	return errors.Join(err, file.Close())
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

// olderFlag names a checkpoint that was kept outside of the ledger.
func olderFlag(cmd *cobra.Command, from *string) {
	cmd.Flags().Var((*filled)(from), "checkpoint", "checkpoint that was kept, or a proof with one: the log must hold all of it")
}

// readOlder reads a checkpoint that was kept: the file of one, one that was copied out of what a check prints, or the proof of an earlier decision,
// which ends with one.
func readOlder(flag, from string) (string, error) {
	if from == "" {
		return "", nil
	}
	text, err := config.ReadFile(from)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, undecided(err))
	}
	if len(text) == 0 {
		return "", gate.WithHint(fmt.Errorf("%s: %s is empty", flag, from), "name a file with a checkpoint or a proof, or leave the flag out")
	}
	if proof, err := tree.ParseProof(text); err == nil {
		return proof.Checkpoint, nil
	}
	note := flush(string(text))
	if _, err := tree.ParseCheckpoint(note, nil); err != nil {
		return "", undecided(gate.WithHint(fmt.Errorf("%s: %s: %w", flag, from, err),
			"name a file with what check --output checkpoint=FILE, or defectgate ledger checkpoint, has written"))
	}
	return note, nil
}

// flush has all lines begin at the margin, and end as they do here.
func flush(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n") + "\n"
}

// readOlders reads the one that is named, where one is.
func readOlders(from string) ([]string, error) {
	text, err := readOlder("--checkpoint", from)
	if from == "" || err != nil {
		return nil, err
	}
	return []string{text}, nil
}
