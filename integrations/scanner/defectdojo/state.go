package defectdojo

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// isTrue reads a flag as DefectDojo does: by its first letter. What is not understood is not said.
func isTrue(w report.Word) bool {
	word := strings.ToLower(text(w))
	return strings.HasPrefix(word, "t") || word == "1" || word == "yes"
}

func isFalse(w report.Word) bool {
	word := strings.ToLower(text(w))
	return strings.HasPrefix(word, "f") || word == "0" || word == "no"
}

// state reads the flags. DefectDojo makes a finding inactive for each of the reasons before that, so that inactive is the last reason only. It makes
// every duplicate inactive, too, and that is no reason: the original may stand in no export that is read here.
func (e *entry) state() (gate.State, *gate.Word) {
	said := func(s gate.State, reason string) (gate.State, *gate.Word) {
		return s, &gate.Word{By: "DefectDojo", Reason: reason, Said: s}
	}
	switch {
	case isTrue(e.Accepted):
		return said(gate.Suppressed, "risk accepted")
	case isTrue(e.OutOfScope):
		return said(gate.Suppressed, "out of scope")
	case isTrue(e.False):
		return said(gate.FalsePositive, "false positive")
	case isTrue(e.IsMitigated):
		state, word := said(gate.Fixed, "mitigated")
		word.At = e.Mitigated.Time.Time
		return state, word
	case isFalse(e.Active) && isTrue(e.Duplicate):
		return gate.Open, nil
	case isFalse(e.Active):
		return said(gate.Suppressed, "not active")
	case isTrue(e.UnderReview):
		return said(gate.UnderInvestigation, "under review")
	}
	return gate.Open, nil
}
