package gate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// given is a baseline, or why it cannot be asked for.
type given struct {
	baseline *gate.Baseline
	err      error
	asked    []gate.Artifact
}

func (g *given) Baseline(_ context.Context, a gate.Artifact) (*gate.Baseline, error) {
	g.asked = append(g.asked, a)
	return g.baseline, g.err
}

// compared judges two defects, of which the baseline may know the first.
func compared(t *testing.T, g *given) *gate.Decision {
	with := newWorld(report("r", vulnerability("CVE-1").finding, vulnerability("CVE-2").finding)).gate()
	if g != nil {
		with.Baseline = g
	}
	report, err := with.Check(t.Context(), gate.Artifact{Ref: "topic", Subject: gate.Subject{Commit: "c0ffee"}})
	require.NoError(t, err)
	return &report.Decision
}

func agesOf(d *gate.Decision) (ages []gate.Age) {
	for _, j := range d.Evaluation.Findings {
		ages = append(ages, j.Age)
	}
	return ages
}

func TestBaseline(t *testing.T) {
	first := compared(t, nil)
	require.Equal(t, []gate.Age{"", ""}, agesOf(first), "nothing was compared")
	require.Nil(t, first.Baseline)
	known := map[gate.Fingerprint]struct{}{first.Evaluation.Findings[0].Fingerprints[0]: {}}

	g := &given{baseline: &gate.Baseline{From: "ledger", Name: "d", Known: known}}
	d := compared(t, g)
	require.Equal(t, []gate.Age{gate.Preexisting, gate.New}, agesOf(d))
	require.Equal(t, []int{1, 1}, []int{d.Baseline.New, d.Baseline.Preexisting})
	require.Equal(t, "topic", g.asked[0].Ref)
	require.Len(t, g.asked, 1)
	require.NotContains(t, bytesOf(t, d.Baseline), "nown", "fingerprints of the baseline are no part of the decision")
	require.Empty(t, d.Warnings)

	d = compared(t, &given{baseline: &gate.Baseline{From: "ledger", Unproven: "it is old", Known: known}})
	require.Equal(t, []gate.Age{gate.New, gate.New}, agesOf(d))
	require.Equal(t, []int{2, 0}, []int{d.Baseline.New, d.Baseline.Preexisting})
	require.Equal(t, []string{"baseline: it is old: every defect counts as new"}, d.Warnings)
	require.NotEqual(t, gate.Error, d.Verdict)

	d = compared(t, &given{err: errBroken})
	require.Equal(t, gate.Error, d.Verdict)
	require.Equal(t, []string{"baseline: broken"}, d.Problems)
}

// One fingerprint in common is enough.
func TestBaselineByAnyFingerprint(t *testing.T) {
	e := vulnerability("CVE-1")
	e.finding.Aliases = []string{"GHSA-1"}
	w := newWorld(report("r", e.finding))
	prints := w.check(t).Evaluation.Findings[0].Fingerprints
	require.Len(t, prints, 2)
	for _, print := range prints {
		with := w.gate()
		with.Baseline = &given{baseline: &gate.Baseline{Known: map[gate.Fingerprint]struct{}{print: {}}}}
		report, err := with.Check(t.Context(), w.artifact)
		require.NoError(t, err)
		require.Equal(t, []gate.Age{gate.Preexisting}, agesOf(&report.Decision))
	}
}
