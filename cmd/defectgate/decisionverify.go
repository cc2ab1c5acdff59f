package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// proving are the flags of what is to hold of a record.
type proving struct {
	address  string
	keys     string
	artifact string
	env      string
	verdict  string
	proof    string
	older    string
	growth   string
	unsigned bool
	maxAge   time.Duration
}

func (p *proving) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	ledgerFlag(cmd, &p.address)
	f.Var((*filled)(&p.keys), "key", "public key (PEM), or key set, by which the record and the checkpoint are verified")
	f.Var((*filled)(&p.artifact), "artifact", "what it must be about: digest, commit, package URL or name")
	f.VarP((*filled)(&p.env), "environment", "e", "where it must have been to run")
	f.Var((*budget)(&p.maxAge), "max-age", "how old the decision may be, as 24h (default any)")
	f.BoolVar(&p.unsigned, "allow-unsigned", false, "accept a record that is not signed, or that no key is given for")
}

func decisionVerify(w world) *cobra.Command {
	var p proving
	cmd := &cobra.Command{
		Use:   "verify [flags] ID|BUNDLE",
		Short: "Verify a record: signature, subject, type, identity, result, inclusion",
		Long: `Verify a record: signature, subject, type, identity, result, inclusion. It ends at the first that does not hold.

A BUNDLE is a file that check or export wrote, and is verified offline; an ID is looked up in the ledger. The key that counts is the one that was
valid when the record was written. A proof shows that the record is in the log of its checkpoint; an older checkpoint that you kept shows that the
log still holds everything that it held then: rollback and fork are found.

Exit codes: 0 everything holds, 1 something does not, 2 usage, 3 it could not be read.`,
		Example: `  defectgate decision verify --key keys.json --proof decision.tlog-proof --verdict pass decision.bundle.json
  defectgate decision verify --key keys.json --checkpoint last.checkpoint 71fa3938e750`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			claim, err := p.claim(cmd.Context(), w, args[0])
			if err != nil {
				return err
			}
			decision, steps := claim.Verify()
			steps = append(steps, p.age(decision, steps, w.now())...)
			return tellSteps(w, steps)
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.Var((*filled)(&p.verdict), "verdict", "what it must be: pass, fail or error (default any)")
	f.Var((*filled)(&p.proof), "proof", "proof that it is in the log (.tlog-proof); of the ledger for an ID")
	olderFlag(cmd, &p.older)
	f.Var((*filled)(&p.growth), "growth", "proof that the log of the checkpoint grew to that of the proof; of the ledger for an ID")
	return cmd
}

// tellSteps prints what was verified. Something that does not hold fails.
func tellSteps(w world, steps []ledger.Step) error {
	for _, step := range steps {
		if step.Err != nil {
			if _, err := fmt.Fprintf(w.stdout, "%-10s FAILED: %s\n", step.Name, gate.CleanLine(step.Err.Error(), 1000)); err != nil {
				return undecided(err)
			}
			return &failure{exitFail, fmt.Errorf("%s: %w", step.Name, step.Err)}
		}
		if _, err := fmt.Fprintf(w.stdout, "%-10s %s\n", step.Name, gate.CleanLine(step.Said, 1000)); err != nil {
			return undecided(err)
		}
	}
	return nil
}

// age is a step of its own: a record is as true as ever, and too old to let something be deployed.
func (p *proving) age(d *gate.Decision, steps []ledger.Step, now time.Time) []ledger.Step {
	if p.maxAge == 0 || d == nil || steps[len(steps)-1].Err != nil {
		return nil
	}
	age := now.Sub(d.Clock.Now)
	step := ledger.Step{Name: "age", Said: age.Round(time.Second).String()}
	switch {
	case age > p.maxAge:
		step.Err = gate.WithHint(fmt.Errorf("it was made %s ago, and --max-age is %s", age, p.maxAge), "let a new check decide")
	case age < -clockTolerance:
		step.Err = fmt.Errorf("it was made at %s, after the clock", d.Clock.Now.Format(time.RFC3339))
	}
	return []ledger.Step{step}
}

// claim reads everything that is named.
func (p *proving) claim(ctx context.Context, w world, named string) (*ledger.Claim, error) {
	verdict, err := verdictOf(p.verdict)
	if err != nil {
		return nil, err
	}
	c := &ledger.Claim{Subject: p.artifact, Env: p.env, Unsigned: p.unsigned, Verdict: verdict}
	if err := p.read(c); err != nil {
		return nil, err
	}
	text, err := readWhole(named)
	switch {
	case errors.Is(err, fs.ErrNotExist) && namesDecision(named):
		return c, p.fromLedger(ctx, w, c, named)
	case err != nil:
		return nil, gate.WithHint(undecided(err), "name a bundle file, or the id of a decision of the ledger (at least 8 of its digits)")
	case p.older != "" && p.proof == "":
		return nil, gate.WithHint(errors.New("--checkpoint needs --proof: a bundle alone does not say of which log it is"),
			"make the proof with: defectgate ledger proof ID, or name the decision by its id")
	}
	if c.Envelope, err = record.ParseBundle(text); err != nil {
		return nil, undecided(fmt.Errorf("%s: %w", named, err))
	}
	return c, nil
}

// read reads keys, proof and checkpoint.
func (p *proving) read(c *ledger.Claim) (err error) {
	if p.keys != "" {
		if c.Keys, err = key.ReadVerifier(p.keys); err != nil {
			return undecided(err)
		}
	}
	if p.proof != "" {
		text, err := config.ReadFile(p.proof)
		if err != nil {
			return undecided(err)
		}
		proof, err := tree.ParseProof(text)
		if err != nil {
			return undecided(fmt.Errorf("%s: %w", p.proof, err))
		}
		c.Proof = &proof
		p.mustBeSigned(c)
	}
	if c.Older, err = readOlder("--checkpoint", p.older); err != nil {
		return err
	}
	return p.readGrowth(c)
}

// mustBeSigned has the checkpoint of a proof verified where the keys say who signs it.
func (p *proving) mustBeSigned(c *ledger.Claim) {
	c.LogKeys = c.Keys.Has(key.Log) && (tree.IsSigned(c.Proof.Checkpoint) || !p.unsigned)
}

func (p *proving) readGrowth(c *ledger.Claim) error {
	switch {
	case p.growth == "":
		return nil
	case p.older == "":
		return gate.WithHint(errors.New("--growth needs --checkpoint: it proves what became of an older log"), "name the checkpoint that you kept")
	}
	text, err := config.ReadFile(p.growth)
	if err != nil {
		return undecided(err)
	}
	growth, err := tree.ParseGrowth(text)
	if err != nil {
		return undecided(fmt.Errorf("%s: %w", p.growth, err))
	}
	c.Growth = &growth
	return nil
}

// fromLedger takes record and proofs from the ledger.
func (p *proving) fromLedger(ctx context.Context, w world, c *ledger.Claim, id string) error {
	s, err := openLedger(ctx, w, opens{address: p.address, access: store.ReadOnly})
	if err != nil {
		return err
	}
	found, err := ledger.Find(ctx, s, id)
	if err == nil {
		err = p.proveFrom(ctx, s, c, found)
	}
	return errors.Join(undecidedUnlessMisnamed(err), s.Close())
}

// undecidedUnlessMisnamed tells a ledger that could not be read from an id that names nothing in it, which is misuse.
func undecidedUnlessMisnamed(err error) error {
	var misnamed ledger.NoSuch
	if errors.As(err, &misnamed) {
		return err
	}
	return undecidedIf(err)
}

// proveFrom completes a claim with what the ledger proves.
func (p *proving) proveFrom(ctx context.Context, s *store.Store, c *ledger.Claim, found *ledger.Recorded) error {
	c.Envelope = found.Envelope
	if c.Proof == nil {
		l := ledger.Ledger{Store: s}
		proof, err := l.Proof(ctx, found.Index)
		if err != nil {
			return err
		}
		c.Proof = &proof
		p.mustBeSigned(c)
	}
	if c.Older == "" || c.Growth != nil {
		return nil
	}
	newer, err := tree.ParseCheckpoint(c.Proof.Checkpoint, nil)
	if err != nil {
		return nil //nolint:nilerr // what is wrong with a checkpoint is told when it is verified
	}
	older, err := tree.ParseCheckpoint(c.Older, nil)
	if err != nil {
		return nil //nolint:nilerr // as above
	}
	growth, err := ledger.Grown(ctx, s, older, newer)
	c.Growth = &growth
	return err
}
