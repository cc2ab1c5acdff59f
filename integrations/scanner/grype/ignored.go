package grype

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// ignoreRule is a rule that took a match out of the report: of Grype's configuration, built into Grype, or made of a VEX statement.
type ignoreRule struct {
	Vulnerability    string `json:"vulnerability"`
	Reason           string `json:"reason"`
	FixState         string `json:"fix-state"`
	MatchType        string `json:"match-type"`
	VexStatus        string `json:"vex-status"`
	VexJustification string `json:"vex-justification"`
	Package          struct {
		Name     string `json:"name"`
		Type     string `json:"type"`
		Location string `json:"location"`
	} `json:"package"`
}

// vexStates maps the statuses; a rule without one is a plain rule, and a status that is not listed leaves the match open.
var vexStates = map[string]gate.State{
	"":                    gate.Suppressed,
	"not_affected":        gate.NotAffected,
	"fixed":               gate.Fixed,
	"under_investigation": gate.UnderInvestigation,
}

// silenced gives the state of an ignored match. Of several rules the one that takes the match least far from open wins: it would have
// been ignored without the others.
func silenced(rules []ignoreRule) (gate.State, *gate.Word) {
	if len(rules) == 0 {
		return gate.Suppressed, &gate.Word{Said: gate.Suppressed}
	}
	state, reasons := gate.Fixed, make([]string, 0, len(rules))
	for i := range rules {
		state = min(state, vexStates[rules[i].VexStatus])
		reasons = append(reasons, rules[i].why())
	}
	by := "grype ignore rule"
	if state != gate.Suppressed {
		by = "VEX document given to grype"
	}
	return state, &gate.Word{By: by, Reason: strings.Join(reasons, "; "), Said: state}
}

// why is the reason of a rule, else what it asks of a match: many rules are written without a reason.
func (r *ignoreRule) why() string {
	if r.Reason != "" {
		return r.Reason
	}
	if r.VexJustification != "" {
		return r.VexJustification
	}
	var asks []string
	for _, ask := range []struct{ what, value string }{
		{"vulnerability", r.Vulnerability},
		{"VEX status", r.VexStatus},
		{"fix state", r.FixState},
		{"match type", r.MatchType},
		{"package", r.Package.Name},
		{"package type", r.Package.Type},
		{"location", r.Package.Location},
	} {
		if ask.value != "" {
			asks = append(asks, ask.what+" "+ask.value)
		}
	}
	return strings.Join(asks, ", ")
}
