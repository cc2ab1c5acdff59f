package signoff

import (
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// sharing gives the records for the defects of another, of the same component and environment or of all, the oldest first.
func (b *Book) sharing(s *gate.SignOff) (list []*Standing) {
	for _, d := range s.Defects {
		for _, f := range d.Fingerprints {
			for _, x := range b.byPrint[f] {
				if x.besides(s) && overlap(x.Defects, s.Defects) && !slices.Contains(list, x) {
					list = append(list, x)
				}
			}
		}
	}
	slices.SortFunc(list, func(x, y *Standing) int { return int(x.Number - y.Number) })
	return list
}

// waitingToo gives the oldest exception for the defects of another one, and for the same builds, which somebody else has signed off and which waits
// for him as well; nil where there is none.
func (b *Book) waitingToo(x *Standing, now time.Time) *Standing {
	list := b.sharing(&x.SignOff)
	i := slices.IndexFunc(list, func(o *Standing) bool {
		same := o.Kind == x.Kind && o.Scope == x.Scope && sameDefects(o.Defects, x.Defects)
		by := x.Actor.Person
		return same && o.Ended(now) == "" && !o.Actor.Is(by) && !o.hasApproved(by) && o.distinct() > 0 && o.distinct() < o.Needed
	})
	if i < 0 {
		return nil
	}
	return list[i]
}

// besides reports whether both can hold for one build.
func (x *Standing) besides(s *gate.SignOff) bool {
	return x.Wide || s.Wide || x.Component == s.Component && x.Environment == s.Environment
}

// renewals gives the newest record that an exception renews, and how many are renewed one through the other. A record that never counted is none; one
// that was revoked is: taking it back and signing off anew is a renewal all the same. One that does not last longer than what it renews is no further
// renewal.
func (b *Book) renewals(s *gate.SignOff) (previous string, n int) {
	if s.Kind == gate.Overriding {
		return "", 0
	}
	for _, x := range b.sharing(s) {
		if len(x.people(true)) < x.Needed {
			continue
		}
		further := 0
		if s.NotAfter.After(x.NotAfter) {
			further = 1
		}
		previous, n = x.ID, max(n, x.Renewals+further)
	}
	return previous, n
}

func sameDefects(a, b []gate.Binding) bool {
	lacks := func(list, other []gate.Binding) bool {
		return slices.ContainsFunc(list, func(d gate.Binding) bool { return !overlap([]gate.Binding{d}, other) })
	}
	return !lacks(a, b) && !lacks(b, a)
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
