package policy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

func BenchmarkRule(b *testing.B) {
	e, _ := policy.New(context.Background(), policy.Options{Environment: "production"})
	for _, keep := range append(e.Rules(), nil) {
		rules := map[string]any{}
		for _, r := range e.Rules() {
			c, _ := rules[r.Category].(map[string]any)
			if c == nil {
				c = map[string]any{}
				rules[r.Category] = c
			}
			if keep != nil && r.ID() != keep.ID() && r.ID() != "source/unproven" {
				c[r.Name] = map[string]any{"level": "ignore"}
			}
		}
		name := "all"
		if keep != nil {
			name = strings.ReplaceAll(keep.ID(), "/", ".")
		}
		b.Run(name, func(b *testing.B) {
			engine, err := policy.New(context.Background(), policy.Options{Environment: "production", Rules: rules})
			require.NoError(b, err)
			defects := make([]*gate.Defect, b.N)
			for i := range defects {
				defects[i] = defect(func(d *gate.Defect) {
					d.Severity = gate.Severities()[i%5]
					d.Clocks.FirstSeen = now.Add(-time.Duration(i%200) * 24 * time.Hour)
				})
			}
			in := gate.Input{Now: now, Defects: defects, Candidates: make([][]gate.Candidate, len(defects)),
				Summary: func(j []gate.Judgement) gate.Summary { return gate.Summarise(defects, j) }}
			b.ReportAllocs()
			b.ResetTimer()
			_, err = engine.Evaluate(context.Background(), in)
			require.NoError(b, err)
		})
	}
}
