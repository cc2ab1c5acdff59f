package policy

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// badness is the strongest level that no exception covers: 2 denies, 1 warns.
func badness(t require.TestingT, e *Engine, d *gate.Defect, candidates []gate.Candidate) (worst int) {
	judged, err := e.Evaluate(context.Background(), inputOf(d, candidates))
	require.NoError(t, err)
	for _, v := range judged.Defects[0].Violations {
		if v.Exception == "" {
			worst = max(worst, map[gate.Level]int{gate.Warn: 1, gate.Deny: 2}[v.Level])
		}
	}
	return worst
}

// TestWorseIsNeverBetter makes a defect worse, one fact at a time, and takes its exception away.
func TestWorseIsNeverBetter(t *testing.T) {
	e := engineOf(t, nil, false)
	rapid.Check(t, func(rt *rapid.T) {
		d := anyDefect(rt)
		candidates := anyCandidates(rt)
		before := badness(rt, e, d, candidates)
		worse, which := *d, rapid.IntRange(0, 5).Draw(rt, "what becomes worse")
		switch {
		case which == 0 && d.Severity != gate.Unknown:
			worse.Severity = min(gate.Critical, d.Severity+1)
		case which == 1:
			worse.Exploited, worse.Clocks.ExploitedSince = true, d.Clocks.FirstSeen
		case which == 2 && d.KEV == nil:
			worse.KEV = &gate.KEV{Due: d.Clocks.FirstSeen}
		case which == 3:
			worse.EPSS = new(float64)
			*worse.EPSS = 1
		case which == 4:
			worse.Clocks.FirstSeen = d.Clocks.FirstSeen.Add(-24 * time.Hour)
		case which == 5 && len(candidates) > 0 && candidates[0].Until.After(inputOf(d, nil).Now): // one that has ended is a fault of its own
			candidates = nil
		}
		require.GreaterOrEqual(rt, badness(rt, e, &worse, candidates), before)
	})
}
