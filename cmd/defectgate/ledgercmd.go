package main

import (
	"cmp"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
	"github.com/defectgate/defectgate/integrations/output"
)

func ledgerCommand(w world) *cobra.Command {
	cmd := &cobra.Command{Use: "ledger", Short: "Make, verify, prove, move and mend the ledger", Args: cobra.NoArgs, RunE: unspecified}
	cmd.AddCommand(ledgerInit(w), ledgerStatus(w), ledgerVerify(w), ledgerProof(w), ledgerCheckpoint(w), ledgerRebuild(w), ledgerExport(w),
		ledgerImport(w))
	return cmd
}

// overLedger is a command without arguments that works on the ledger.
func overLedger(w world, access store.Access, cmd *cobra.Command, use func(*cobra.Command, *store.Store) error) *cobra.Command {
	var address string
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withLedger(cmd, w, opens{address: address, access: access}, func(s *store.Store) error { return use(cmd, s) })
	}
	ledgerFlag(cmd, &address)
	return cmd
}

func ledgerInit(w world) *cobra.Command {
	var writer string
	cmd := overLedger(w, store.Prepare, &cobra.Command{
		Use:   "init",
		Short: "Make the tables of the ledger, or bring them up to date",
		Long: `Make the tables of the ledger, or bring them up to date.

A check does so itself for a SQLite file; in PostgreSQL it changes nothing, and this command does, as the owner of the tables. --writer lets a role
add decisions and no more: it can neither change nor remove an entry.`,
		Example: `  defectgate ledger init --ledger postgres://owner@db.example/gate --writer defectgate_writer`,
	}, func(cmd *cobra.Command, s *store.Store) error {
		if writer != "" {
			if err := s.Grant(cmd.Context(), writer); err != nil {
				return undecided(err)
			}
		}
		return undecidedIf(line(w, s.Name()+" is ready: "+s.Origin()))
	})
	cmd.Flags().Var((*filled)(&writer), "writer", "role of PostgreSQL that checks connect as (default none)")
	return cmd
}

func ledgerStatus(w world) *cobra.Command {
	return overLedger(w, store.ReadOnly, &cobra.Command{Use: "status", Short: "Say where the ledger is, and how much it holds"},
		func(cmd *cobra.Command, s *store.Store) error {
			status, err := ledger.StatusOf(cmd.Context(), s)
			if err != nil {
				return undecided(err)
			}
			_, err = fmt.Fprintf(w.stdout, "ledger      %s\nlog         %s\nentries     %d\nroot        %s\nprojects    %d\nbranches    %d\n"+
				"defects     %d, %d of them open\nbytes       %d kept, %d in all\n", s.Name(), s.Origin(), status.Head.Size,
				base64.StdEncoding.EncodeToString(status.Head.Root[:]), status.Projects, status.Branches, status.Defects, status.Open, status.Blobs, status.Bytes)
			if err == nil && !status.Last.IsZero() {
				err = line(w, "last entry  "+status.Last.Format(time.RFC3339))
			}
			return undecidedIf(err)
		})
}

func ledgerVerify(w world) *cobra.Command {
	var keys, older string
	cmd := overLedger(w, store.ReadOnly, &cobra.Command{
		Use:   "verify",
		Short: "Hold everything that is stored against the entries of the log",
		Long: `Hold everything that is stored against the entries of the log: each entry against its hash, the tree against the entries, kept checkpoints
against the tree, bytes against their names, and every table against what the entries give. With --key, signatures as well; with --checkpoint, the
log against a checkpoint that you kept elsewhere, which is the only thing that shows that nobody wrote another log.

Exit codes: 0 everything holds, 1 something does not, 2 usage, 3 it could not be read.`,
	}, func(cmd *cobra.Command, s *store.Store) error {
		a := &ledger.Audit{Store: s, Copy: s.IsCopy()}
		var err error
		if keys != "" {
			if a.Keys, err = key.ReadVerifier(keys); err != nil {
				return undecided(err)
			}
			a.LogKeys = a.Keys.Has(key.Log)
		}
		if a.Older, err = readOlder("--checkpoint", older); err != nil {
			return err
		}
		if err := a.Run(cmd.Context()); err != nil && len(a.Faults) == 0 {
			return undecided(err)
		}
		return tellAudit(w, a)
	})
	cmd.Flags().Var((*filled)(&keys), "key", "public key (PEM), or key set, by which records and checkpoints are verified")
	olderFlag(cmd, &older)
	return cmd
}

func tellAudit(w world, a *ledger.Audit) error {
	for _, fault := range a.Faults {
		if err := line(w, "FAULT: "+gate.CleanLine(fault, 1000)); err != nil {
			return undecided(err)
		}
	}
	err := line(w, fmt.Sprintf("%s, %d of them signed; %d kept bytes; %s; %s", output.Plural(a.Entries, "entry", "entries"), a.Signed, a.Blobs,
		output.Plural(a.Checkpoints, "checkpoint", "checkpoints"), output.Plural(len(a.Faults), "fault", "faults")))
	if err == nil && len(a.Faults) > 0 {
		return &failure{code: exitFail}
	}
	return undecidedIf(err)
}

