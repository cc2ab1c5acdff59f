package policy_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func defect(change func(*gate.Defect)) *gate.Defect {
	d := &gate.Defect{
		ID: "CVE-2026-0001", Fingerprints: []gate.Fingerprint{{1}}, Kind: gate.Vulnerability, Severity: gate.High,
		Component:   gate.Component{PURL: "pkg:npm/left-pad@1.0.0", Name: "left-pad", Version: "1.0.0", Fixed: []string{"1.0.1"}},
		Occurrences: []*gate.Occurrence{{Version: "1.0.0"}}, Clocks: gate.Clocks{FirstSeen: now},
	}
	change(d)
	return d
}

func judge(t *testing.T, o policy.Options, defects ...*gate.Defect) gate.Judgements {
	if o.Environment == "" {
		o.Environment = "production"
	}
	engine, err := policy.New(context.Background(), o)
	require.NoError(t, err)
	j, err := engine.Evaluate(context.Background(), gate.Input{
		Now: now, Defects: defects, Candidates: make([][]gate.Candidate, len(defects)),
	})
	require.NoError(t, err)
	return j
}

func TestDefaults(t *testing.T) {
	j := judge(t, policy.Options{}, defect(func(d *gate.Defect) { d.Severity = gate.Critical }))
	require.Equal(t, []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: "critical vulnerability"}}, j.Defects[0].Violations)
	require.Equal(t, now.Add(15*24*time.Hour), j.Defects[0].Due)
}
