package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// Two rules look at one line and have one weakness. Neither may take the identity of the other: what was accepted of the one would cover the other.
func TestRulesAtOneLineKeepTheirIdentity(t *testing.T) {
	at := func(rule string) gate.Finding {
		return gate.Finding{Tool: "bandit", Kind: gate.Code, ID: rule, CWEs: []int{78}, Location: gate.Location{Path: "a.py", Line: 3},
			Anchor: gate.Anchor{Snippet: "subprocess.call('ls', shell=True)"}}
	}
	alone, both := gate.NewFingerprinter(nil), gate.NewFingerprinter(nil)
	b607, first, second := at("B607"), at("B602"), at("B607")
	accepted := alone.Identify(&b607).Fingerprints
	require.NotEqual(t, accepted, both.Identify(&first).Fingerprints)
	require.Equal(t, accepted, both.Identify(&second).Fingerprints)
	defects := merge(gate.MergeOptions{}, []entry{{"one.json", at("B607")}, {"two.json", at("B602")}})
	require.Len(t, defects, 2, "two reports of one tool")
}
