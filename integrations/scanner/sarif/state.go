package sarif

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// kinds are the results that are no failures, with why they are dropped (§3.27.9). A kind that nobody knows is a failure.
var kinds = map[string]string{
	"pass":          "passed check",
	"notApplicable": "passed check",
	"informational": "information",
	"open":          "undecided check",
	"review":        "undecided check",
}

// dropped says why a result is no defect, or nothing. A kind other than "fail" allows no level but "none" (§3.27.10): a result that
// has both says two things, and the worse one counts. Consumers that know no kinds show it as well.
func (v *result) dropped() string {
	if v.BaselineState == "absent" { // found before, and not any more (§3.27.24)
		return "absent since the baseline"
	}
	if label := v.Level.Label; label != nil && *label != "none" {
		return ""
	}
	return kinds[v.Kind]
}

// suppression is a request to leave a result out (§3.35).
type suppression struct {
	Kind          string   `json:"kind"`
	Status        string   `json:"status"`
	Justification string   `json:"justification"`
	Location      location `json:"location"`
}

// state is suppressed if there are suppressions and all of them are accepted; one without a status counts as accepted, for nobody
// doubts it. One that is under review, rejected, or of a status or kind that nobody knows keeps the result open, whatever the others say:
// §3.27.23 asks to look at the statuses (§3.35.3), and leaves it to the reader how.
func (v *result) state() (gate.State, *gate.Word) {
	if len(v.Suppressions) == 0 {
		return gate.Open, nil
	}
	word := &gate.Word{Said: gate.Suppressed}
	for _, s := range v.Suppressions {
		if !s.accepted() {
			return gate.Open, nil
		}
		word.By = cmp.Or(word.By, s.by())
		word.Reason = cmp.Or(word.Reason, shorten(strings.TrimSpace(s.Justification)))
	}
	return gate.Suppressed, word
}

// accepted reports whether a suppression counts. Its kind is mandatory (§3.35.2): one without says nothing of who asked for it.
func (s *suppression) accepted() bool {
	return (s.Kind == "inSource" || s.Kind == "external") && (s.Status == "" || s.Status == "accepted")
}

// by names the file that holds a suppression, else its kind: "inSource" or "external".
func (s *suppression) by() string {
	return cmp.Or(shorten(s.Location.Physical.Artifact.URI), s.Kind)
}
