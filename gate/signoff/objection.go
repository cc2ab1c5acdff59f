package signoff

import (
	"cmp"
	"slices"

	"github.com/defectgate/defectgate/gate"
)

// rank is the order in which objections are told: who, then what, then until when, then why.
var rank = []Code{Syntax, Auth, Self, Misplaced, NoRecord, Date, Hours, Control, Ticket, Reason, Register, NeedsSecond}

// first makes a refusal of the objection that is told first; nil where there is none.
func first(objections []gate.Objection) *Refusal {
	if len(objections) == 0 {
		return nil
	}
	worst := slices.MinFunc(objections, func(a, b gate.Objection) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Sentence, b.Sentence))
	})
	return refuse(Code(worst.Code), "%s", worst.Sentence)
}

// place gives an objection its place in the order; one of a code that nobody knows comes first.
func place(o gate.Objection) int { return slices.Index(rank, Code(o.Code)) }

// waiting splits off what a further approver mends.
func waiting(objections []gate.Objection) (others []gate.Objection, sentence string) {
	for _, o := range objections {
		if o.Code == string(NeedsSecond) {
			sentence = o.Sentence
		} else {
			others = append(others, o)
		}
	}
	return others, sentence
}

func unjudged(err error) *Refusal {
	r := refuse(Upstream, "the policy could not be asked")
	r.Err = err
	return r
}
