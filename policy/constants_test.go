package policy

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// engineOf compiles the built-in rules with or without folding.
func engineOf(t *testing.T, rules map[string]any, verbatim bool) *Engine {
	l, err := loadWithBuiltin(nil, false)
	require.NoError(t, err)
	l.verbatim = verbatim
	e, err := l.engine(context.Background(), Options{Environment: "production", Rules: rules})
	require.NoError(t, err)
	return e
}

func anyDefect(t *rapid.T) *gate.Defect {
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(0, 0).Add(time.Duration(rapid.IntRange(1, 250).Draw(t, "day")) * 24 * time.Hour).UTC()
	})
	d := &gate.Defect{
		ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}},
		Kind:      rapid.SampledFrom(gate.Kinds()).Draw(t, "kind"),
		Severity:  rapid.SampledFrom(gate.Severities()).Draw(t, "severity"),
		Certainty: rapid.SampledFrom([]gate.Certainty{"", gate.Verified, gate.HighCertainty, gate.LowCertainty}).Draw(t, "certainty"),
		Exploited: rapid.Bool().Draw(t, "exploited"),
	}
	d.Clocks.FirstSeen = instant.Draw(t, "first seen")
	if rapid.Bool().Draw(t, "with a fix") {
		d.Component.Fixed, d.Clocks.FixAvailable = []string{"1.0.1"}, instant.Draw(t, "fix available")
	}
	if rapid.Bool().Draw(t, "listed") {
		d.KEV = &gate.KEV{Due: instant.Draw(t, "due")}
	}
	if rapid.Bool().Draw(t, "with EPSS") {
		probability := rapid.Float64Range(0, 1).Draw(t, "EPSS")
		d.EPSS = &probability
	}
	return d
}

// TestFoldingChangesNothing compares the engine with one that looks every setting and every table up, under settings that reach all branches.
func TestFoldingChangesNothing(t *testing.T) {
	for name, rules := range map[string]map[string]any{
		"defaults": nil,
		"others": {
			"severity": map[string]any{"threshold": map[string]any{"deny": "medium", "warn": nil, "only_fixable": false,
				"kinds": map[string]any{"code": "high", "secret": "low"}}},
			"sla":     map[string]any{"overdue": map[string]any{"clocks": []any{"published", "fix_available"}, "pick": "latest", "exploited": nil}},
			"license": map[string]any{"denied": map[string]any{"licenses": []any{"CVE-*"}}},
			"threat":  map[string]any{"exploited": map[string]any{"epss": nil, "only_fixable": false}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			folded, verbatim := engineOf(t, rules, false), engineOf(t, rules, true)
			said := 0
			rapid.Check(t, func(rt *rapid.T) {
				defects := []*gate.Defect{anyDefect(rt)}
				in := gate.Input{Now: time.Unix(0, 0).Add(200 * 24 * time.Hour).UTC(), Defects: defects, Candidates: make([][]gate.Candidate, 1),
					Summary: func(j []gate.Judgement) gate.Summary { return gate.Summarise(defects, j) }}
				want, err := verbatim.Evaluate(context.Background(), in)
				require.NoError(rt, err)
				have, err := folded.Evaluate(context.Background(), in)
				require.NoError(rt, err)
				require.Equal(rt, want, have)
				said += len(want.Defects[0].Violations)
			})
			require.Positive(t, said)
		})
	}
}
