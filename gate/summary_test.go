package gate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/defectgate/defectgate/gate"
)

// TestFourThingsAreCountedApart: an accepted risk, a false positive that was signed off, a build that is let through, and what is not affected.
func TestFourThingsAreCountedApart(t *testing.T) {
	of := func(kind gate.SignOffKind) gate.Ruling {
		return gate.Ruling{Exception: string(kind), Kind: kind, Applies: true, Covers: true}
	}
	loses := gate.Ruling{Exception: "E", Kind: gate.NoDefect, Applies: true}
	refused := gate.Ruling{Exception: "E", Kind: gate.AcceptedRisk, Refusals: []string{"it ended."}}
	for name, c := range map[string]struct {
		state                           gate.State
		rulings                         []gate.Ruling
		accepted, dismissed, overridden int
		atRisk                          bool // it counts among the severities
	}{
		"nobody says anything":             {gate.Open, nil, 0, 0, 0, true},
		"accepted":                         {gate.Open, []gate.Ruling{of(gate.AcceptedRisk)}, 1, 0, 0, false},
		"dismissed":                        {gate.Open, []gate.Ruling{of(gate.NoDefect)}, 0, 1, 0, false},
		"overridden, the risk is there":    {gate.Open, []gate.Ruling{of(gate.Overriding)}, 0, 0, 1, true},
		"one that applies and counts not":  {gate.Open, []gate.Ruling{loses}, 0, 0, 0, true},
		"one that is refused":              {gate.Open, []gate.Ruling{refused}, 0, 0, 0, true},
		"the one that counts, not another": {gate.Open, []gate.Ruling{loses, refused, of(gate.Overriding)}, 0, 0, 1, true},
		"not affected, says a statement":   {gate.NotAffected, nil, 0, 0, 0, false},
		"false, says a statement":          {gate.FalsePositive, nil, 0, 0, 0, false},
		"suppressed":                       {gate.Suppressed, nil, 0, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := &gate.Defect{Kind: gate.Vulnerability, Severity: gate.High, Occurrences: []*gate.Occurrence{{State: c.state}}}
			s := gate.Summarise([]*gate.Defect{d}, []gate.Judgement{{Exceptions: c.rulings, Violations: []gate.Violation{{Level: gate.Deny, Exception: "E"}}}})
			assert.Equal(t, []int{c.accepted, c.dismissed, c.overridden}, []int{s.Accepted, s.Dismissed, s.Overridden})
			assert.Equal(t, c.atRisk, s.Severities["high"] == 1 && s.Kinds[gate.Vulnerability] == 1)
			assert.Equal(t, !c.atRisk, len(s.Severities) == 0 && len(s.Kinds) == 0)
			assert.Equal(t, c.state.IsOpen(), s.Open == 1)
			assert.Equal(t, !c.state.IsOpen(), s.Closed[c.state] == 1)
		})
	}
}
