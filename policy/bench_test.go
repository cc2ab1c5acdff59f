package policy_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// BenchmarkEvaluate measures the judging of one defect, with the built-in rules and their defaults.
func BenchmarkEvaluate(b *testing.B) {
	engine, err := policy.New(context.Background(), policy.Options{Environment: "production"})
	require.NoError(b, err)
	defects := make([]*gate.Defect, b.N)
	for i := range defects {
		defects[i] = defect(func(d *gate.Defect) {
			d.ID = fmt.Sprintf("CVE-2026-%05d", i)
			d.Severity = gate.Severities()[i%5]
			d.Clocks.FirstSeen = now.Add(-time.Duration(i%200) * 24 * time.Hour)
		})
	}
	in := gate.Input{Now: now, Defects: defects, Candidates: make([][]gate.Candidate, len(defects))}
	b.ReportAllocs()
	b.ResetTimer()
	_, err = engine.Evaluate(context.Background(), in)
	require.NoError(b, err)
}

// BenchmarkNew measures what has to be done before the first defect.
func BenchmarkNew(b *testing.B) {
	for range b.N {
		_, err := policy.New(context.Background(), policy.Options{Environment: "production"})
		require.NoError(b, err)
	}
}
