package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/platform"
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
	older   string

	signsLog ed25519.PrivateKey // checkpoints of a log in a branch; nil: they are not signed
}

func (r *register) flags(cmd *cobra.Command) {
	configFlag(cmd, &r.config)
	ledgerFlag(cmd, &r.ledger)
	keysFlag(cmd, &r.keySet)
	olderFlag(cmd, &r.older)
	cmd.Flags().Var((*filled)(&r.project), "project", "id of the project (default that of the CI run, of the configuration, or of git)")
}

// desk is a register that is open.
type desk struct {
	file    config.File
	ledger  *ledger.Ledger
	offs    *ledger.SignOffs
	project string
	book    *signoff.Book

	address string // of the ledger
}

// open reads the sign-offs of the project.
func (r *register) open(cmd *cobra.Command, w world, access store.Access) (*desk, error) {
	file, err := config.Load(r.config)
	if err != nil {
		return nil, err
	}
	if err := notInAChange(w, access); err != nil {
		return nil, err
	}
	keys, err := signOffKeys(&trusted{}, cmp.Or(r.keySet, file.Keys))
	if err != nil {
		return nil, err
	}
	d := &desk{file: file, project: r.project}
	if d.project == "" {
		d.project, err = projectIn(cmd.Context(), w, file, r.ledger)
	}
	if err != nil {
		return nil, err
	}
	if d.project == "" {
		return nil, gate.WithHint(errors.New("the project is not known, whose exceptions these are"),
			"set `project` in defectgate.yaml, or name it with --project")
	}
	where, err := address(r.ledger, w, file)
	if err != nil {
		return nil, err
	}
	if access == store.Write && !inBranch(where) {
		// what is not there yet is not made: there is nothing to sign off in it
		there := opens{config: r.config, keys: r.keySet, address: r.ledger, access: store.ReadOnly}
		if err := withLedger(cmd, w, there, func(*store.Store) error { return nil }); err != nil {
			return nil, err
		}
	}
	s, err := openLedger(cmd.Context(), w, opens{r.config, r.keySet, r.ledger, access, r.signsLog, r.older != ""})
	if err != nil {
		return nil, err
	}
	d.ledger, d.address = &ledger.Ledger{Store: s}, resolved(w, where, gate.Disclosure(file.Disclosure))
	if d.ledger.Older, err = readOlders(r.older); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	d.offs = &ledger.SignOffs{Ledger: d.ledger, Keys: keys}
	if err := d.read(cmd.Context()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

// notInAChange refuses to sign off where the files, the key set among them, are those of a change.
func notInAChange(w world, access store.Access) error {
	if a, _ := platform.Detect(w.getenv); a.Change == nil || access == store.ReadOnly {
		return nil
	}
	return gate.WithHint(errors.New("this is a CI run of a change: whoever asks for it could sign off for himself"),
		"sign off with a comment at the change, or from a checkout of the branch that it is to be merged into")
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
