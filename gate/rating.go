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
	Chosen   bool     `json:"chosen,omitzero"`  // a scanner chose this rating for its finding
	Wins     bool     `json:"wins,omitzero"`    // it makes the defect as severe as it is, see [MergeOptions.Deciding]
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
	r := rater{Rating: Rating{Party: o.Party, Vector: o.Vector}}
	if o.Label != nil {
		r.label(w, *o.Label)
	}
	labelled := r.Severity
	if o.Score != nil {
		r.score(*o.Score)
	}
	if o.Vector != "" {
		r.vector(o.Vector)
	}
	if o.Label != nil && r.Severity > labelled && len(r.notes) == 0 {
		r.notes = append(r.notes, fmt.Sprintf("score %.1f is worse than the label %q", r.worst, r.Label))
	}
	if o.Risk != nil {
		severity, note := o.Risk.rate(&r.Rating)
		r.raise(severity)
		if note != "" {
			r.notes = append(r.notes, note)
		}
	}
	r.Note = strings.Join(r.notes, "; ")
	return r.Rating
}

// rater makes a rating of what a party says.
type rater struct {
	Rating
	worst float64 // of score and vector
	notes []string
}

func (r *rater) label(w Words, word string) {
	r.Label = word
	if severity, known := w.Severity(word); known {
		r.raise(severity)
	} else {
		r.doubt("%q is no known severity word", word)
	}
}

func (r *rater) score(score float64) {
	severity, ok := severityOfScore(score)
	if !ok {
		r.doubt("%s is no CVSS score", strconv.FormatFloat(score, 'g', -1, 64))
		return
	}
	r.Score, r.worst = score, score
	r.raise(severity)
}

func (r *rater) vector(vector string) {
	version, score, err := scoreVector(vector)
	r.CVSS = version
	severity, ok := severityOfScore(score)
	if err != nil || !ok {
		r.doubt("vector %q cannot be read", vector)
		return
	}
	r.Score, r.worst = score, max(score, r.worst)
	r.raise(severity)
}

func (r *rater) raise(s Severity) { r.Severity = max(r.Severity, s) }

// doubt notes what cannot be understood.
func (r *rater) doubt(format, what string) {
	r.raise(Critical)
	r.notes = append(r.notes, fmt.Sprintf(format, what)+": counts as critical")
}
