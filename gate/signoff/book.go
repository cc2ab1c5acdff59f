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
	Revoked   *gate.Revocation // the first, or that it was replaced by another; nil: it stands
}

// Book is what the sign-offs of a project say together. It is made of the log alone, and needs no clock: each part has its time.
type Book struct {
	list     []gate.SignedOff
	standing []*Standing
	byID     map[string]*Standing
}

// NewBook reads sign-offs in the order of the log. What speaks of a record that stands nowhere before it says nothing.
func NewBook(list []gate.SignedOff) *Book {
	b := &Book{list: list, byID: map[string]*Standing{}}
	for _, s := range list {
		switch {
		case s.Kind.IsException():
			x := &Standing{SignedOff: s, Approvals: []gate.Approval{{Actor: s.Actor, At: s.RecordedAt, Record: s.ID, Fault: s.Fault}}}
			b.replace(x)
			b.standing, b.byID[s.ID] = append(b.standing, x), x
		case b.byID[s.Target] != nil:
			b.byID[s.Target].add(s)
			b.replace(b.byID[s.Target])
		}
	}
	return b
}

// replace ends the earlier records that say the same of the same defects, once this one has the approvers that it needs: whoever takes it back later
// does not bring them to life again.
func (b *Book) replace(x *Standing) {
	if x.Kind == gate.Overriding || x.Fault != "" || x.Revoked != nil || x.distinct() < x.Needed {
		return
	}
	by := x.Approvals[len(x.Approvals)-1]
	for _, older := range b.standing {
		if older.Number < x.Number && older.Revoked == nil && older.Kind != gate.Overriding && older.isWithin(x) {
			older.Revoked = &gate.Revocation{At: by.At, By: x.Actor.Person, Reason: "replaced by " + x.ID, Record: x.ID}
		}
	}
}

// isWithin reports whether another record holds for the same, and for every defect of this one.
func (x *Standing) isWithin(other *Standing) bool {
	same := x.Scope == other.Scope && x.Wide == other.Wide && x.Component == other.Component
	return same && !slices.ContainsFunc(x.Defects, func(d gate.Binding) bool { return !overlap([]gate.Binding{d}, other.Defects) })
}

// add takes the word of another record. An approval counts with its signature only; a revocation counts also where its key does not any more: what
// takes away needs less than what gives.
func (x *Standing) add(s gate.SignedOff) {
	switch {
	case s.Kind == gate.ApprovalOf:
		x.Approvals = append(x.Approvals, gate.Approval{Actor: s.Actor, At: s.RecordedAt, Record: s.ID, Fault: s.Fault})
	case x.Revoked == nil:
		x.Revoked = &gate.Revocation{At: s.RecordedAt, By: s.Actor.Person, Reason: s.Reason, Record: s.ID}
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

// Ended says how an exception has ended by an instant; "" where it stands.
func (x *Standing) Ended(now time.Time) string {
	switch {
	case x.Revoked != nil && !now.Before(x.Revoked.At):
		if by, replaced := strings.CutPrefix(x.Revoked.Reason, "replaced by "); replaced && by == x.Revoked.Record {
			return "was replaced by " + by
		}
		return "was revoked on " + x.Revoked.At.Format(time.DateOnly)
	case !now.Before(x.NotAfter):
		return "ended on " + x.Last()
	}
	return ""
}

// Last is the last day of an exception; of an override, its last minute.
func (x *Standing) Last() string {
	if x.Kind == gate.Overriding {
		return x.NotAfter.UTC().Format("2006-01-02 15:04 UTC")
	}
	return x.NotAfter.Add(-time.Nanosecond).UTC().Format(time.DateOnly)
}

// Approvers lists everybody who approved, for people.
func (x *Standing) Approvers() string {
	var names []string
	for _, a := range x.Approvals {
		if name := called(a.Actor); a.Fault == "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// called is an actor as people know him, with his role.
func called(a gate.Actor) string {
	name := a.Login
	if name == "" {
		name = a.ID
	}
	if a.Role == "" {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, a.Role)
}

// hasApproved reports whether a person has approved, whatever he was called then.
func (x *Standing) hasApproved(p gate.Person) bool {
	return slices.ContainsFunc(x.Approvals, func(a gate.Approval) bool { return a.ID == p.ID })
}

// renewed gives the newest record that an exception for these defects renews, if one does; also one that was revoked: taking it back and signing off
// anew is a renewal all the same.
func (b *Book) renewed(s *gate.SignOff) *Standing {
	for _, x := range slices.Backward(b.standing) {
		if x.Kind != gate.Overriding && s.Kind != gate.Overriding && x.Component == s.Component && overlap(x.Defects, s.Defects) {
			return x
		}
	}
	return nil
}

func overlap(a, b []gate.Binding) bool {
	for _, one := range a {
		for _, other := range b {
			if slices.ContainsFunc(one.Fingerprints, func(f gate.Fingerprint) bool { return slices.Contains(other.Fingerprints, f) }) {
				return true
			}
		}
	}
	return false
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
func (x *Standing) distinct() int {
	seen := map[string]bool{}
	for _, a := range x.Approvals {
		if a.Fault == "" {
			seen[a.ID] = true
		}
	}
	return len(seen)
}
