package phrase

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Uncovered are the violations of a level that no exception covers. A level that nobody knows blocks, and so it counts as a denial.
func Uncovered(violations []gate.Violation, level gate.Level) []gate.Violation {
	var said []gate.Violation
	for _, v := range violations {
		if v.Exception == "" && (v.Level == gate.Warn) == (level == gate.Warn) {
			said = append(said, v)
		}
	}
	return said
}

// Facts are what a person needs to know of a defect where a violation is told.
func Facts(j *gate.Judged, v gate.Violation, d *gate.Decision) []string {
	now := d.Clock.Now
	return NonEmpty(v.Message, Before(v), Fixed(j), Age(j, now), Due(j, now), Place(j), Tools(j, d))
}

// Before says why a denial only warns.
func Before(v gate.Violation) string {
	if v.Preexisting {
		return "was there before: only warns"
	}
	return ""
}

// Remedy is what to do about a violation.
func Remedy(j *gate.Judged, v gate.Violation) string { return cmp.Or(v.Remedy, j.Remedy) }

// Judged names a defect: by its id and what it belongs to.
func Judged(j *gate.Judged) string { return j.ID + " in " + Subject(j) }

// WorstFirst are the defects at which a rule says something that nothing covers: what must not ship first, then by severity, then what is due
// first. The order of the decision settles the rest.
func WorstFirst(d *gate.Decision) []*gate.Judged {
	var list []*gate.Judged
	for i := range d.Evaluation.Findings {
		if j := &d.Evaluation.Findings[i]; j.State.IsOpen() && j.Level() != "" {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, worse)
	return list
}

func worse(a, b *gate.Judged) int {
	rank := func(j *gate.Judged) int {
		if j.Level() == gate.Warn {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Severity, a.Severity), dueFirst(a, b))
}

// dueFirst puts what has no due day last.
func dueFirst(a, b *gate.Judged) int {
	if a.Due.IsZero() != b.Due.IsZero() {
		return b.Due.Compare(a.Due)
	}
	return a.Due.Compare(b.Due)
}

// Covering is one way in which an exception covers a defect. They are different things, and never counted as one.
type Covering struct {
	Kind    gate.SignOffKind
	Heading string
	Verb    string
}

// Coverings lists them.
func Coverings() []Covering {
	return []Covering{
		{gate.AcceptedRisk, "Accepted risks", "accepted"},
		{gate.NoDefect, "Signed off as false positives", "said to be none"},
		{gate.Overriding, "Overridden this once, and still open", "overridden"},
	}
}

// Granted says who answers for an exception, and until when. The reason stands behind it.
func (c Covering) Granted(e *gate.Exception) string {
	return fmt.Sprintf("%s by %s through %s", c.Verb, e.Approver, e.Kind.Last(e.Until))
}

// Conditions are what an exception rests on: controls and a ticket.
func Conditions(e *gate.Exception) (list []string) {
	if len(e.Controls) > 0 {
		list = append(list, "meanwhile: "+strings.Join(e.Controls, "; "))
	}
	if e.Ticket != "" {
		list = append(list, "ticket: "+e.Ticket)
	}
	if e.Gone {
		list = append(list, "the comment is gone; what was recorded of it stands")
	}
	return list
}

// Refusal is an exception that does not cover the defect which it names.
type Refusal struct{ Exception, Defect, Why string }

// Refusals says in plain words why exceptions do not cover their defects, where no violation of the defect says so.
func Refusals(d *gate.Decision) (list []Refusal) {
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		if j.Covering() != "" {
			continue
		}
		for _, r := range j.Exceptions {
			if !told(j, r) {
				list = append(list, Refusal{r.Exception, j.ID, strings.Join(r.Refusals, "; ")})
			}
		}
	}
	return list
}

// told reports whether a violation of the defect says why the exception does not cover it.
func told(j *gate.Judged, r gate.Ruling) bool {
	return slices.ContainsFunc(j.Violations, func(v gate.Violation) bool {
		missing := func(text string) bool { return !strings.Contains(v.Message, text) }
		return !slices.ContainsFunc(append([]string{r.Exception}, r.Refusals...), missing)
	})
}

// CoveredBy says of an exception who answers for it, until when and why.
func CoveredBy(d *gate.Decision, exception string) string {
	for _, e := range d.Evaluation.Exceptions {
		for _, c := range Coverings() {
			if e.ID == exception && e.Kind == c.Kind {
				return strings.Join(append([]string{e.ID + ", " + c.Granted(e.Exception) + ": " + e.Reason}, Conditions(e.Exception)...), "; ")
			}
		}
	}
	return "exception " + exception
}
