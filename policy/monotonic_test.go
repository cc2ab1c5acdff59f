package policy

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// badness is the strongest level that no exception covers: 2 denies, 1 warns. What is said of the exceptions themselves does not count.
func badness(t require.TestingT, e *Engine, d *gate.Defect, candidates []gate.Candidate) (worst int) {
	judged, err := e.Evaluate(context.Background(), inputOf(d, candidates))
	require.NoError(t, err)
	for _, v := range judged.Defects[0].Violations {
		if v.Exception == "" && !strings.HasPrefix(v.Rule, "exception/") {
			worst = max(worst, map[gate.Level]int{gate.Warn: 1, gate.Deny: 2}[v.Level])
		}
	}
	return worst
}

// worsened are the defects that are worse than one by a single fact.
func worsened(d *gate.Defect) []*gate.Defect {
	var list []*gate.Defect
	add := func(change func(*gate.Defect)) {
		worse := *d
		change(&worse)
		list = append(list, &worse)
	}
	for s := d.Severity + 1; d.Severity != gate.Unknown && s <= gate.Critical; s++ {
		add(func(w *gate.Defect) { w.Severity = s })
	}
	add(func(w *gate.Defect) { w.Exploited, w.Clocks.ExploitedSince = true, d.Clocks.FirstSeen })
	if d.KEV == nil {
		add(func(w *gate.Defect) { w.KEV = &gate.KEV{Due: d.Clocks.FirstSeen} })
	}
	one := 1.0
	add(func(w *gate.Defect) { w.EPSS = &one })
	add(func(w *gate.Defect) { w.Clocks.FirstSeen = time.Unix(1, 0).UTC() })
	return list
}

// TestWorseIsNeverBetter makes defects worse, one fact at a time, and takes exceptions away.
func TestWorseIsNeverBetter(t *testing.T) {
	e := engineOf(t, nil, false)
	rapid.Check(t, func(rt *rapid.T) {
		for range 10 {
			d, candidates := anyDefect(rt), anyCandidates(rt)
			before := badness(rt, e, d, candidates)
			for _, worse := range worsened(d) {
				require.GreaterOrEqual(rt, badness(rt, e, worse, candidates), before)
			}
			require.GreaterOrEqual(rt, badness(rt, e, d, nil), before)
		}
	})
}
