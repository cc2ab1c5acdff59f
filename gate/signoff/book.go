package signoff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// project is the name of a repository in the ledger: the forge's id of it.
func (p *Place) project() string { return strconv.FormatInt(p.Repository, 10) }

// Standing is a recorded exception with what was recorded of it later.
type Standing struct {
	gate.SignedOff
	Approvals []gate.Approval  // its own first, then those of others, in their order
	Revoked   *gate.Revocation // the first; nil: it was not

	replaced map[int]gate.Revocation // by the place of the defect: others that count say the same of it
}

// Book is what the sign-offs of a project say together. It is made of the log alone, and needs no clock: each part has its time.
type Book struct {
	list     []gate.SignedOff
	standing []*Standing
	byID     map[string]*Standing
	byPrint  map[gate.Fingerprint][]*Standing
}

// NewBook reads sign-offs in the order of the log. What speaks of a record that stands nowhere before it says nothing.
func NewBook(list []gate.SignedOff) *Book {
	b := &Book{list: list, byID: map[string]*Standing{}, byPrint: map[gate.Fingerprint][]*Standing{}}
	for _, s := range list {
		x := b.byID[s.Target]
		switch {
		case s.Kind.IsException():
			x = &Standing{SignedOff: s, replaced: map[int]gate.Revocation{}}
			if !s.Asks {
				x.Approvals = []gate.Approval{{Actor: s.Actor, At: s.RecordedAt, Record: s.ID, Fault: s.Fault}}
			}
			b.file(x)
		case x == nil:
			continue
		default:
			x.add(s)
		}
		if x.counts() {
			b.replace(x, s.RecordedAt)
		}
	}
	return b
}

func (b *Book) file(x *Standing) {
	b.standing, b.byID[x.ID] = append(b.standing, x), x
	for _, d := range x.Defects {
		for _, f := range d.Fingerprints {
			b.byPrint[f] = append(b.byPrint[f], x)
		}
	}
}

// add takes the word of another record. An approval counts with its signature only; a revocation counts also where its key does not: what takes away
// needs less than what gives.
func (x *Standing) add(s gate.SignedOff) {
	switch {
	case s.Kind == gate.ApprovalOf:
		x.Approvals = append(x.Approvals, gate.Approval{Actor: s.Actor, At: s.RecordedAt, Record: s.ID, Fault: s.Fault})
	case x.Revoked == nil || s.RecordedAt.Before(x.Revoked.At):
		x.Revoked = &gate.Revocation{At: s.RecordedAt, By: s.Actor.Person, Reason: s.Reason, Record: s.ID}
	}
}

// counts reports whether a record has, or had, the approvals that it needs. Keys that were revoked since take nothing from that: what it replaced
// does not come to life again.
func (x *Standing) counts() bool { return x.Revoked == nil && len(x.people(true)) >= x.Needed }

// replace ends what earlier records say of the defects of one that counts: whoever takes it back later does not bring them to life again.
func (b *Book) replace(x *Standing, at time.Time) {
	if x.Kind == gate.Overriding {
		return
	}
	by := gate.Revocation{At: at, By: x.Actor.Person, Reason: "replaced by " + x.ID, Record: x.ID}
	for _, older := range b.sharing(&x.SignOff) {
		if older.Number >= x.Number || older.Scope != x.Scope && !x.Wide {
			continue // one that holds for less leaves the other as it is
		}
		for i, d := range older.Defects {
			if before, known := older.replaced[i]; (!known || at.Before(before.At)) && overlap([]gate.Binding{d}, x.Defects) {
				older.replaced[i] = by
			}
		}
	}
}

// Find gives an exception by the id of its record; nil where there is none.
func (b *Book) Find(id string) *Standing { return b.byID[id] }

// Named gives the exceptions that a text names: one by the id of its record, or all for a defect by one of its ids or fingerprints.
func (b *Book) Named(text string) (list []*Standing) {
	for _, x := range b.standing {
		if x.ID == text || len(x.Defects) > 0 && x.namesAll([]string{text}) {
			list = append(list, x)
		}
	}
	return list
}

// All gives every exception, the oldest first.
func (b *Book) All() []*Standing { return b.standing }

// Records gives every record, in the order of the log.
func (b *Book) Records() []gate.SignedOff { return b.list }