func ledgerProof(w world) *cobra.Command {
	var address, since string
	cmd := &cobra.Command{
		Use:   "proof [ID]",
		Short: "Print the proof that a decision is in the log, or, with --since, that the log still holds what an older checkpoint had",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (since == "") == (len(args) == 0) {
				return gate.WithHint(errors.New("name a decision, or an older checkpoint with --since"), "see: defectgate ledger proof --help")
			}
			return readLedger(cmd, w, address, func(s *store.Store) error {
				if since != "" {
					return proveGrowth(cmd, w, s, since)
				}
				report, err := shown(cmd, s, args[0])
				if err != nil {
					return err
				}
				_, err = w.stdout.Write(report.Proof)
				return undecidedIf(err)
			})
		},
	}
	ledgerFlag(cmd, &address)
	cmd.Flags().Var((*filled)(&since), "since", "checkpoint that was kept")
	return cmd
}

func proveGrowth(cmd *cobra.Command, w world, s *store.Store, since string) error {
	text, err := readOlder("--since", since)
	if err != nil {
		return err
	}
	older, err := tree.ParseCheckpoint(text, nil)
	if err != nil {
		return undecided(fmt.Errorf("--since: %w", err))
	}
	head, err := s.Head(cmd.Context())
	if err != nil {
		return undecided(err)
	}
	growth, err := ledger.Grown(cmd.Context(), s, older, head)
	if err != nil {
		return undecided(err)
	}
	if err := tree.Consistent(older, head, growth.Hashes); err != nil {
		return &failure{exitFail, err}
	}
	_, err = w.stdout.Write(growth.Marshal())
	return undecidedIf(err)
}

func ledgerCheckpoint(w world) *cobra.Command {
	var logKey, address, keys string
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print the checkpoint of the log; with --log-key sign it, and keep it in the ledger",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			signing, err := readLogKey(w, logKey)
			if err != nil {
				return err
			}
			o := opens{address: address, keys: keys, access: store.ReadOnly}
			if signing != nil {
				o.access, err = store.Write, sealsFor(w, keys, signing)
			}
			if err != nil {
				return err
			}
			return withLedger(cmd, w, o, func(s *store.Store) error { return tellCheckpoint(cmd, w, &ledger.Ledger{Store: s, LogKey: signing}) })
		},
	}
	ledgerFlag(cmd, &address)
	logKeyFlag(cmd, &logKey)
	cmd.Flags().Var((*filled)(&keys), "keys", "key set whose keys for the log count (default that of the configuration)")
	return cmd
}

// sealsFor refuses a key whose checkpoints the key set does not let count: a wrong one stays in the ledger.
func sealsFor(w world, keys string, signing ed25519.PrivateKey) error {
	file, err := config.Load("")
	if err != nil {
		return err
	}
	set, err := signOffKeys(&trusted{}, cmp.Or(keys, file.Keys))
	if err != nil {
		return err
	}
	return gate.WithHint(seals(set, signing, w.now()), "see that the keys are not mistaken for each other")
}

func tellCheckpoint(cmd *cobra.Command, w world, l *ledger.Ledger) error {
	if l.Store.IsCopy() && l.LogKey != nil {
		return gate.WithHint(errors.New("--log-key: the checkpoint of a log in a branch is signed by who adds to it"), "leave it out to print that one")
	}
	head, err := l.Store.Head(cmd.Context())
	if err != nil {
		return undecided(err)
	}
	note, err := l.Checkpoint(cmd.Context(), head)
	if err != nil {
		return undecided(err)
	}
	_, err = fmt.Fprint(w.stdout, note)
	return undecidedIf(err)
}

func ledgerRebuild(w world) *cobra.Command {
	return overLedger(w, store.Write, &cobra.Command{Use: "rebuild", Short: "Make every table again from the entries of the log"},
		func(cmd *cobra.Command, s *store.Store) error {
			l := ledger.Ledger{Store: s}
			if err := l.Rebuild(cmd.Context()); err != nil {
				return undecided(err)
			}
			return undecidedIf(line(w, "rebuilt"))
		})
}

func ledgerExport(w world) *cobra.Command {
	return overLedger(w, store.ReadOnly, &cobra.Command{
		Use:   "export",
		Short: "Print the ledger as lines of JSON: envelopes, the bytes that they name, checkpoints",
	}, func(cmd *cobra.Command, s *store.Store) error {
		l := ledger.Ledger{Store: s}
		return undecidedIf(l.Export(cmd.Context(), w.stdout))
	})
}

func ledgerImport(w world) *cobra.Command {
	var from, address string
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Fill an empty ledger from an export; the log keeps its name, its entries and its root",
		Example: `  defectgate ledger export > ledger.ndjson
  defectgate ledger import --ledger postgres://owner@db.example/gate --from ledger.ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := w.stdin
			if from != "" && from != "-" {
				file, err := os.Open(from) // before the ledger, which is made where there is none
				if err != nil {
					return err
				}
				defer func() { _ = file.Close() }() // it was only read
				in = file
			}
			return withLedger(cmd, w, opens{address: address, access: store.Write}, func(s *store.Store) error {
				l := ledger.Ledger{Store: s}
				head, err := l.Import(cmd.Context(), in)
				if err == nil {
					err = line(w, fmt.Sprintf("%s, root %s", output.Plural(int(head.Size), "entry", "entries"), head.Root))
				}
				return undecidedIf(err)
			})
		},
	}
	ledgerFlag(cmd, &address)
	cmd.Flags().Var((*filled)(&from), "from", "file that export wrote (default standard input)")
	return cmd
}
