package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// memories is a ledger that remembers something else of each fingerprint.
type memories struct {
	ledger
	of func(at int) (gate.Past, bool)
}

func (m *memories) Recall(_ context.Context, _ gate.Artifact, of []gate.Fingerprint) (gate.Memory, error) {
	memory := gate.Memory{Defects: map[gate.Fingerprint]gate.Past{}}
	for i, print := range of {
		if past, ok := m.of(i); ok {
			memory.Defects[print] = past
		}
	}
	return memory, nil
}

// remembered judges one defect with three fingerprints, of which a ledger remembers the given.
func remembered(t require.TestingT, state gate.State, pasts ...gate.Past) (*gate.Judged, *gate.Decision) {
	e := vulnerability("CVE-1")
	e.finding.Aliases, e.finding.State = []string{"GHSA-1", "GO-1"}, state
	s := report("r", e.finding)
	s.expect.Statements, s.expect.Suppressions = true, true
	g := newWorld(s).gate()
	g.Ledger = &memories{of: func(i int) (gate.Past, bool) {
		if i >= len(pasts) {
			return gate.Past{}, false
		}
		return pasts[i], true
	}}
	report, err := g.Check(context.Background(), gate.Artifact{Subject: gate.Subject{Commit: "c0ffee"}})
	require.NoError(t, err)
	return &report.Decision.Evaluation.Findings[0], &report.Decision
}

func TestReturns(t *testing.T) {
	old, older := now.Add(-48*time.Hour), now.Add(-96*time.Hour)
	fixed := gate.Past{FirstSeen: old, Fixed: true}
	for name, c := range map[string]struct {
		state    gate.State
		pasts    []gate.Past
		returns  int
		returned time.Time
	}{
		"never seen":                     {gate.Open, nil, 0, time.Time{}},
		"seen, and open all the time":    {gate.Open, []gate.Past{{FirstSeen: old}}, 0, time.Time{}},
		"fixed":                          {gate.Open, []gate.Past{fixed}, 1, now},
		"fixed, and is looked at":        {gate.UnderInvestigation, []gate.Past{fixed}, 1, now},
		"fixed, and is said not to be":   {gate.NotAffected, []gate.Past{fixed}, 0, time.Time{}},
		"fixed, and is fixed":            {gate.Fixed, []gate.Past{fixed}, 0, time.Time{}},
		"fixed under each name":          {gate.Open, []gate.Past{fixed, fixed, fixed}, 1, now},
		"fixed, and open by the second":  {gate.Open, []gate.Past{fixed, {FirstSeen: old, Open: true}}, 0, time.Time{}},
		"fixed, and open by the first":   {gate.Open, []gate.Past{{FirstSeen: old, Open: true}, fixed}, 0, time.Time{}},
		"fixed, and open by the middle":  {gate.Open, []gate.Past{fixed, {FirstSeen: old, Open: true}, fixed}, 0, time.Time{}},
		"fixed here, known elsewhere":    {gate.Open, []gate.Past{fixed, {FirstSeen: old}}, 1, now},
		"back since":                     {gate.Open, []gate.Past{{FirstSeen: old, Returns: 2, Returned: old}}, 2, old},
		"back, and fixed again":          {gate.Open, []gate.Past{{FirstSeen: older, Fixed: true, Returns: 2, Returned: old}}, 3, now},
		"back by two names at two times": {gate.Open, []gate.Past{{Returns: 1, Returned: old}, {Returns: 2, Returned: older}}, 2, old},
	} {
		t.Run(name, func(t *testing.T) {
			j, d := remembered(t, c.state, c.pasts...)
			require.Equal(t, []any{c.returns, c.returned}, []any{j.Returns, j.Clocks.Returned})
			require.NotEqual(t, gate.Error, d.Verdict)
		})
	}
}

func TestFirstSeenIsTheEarliestOfAllNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pasts []gate.Past
		want, by := now, "now"
		for range rapid.IntRange(0, 3).Draw(t, "names") {
			first := now.Add(time.Duration(rapid.IntRange(-9, 3).Draw(t, "hours")) * time.Hour)
			pasts = append(pasts, gate.Past{FirstSeen: first, Fixed: rapid.Bool().Draw(t, "fixed")})
			if first.Before(want) { // what it knows since this very instant may be this very run
				want, by = first, "ledger"
			}
		}
		j, _ := remembered(t, gate.Open, pasts...)
		require.Equal(t, []any{want, by}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})
	})
}

// A report that makes a defect younger than the ledger knows it is overruled, and says so.
func TestReportsThatMakeADefectYounger(t *testing.T) {
	for ago, warned := range map[time.Duration]bool{0: true, time.Hour: true, 48 * time.Hour: false, 72 * time.Hour: false} {
		first := now.Add(-48 * time.Hour)
		clocks, d := seen(t, func(f *gate.Finding) { f.FirstSeen = now.Add(-ago) }, first)
		require.Equal(t, warned, len(d.Warnings) == 1, "%s: %v", ago, d.Warnings)
		if warned {
			require.Equal(t, []any{first, "ledger"}, []any{clocks.FirstSeen, clocks.SeenBy})
			require.Contains(t, d.Warnings[0], "the ledger knows it since 2026-03-27T01:30:00Z, which counts")
		} else {
			require.Equal(t, "report", clocks.SeenBy)
		}
	}
}

func TestLedgerThatIsNewIsTold(t *testing.T) {
	w := newWorld(aReport())
	w.ledger = &ledger{}
	require.Empty(t, w.check(t).Warnings)
	g := w.gate()
	g.Ledger = empty{w.ledger}
	report, err := g.Check(t.Context(), w.artifact)
	require.NoError(t, err)
	require.Equal(t, []string{"the ledger is new: what no report dates counts as first seen now"}, report.Decision.Warnings)
	require.True(t, report.Decision.History.New)
}

type empty struct{ *ledger }

func (empty) Recall(context.Context, gate.Artifact, []gate.Fingerprint) (gate.Memory, error) {
	return gate.Memory{History: gate.History{Record: "ledger", New: true}}, nil
}
