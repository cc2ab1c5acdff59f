package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// world is all that a gate has access to, as plain values.
type world struct {
	sources   []gate.Source
	registers []gate.Register
	policy    policy
	ledger    *ledger
	artifact  gate.Artifact
	mode      gate.Mode
	run       string
	merge     gate.MergeOptions
}

func newWorld(sources ...gate.Source) *world {
	return &world{sources: sources, policy: judge(nil), mode: gate.Enforce, run: "run",
		artifact: gate.Artifact{Environment: "production", Subject: gate.Subject{Commit: "c0ffee"}}}
}

func (w *world) gate() *gate.Gate {
	g := &gate.Gate{Sources: w.sources, Registers: w.registers, Policy: w.policy, Now: func() time.Time { return now },
		Mode: w.mode, Clock: "flag", Run: gate.Run{Key: w.run}, Merge: w.merge}
	if w.ledger != nil {
		g.Ledger = w.ledger
	}
	return g
}

func (w *world) check(t *testing.T) *gate.Decision {
	return w.checkIn(t, context.Background())
}

func (w *world) checkIn(t *testing.T, ctx context.Context) *gate.Decision {
	report, err := w.gate().Check(ctx, w.artifact)
	require.NoError(t, err)
	return &report.Decision
}

func bytesOf(t require.TestingT, v any) string {
	text, err := json.Marshal(v, gate.Deterministic)
	require.NoError(t, err)
	return string(text)
}

// fake is one source: a report, or what went wrong with it.
type fake struct {
	name     string
	expect   gate.Expectation
	evidence gate.Evidence
	findings []gate.Finding
	panics   any
}

// report is a required source that was read well.
func report(name string, findings ...gate.Finding) *fake {
	return &fake{name: name, expect: gate.Expectation{Required: true}, findings: findings,
		evidence: gate.Evidence{Source: name, Kind: "report", SHA256: "5ha-" + name, Scan: gate.Scan{Read: len(findings), Ended: now}}}
}

func (s *fake) Name() string { return s.name }

func (s *fake) Expect() gate.Expectation {
	if s.panics == "expect" {
		panic("no expectation")
	}
	return s.expect
}

func (s *fake) Load(_ context.Context, emit func(*gate.Finding) error) gate.Evidence {
	for _, f := range s.findings {
		if err := emit(&f); err != nil {
			return gate.Evidence{Source: s.name, Status: gate.Truncated, Problem: err.Error()}
		}
	}
	if s.panics != nil {
		panic(s.panics)
	}
	return s.evidence
}

type policy func(ctx context.Context, in gate.Input) (gate.Judgements, error)

func (p policy) Evaluate(ctx context.Context, in gate.Input) (gate.Judgements, error) {
	return p(ctx, in)
}

// judge makes a policy of one rule for open defects.
func judge(rule func(d *gate.Defect, candidates []gate.Candidate) gate.Judgement) policy {
	return func(_ context.Context, in gate.Input) (gate.Judgements, error) {
		j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
		for i, d := range in.Defects {
			if rule != nil && d.IsOpen() {
				j.Defects[i] = rule(d, in.Candidates[i])
			}
		}
		return j, nil
	}
}

// level makes a policy that says one level of every open defect.
func level(l gate.Level) policy {
	return judge(func(*gate.Defect, []gate.Candidate) gate.Judgement {
		return gate.Judgement{Violations: []gate.Violation{{Rule: "test/all", Level: l, Message: "m"}}}
	})
}

type register struct {
	exceptions []gate.Exception
	err        error
}

func (r register) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return r.exceptions, r.err
}

type ledger struct {
	past               gate.Past // of everything
	seenErr, recordErr error
	recorded           []gate.Decision
}

func (l *ledger) Recall(_ context.Context, _ gate.Artifact, of []gate.Fingerprint) (gate.Memory, error) {
	memory := gate.Memory{History: gate.History{Record: "ledger"}, Defects: map[gate.Fingerprint]gate.Past{}}
	for _, p := range of {
		memory.Defects[p] = l.past
	}
	return memory, l.seenErr
}

func (l *ledger) Record(_ context.Context, d *gate.Decision, _ gate.Attachments) (gate.Recorded, error) {
	l.recorded = append(l.recorded, *d)
	return gate.Recorded{Receipt: &gate.Receipt{Index: int64(len(l.recorded))}}, l.recordErr
}
