package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/signoff"
)

func exceptionGrant(w world) *cobra.Command {
	var s signing
	var verb string
	cmd := &cobra.Command{
		Use:   "grant [flags] DEFECT…",
		Short: "Sign off an exception without a change request, with a key",
		Long: `Sign off an exception without a change request, with a key.

DEFECT is the id, an alias or a fingerprint of a defect that the newest decision of this branch and environment denies: nothing else can be signed
off. Who signs off is whoever holds the key, by the name that the key set gives it; a key is one approver, however often it signs. What the policy
demands of an exception (settings of exception/terms) holds here as it does for a comment.

--kind override is break-glass: it names no defects, lifts the denials of the newest decision's commit for --for hours, and wants a --ticket.

Exit codes: 0 recorded, 1 refused, 2 usage or configuration, 3 could not decide.`,
		Example: `  defectgate exception grant CVE-2026-12345 --until 2026-12-31 --because 'the parser is not reachable' --control 'WAF rule' --key me.pem
  defectgate exception grant --kind override --for 4 --ticket INC-7 --because 'production is down, this build repairs it' --key me.pem`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.command.Verb, s.command.Targets = signoff.Verb(verb), args
			return s.grant(cmd, w)
		},
	}
	s.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&verb, "kind", string(signoff.Accept), "accept, false-positive or override")
	f.Var((*filled)(&s.command.Until), "until", "last day, YYYY-MM-DD, in UTC; of accept")
	f.IntVar(&s.command.Hours, "for", 0, "hours; of override")
	f.Var((*filled)(&s.command.Reason), "because", "reason")
	f.Var((*filled)(&s.command.Control), "control", "compensating control: what holds the risk down meanwhile")
	f.Var((*filled)(&s.command.Ticket), "ticket", "where it is followed up")
	f.Var((*filled)(&s.command.Component), "in", "package URL of the component, where a defect stands in several; with a version for that one only")
	f.Var((*filled)(&s.scope), "scope", "artifact DIGEST, branch NAME or repository (default the component in the environment)")
	f.Var((*filled)(&s.decision), "decision", "id of the decision whose denials are answered (default the newest of the branch)")
	f.Var((*filled)(&s.requester), "requester", "who asked for it, and cannot approve it")
	return cmd
}

func (s *signing) grant(cmd *cobra.Command, w world) error {
	c, err := s.read()
	if err != nil {
		return err
	}
	d, err := s.signer(cmd, w)
	if err != nil {
		return err
	}
	return errors.Join(s.record(cmd, w, d, func(now time.Time) (*signoff.Request, error) {
		decision, err := s.answered(cmd, w, d)
		if err != nil {
			return nil, err
		}
		if decision.Artifact.Change != nil {
			return nil, gate.WithHint(errors.New("the decision is about a change, and with a key nobody can tell who had a part in it"),
				"sign off with a comment at the change, or answer a decision about a branch")
		}
		asking := s.asking(d, now)
		asking.Artifact = decision.Artifact
		return &signoff.Request{Command: c, Asking: asking, Decision: decision, Head: decision.Artifact.Head(), Record: s.base(d, asking)}, nil
	}), d.Close())
}

const helpOfGrant = "see: defectgate exception grant --help"

// read takes the flags as a command.
func (s *signing) read() (*signoff.Command, error) {
	switch s.command.Verb {
	case signoff.Accept, signoff.FalsePositive, signoff.Override:
	default:
		return nil, gate.WithHint(fmt.Errorf("--kind: %q is none of accept, false-positive, override", s.command.Verb), helpOfGrant)
	}
	if (s.command.Verb == signoff.Override) != (len(s.command.Targets) == 0) {
		return nil, gate.WithHint(errors.New("accept and false-positive name defects, override names none"), helpOfGrant)
	}
	reach, name, _ := strings.Cut(s.scope, " ")
	s.command.Scope = signoff.Scope{Reach: signoff.Reach(reach), Name: strings.TrimSpace(name)}
	return parsed(&s.command)
}

// answered gives the decision whose denials are answered.
func (s *signing) answered(cmd *cobra.Command, w world, d *desk) (*gate.Decision, error) {
	if s.decision != "" {
		found, err := ledger.Find(cmd.Context(), d.ledger.Store, s.decision)
		if err != nil {
			return nil, undecidedUnlessMisnamed(err)
		}
		return found.Decision, nil
	}
	a, _, err := (&judging{environment: s.environment}).artifactOf(cmd.Context(), w, d.file)
	if err != nil {
		return nil, err
	}
	a.Project = d.project
	found, err := ledger.NewestOn(cmd.Context(), d.ledger.Store, a)
	if err != nil {
		return nil, undecided(err)
	}
	if found == nil {
		return nil, gate.WithHint(errors.New("the ledger has no decision about "+cmp.Or(a.Line(), "this branch")+" for "+s.environment),
			"run the check first, or name a decision with --decision")
	}
	return found.Decision, nil
}

func exceptionApprove(w world) *cobra.Command {
	var s signing
	cmd := &cobra.Command{
		Use:   "approve [flags] RECORD",
		Short: "Be the further approver that a sign-off waits for, or look at an override afterwards",
		Long: `Be the further approver that a sign-off waits for, or look at an override afterwards. The key must be that of somebody else than the first
approver's.

Exit codes: 0 recorded, 1 refused, 2 usage or configuration, 3 could not decide.`,
		Example: `  defectgate exception approve dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN --key me.pem`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.command.Verb, s.command.Record = signoff.Approve, args[0]
			return s.amend(cmd, w)
		},
	}
	s.flags(cmd)
	return cmd
}

func exceptionRevoke(w world) *cobra.Command {
	var s signing
	cmd := &cobra.Command{
		Use:   "revoke [flags] RECORD",
		Short: "Take a sign-off back: what it covered counts again",
		Long: `Take a sign-off back: what it covered counts again from the next check on.

RECORD is the id of the record (dgx_…), or of a defect for which one record stands.

Exit codes: 0 recorded, 1 refused, 2 usage or configuration, 3 could not decide.`,
		Example: `  defectgate exception revoke dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN --because 'the control was switched off' --key me.pem`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.command.Verb, s.command.Record = signoff.Revoke, args[0]
			if !strings.HasPrefix(args[0], "dgx_") {
				s.command.Record, s.command.Targets = "", args
			}
			return s.amend(cmd, w)
		},
	}
	s.flags(cmd)
	cmd.Flags().Var((*filled)(&s.command.Reason), "because", "reason")
	return cmd
}

// amend records what is said of a record that stands.
func (s *signing) amend(cmd *cobra.Command, w world) error {
	c, err := parsed(&s.command)
	if err != nil {
		return err
	}
	d, err := s.signer(cmd, w)
	if err != nil {
		return err
	}
	return errors.Join(s.record(cmd, w, d, func(now time.Time) (*signoff.Request, error) {
		asking := s.asking(d, now)
		return &signoff.Request{Command: c, Asking: asking, Record: s.base(d, asking)}, nil
	}), d.Close())
}
