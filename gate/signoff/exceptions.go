package signoff

import (
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// remembered is for how long a check tells of an exception that has ended.
const remembered = 90 * 24 * time.Hour

// Exceptions gives what a check has to know at an instant: the exceptions that are for the artifact's component, without those that ended long ago.
// An override stays until somebody has looked at it.
func (b *Book) Exceptions(a gate.Artifact, now time.Time) (list []gate.Exception) {
	for _, x := range b.standing {
		old := now.After(x.NotAfter.Add(remembered)) && (x.Kind != gate.Overriding || x.lookedAt())
		if !old && (x.Wide || x.Component == a.Component) {
			list = append(list, x.Exception(now))
		}
	}
	return list
}

// Exception is what the policy is asked about at an instant.
func (x *Standing) Exception(now time.Time) gate.Exception {
	e := gate.Exception{
		ID: x.ID, Kind: x.Kind, Bindings: x.bindings(now), Scope: x.Scope, Wide: x.Wide, Reason: x.Reason, Approver: x.Approvers(), Approvals: x.Approvals,
		Barred: x.barred(), Granted: x.RecordedAt, Until: x.NotAfter, Revoked: x.ending(now), Renewals: x.Renewals, Controls: x.Controls, Ticket: x.Ticket,
		Origin: fmt.Sprintf("entry %d of the ledger", x.Index), Leaf: x.Leaf, Fault: x.Fault,
	}
	if x.Comment != nil {
		e.Evidence = x.Comment.URL
	}
	if x.Change != nil {
		e.Head = x.Change.Head
	}
	return e
}

// ending is what ends it before its time, now or later.
func (x *Standing) ending(now time.Time) *gate.Revocation {
	if over := x.over(now); over != nil {
		return over
	}
	return x.Revoked
}

// barred are those who had a part in the change where it was signed off, and who asked for it.
func (x *Standing) barred() (list []gate.Party) {
	if x.Change != nil {
		list = append(list, gate.Party{Person: x.Change.Author, As: "author"})
		for _, p := range x.Change.Committers {
			list = append(list, gate.Party{Person: p, As: "committer"})
		}
	}
	if x.Requester != nil {
		list = append(list, gate.Party{Person: *x.Requester, As: "requester"})
	}
	return list
}
