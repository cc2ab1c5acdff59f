package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

func decisionRequire(w world) *cobra.Command {
	var p proving
	cmd := &cobra.Command{
		Use:   "require --artifact DIGEST [flags]",
		Short: "Let a job deploy only what a recent, verified decision lets pass",
		Long: `Let a job deploy only what a recent, verified decision lets pass.

It takes the newest decision about the artifact for the environment from the ledger, and verifies it as verify does. What was decided about a change
request does not count: there, what is old only warns. An observed decision does not either. Only --max-age makes it a recent one, and only
--checkpoint shows that the ledger is not an old copy of itself.

Exit codes: 0 the decision is a pass, 1 it is a fail, 2 usage, 3 there is none that can be relied on.`,
		Example: `  defectgate decision require --artifact sha256:… --environment production --max-age 24h --key keys.json --checkpoint last.checkpoint`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			digest, err := digestOf(p.artifact)
			if err != nil {
				return err
			}
			p.artifact = digest
			return p.require(cmd, w)
		},
	}
	p.flags(cmd)
	olderFlag(cmd, &p.older)
	p.env = "production"
	cmd.Flags().Lookup("environment").DefValue = p.env
	cmd.Flags().Lookup("artifact").Usage = "what is to be deployed: NAME@ALGORITHM:DIGEST, ALGORITHM:DIGEST, or a commit"
	return cmd
}

// immutable fits what cannot change under its name: a digest with its algorithm, or the full id of a commit.
var immutable = regexp.MustCompile(`^([a-z0-9]+:[0-9a-f]{32,128}|[0-9a-f]{40}|[0-9a-f]{64})$`)

// digestOf takes a digest as it is, or from behind a name.
func digestOf(artifact string) (string, error) {
	digest := artifact[strings.LastIndex(artifact, "@")+1:]
	if !immutable.MatchString(digest) {
		return "", gate.WithHint(fmt.Errorf("--artifact: %q is no digest: a name may come to mean something else", artifact),
			"name what is to be deployed as sha256:…, or by the full id of its commit")
	}
	return digest, nil
}

func (p *proving) require(cmd *cobra.Command, w world) error {
	c := &ledger.Claim{Subject: p.artifact, Env: p.env, Unsigned: p.unsigned}
	if err := p.read(c); err != nil {
		return err
	}
	return readLedger(cmd, w, p.address, func(s *store.Store) error {
		if err := s.Whole(cmd.Context()); err != nil {
			return undecided(gate.WithHint(fmt.Errorf("the ledger %s: %w", s.Name(), err), "what is missing may be about this: defectgate ledger verify"))
		}
		found, err := ledger.NewestFor(cmd.Context(), s, p.artifact, p.env)
		switch {
		case err == nil && found == nil:
			err = gate.WithHint(fmt.Errorf("the ledger %s has no decision about %q for %s, but about change requests at most", s.Name(), p.artifact, p.env),
				"let a check decide first: defectgate check --artifact")
		case err == nil && found.Decision.Mode == gate.Observe:
			err = gate.WithHint(fmt.Errorf("decision %s was only observed: nothing answers for it", found.Decision.ID), "check without --observe")
		case err == nil:
			err = p.proveFrom(cmd.Context(), s, c, found)
		}
		if err != nil {
			return undecided(err)
		}
		return p.told(w, c)
	})
}

// told says what was verified. What does not hold is no fail: nothing can be relied on.
func (p *proving) told(w world, c *ledger.Claim) error {
	d, steps := c.Verify()
	steps = append(steps, p.age(d, steps, w.now())...)
	if err := tellSteps(w, steps); err != nil {
		return undecided(errors.Unwrap(err))
	}
	if d.Verdict == gate.Pass {
		return nil
	}
	return &failure{code: d.Verdict.ExitCode(gate.Enforce), err: fmt.Errorf("decision %s is no pass but %q", d.ID, d.Verdict)}
}