// Of gives the record that a comment led to; nil where it led to none.
func (b *Book) Of(host string, comment int64) *gate.SignedOff {
	i := slices.IndexFunc(b.list, func(s gate.SignedOff) bool { return s.Host == host && s.Comment != nil && s.Comment.ID == comment })
	if i < 0 {
		return nil
	}
	return &b.list[i]
}

// Ended says how an exception has ended by an instant; "" where it stands, for one defect at least.
func (x *Standing) Ended(now time.Time) string {
	over := x.over(now)
	switch {
	case over != nil && over.Reason == "replaced by "+over.Record:
		return "was " + over.Reason
	case over != nil:
		return "was revoked on " + over.At.Format(time.DateOnly)
	case !now.Before(x.NotAfter):
		return "ended on " + x.Last()
	}
	return ""
}

// over is what ended a record before its time, by an instant: that it was revoked, or that each of its defects was replaced.
func (x *Standing) over(now time.Time) *gate.Revocation {
	if x.Revoked != nil && !now.Before(x.Revoked.At) {
		return x.Revoked
	}
	var last *gate.Revocation
	for i := range x.Defects {
		by, replaced := x.replaced[i]
		if !replaced || now.Before(by.At) {
			return nil
		}
		last = &by
	}
	return last
}

// bindings are the defects that it is still for at an instant; of one that ended, all.
func (x *Standing) bindings(now time.Time) (list []gate.Binding) {
	if x.over(now) != nil {
		return x.Defects
	}
	for i, d := range x.Defects {
		if by, replaced := x.replaced[i]; !replaced || now.Before(by.At) {
			list = append(list, d)
		}
	}
	return list
}

// Last is the last day of an exception; of an override, its last minute.
func (x *Standing) Last() string {
	return x.Kind.Last(x.NotAfter)
}

// Approvers lists everybody who approved, each once, for people.
func (x *Standing) Approvers() string {
	var names []string
	for _, a := range x.people(false) {
		names = append(names, called(a))
	}
	return strings.Join(names, ", ")
}

// called is an actor as people know him, with his role.
func called(a gate.Actor) string {
	if a.Role == "" {
		return a.Name()
	}
	return fmt.Sprintf("%s (%s)", a.Name(), a.Role)
}

// hasApproved reports whether a person has approved, whatever he was called then. What he signed with a key that does not count any more is no
// approval.
func (x *Standing) hasApproved(p gate.Person) bool {
	return slices.ContainsFunc(x.Approvals, func(a gate.Approval) bool { return a.Is(p) && a.Fault == "" })
}

// At gives an exception as it was recorded by an instant: without what was said of it later.
func (x *Standing) At(now time.Time) *Standing {
	then := *x
	then.Approvals = slices.DeleteFunc(slices.Clone(x.Approvals), func(a gate.Approval) bool { return a.At.After(now) })
	if x.Revoked != nil && x.Revoked.At.After(now) {
		then.Revoked = nil
	}
	return &then
}

// State says in words whether an exception is in force. What its defect has become since is not looked at: that is the policy's to say.
func (x *Standing) State(now time.Time) string {
	switch ended := x.Ended(now); {
	case now.Before(x.RecordedAt):
		return "not signed off yet"
	case ended != "":
		return ended
	case x.Fault != "":
		return "does not count: " + x.Fault
	case x.distinct() < x.Needed:
		return fmt.Sprintf("waits: %d of %d approvers", x.distinct(), x.Needed)
	}
	return "in force"
}

// distinct counts those who approved.
func (x *Standing) distinct() int { return len(x.people(false)) }

// people gives who approved, each once; with faulty, also those whose keys do not count any more.
func (x *Standing) people(faulty bool) (list []gate.Actor) {
	for _, a := range x.Approvals {
		if (a.Fault == "" || faulty) && !slices.ContainsFunc(list, func(other gate.Actor) bool { return a.Is(other.Person) }) {
			list = append(list, a.Actor)
		}
	}
	return list
}

// lookedAt reports whether somebody else has looked at an override: one approver more than it took, or somebody else who ended it.
func (x *Standing) lookedAt() bool {
	return x.distinct() > x.Needed || x.Revoked != nil && !slices.ContainsFunc(x.people(true), func(a gate.Actor) bool { return a.Is(x.Revoked.By) })
}
