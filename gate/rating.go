package gate

import (
	"fmt"
	"strconv"
	"strings"
)

// Rating is one party's opinion of one defect.
type Rating struct {
	Party    string   `json:"party"`            // who rates: a scanner, "nvd", "ghsa", "redhat" …
	Label    string   `json:"label,omitempty"`  // the party's own word, as printed
	CVSS     string   `json:"cvss,omitempty"`   // version of the vector: "2.0", "3.0", "3.1", "4.0"
	Vector   string   `json:"vector,omitempty"` // CVSS vector, as printed; without one, that of an OWASP [Risk], and CVSS is empty
	Score    float64  `json:"score,omitzero"`   // base score, 0 to 10; computed from the vector where there is one
	Severity Severity `json:"severity"`         // the highest of label, vector, score and risk
	Note     string   `json:"note,omitempty"`   // why the severity is not simply the label's
	Chosen   bool     `json:"chosen,omitempty"` // a scanner chose this rating for its finding
	Wins     bool     `json:"wins,omitempty"`   // it makes the defect as severe as it is, see [MergeOptions.Deciding]
}

// Opinion is what a party printed, before it is understood. Each field but Party may be absent.
type Opinion struct {
	Party  string
	Label  *string  // nil where the report has no such field; an empty or null one points to ""
	Vector string   // CVSS vector of any version
	Score  *float64 // base score; an impossible one counts as unreadable
	Risk   *Risk    // factors of the OWASP Risk Rating Methodology
}

// Rate understands an opinion in the format's words. Nothing at all gives [Unknown]; a word, vector or score that cannot be
// understood counts as [Critical]; where label, vector, score and risk differ, the highest wins. A note says so in each case.
func (w Words) Rate(o Opinion) Rating {
	r := Rating{Party: o.Party, Vector: o.Vector}
	var notes []string
	raise := func(s Severity, note string) {
		if s > r.Severity {
			r.Severity = s
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	if o.Label != nil {
		r.Label = *o.Label
		s, known := w.Severity(r.Label)
		raise(s, noteIf(!known, "%q is no known severity word", r.Label))
	}
	labelled, worst := r.Severity, 0.0
	if o.Score != nil {
		s, ok := severityOfScore(*o.Score)
		if ok {
			r.Score, worst = *o.Score, *o.Score
		} else {
			s = Critical
		}
		raise(s, noteIf(!ok, "%s is no CVSS score", strconv.FormatFloat(*o.Score, 'g', -1, 64)))
	}
	if o.Vector != "" {
		version, score, err := scores.of(o.Vector)
		r.CVSS = version
		s := Critical
		if err == nil {
			r.Score, worst = score, max(score, worst)
			s, _ = severityOfScore(score)
		}
		raise(s, noteIf(err != nil, "vector %q cannot be read", o.Vector))
	}
	if o.Label != nil && r.Severity > labelled && len(notes) == 0 {
		notes = append(notes, fmt.Sprintf("score %.1f is worse than the label %q", worst, r.Label))
	}
	if o.Risk != nil {
		raise(o.Risk.rate(&r))
	}
	r.Note = strings.Join(notes, "; ")
	return r
}

func noteIf(condition bool, format string, value any) string {
	if !condition {
		return ""
	}
	return fmt.Sprintf(format, value) + ": counts as critical"
}
