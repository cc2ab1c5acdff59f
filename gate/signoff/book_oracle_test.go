package signoff_test

import (
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// oracle says in plain Go, from the bare records, which of them cover a defect. It knows the default terms and nothing of how they are judged.
type oracle struct {
	list []gate.SignedOff
	now  time.Time
	head string
}

// covering lists the ids of the records that hold for a defect, as it is now.
func (o *oracle) covering(f *gate.Finding) (ids []string) {
	for i := range o.list {
		if s := &o.list[i]; s.Kind != gate.ApprovalOf && s.Kind != gate.RevocationFor && o.holds(s, f) {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (o *oracle) holds(s *gate.SignedOff, f *gate.Finding) bool {
	if o.now.Before(s.RecordedAt) || !o.now.Before(s.NotAfter) || o.ended(s.ID, f.ID) {
		return false
	}
	people, heads := o.approvers(s)
	if s.Renewals > 2 && !heads {
		return false
	}
	if s.Kind == gate.Overriding {
		return len(people) >= 1 && s.Scope.Commit == o.head
	}
	i := slices.IndexFunc(s.Defects, func(b gate.Binding) bool { return b.ID == f.ID })
	if i < 0 || f.Rating.Severity > s.Defects[i].Severity || f.Exploited && !s.Defects[i].Exploited {
		return false
	}
	needed := 1
	if f.Rating.Severity == gate.Critical {
		needed = 2
	}
	return len(people) >= needed
}

// ended says whether a record was taken back, or replaced for a defect by a later one that says the same of it and has all its approvers, by now. It
// reads the log from its beginning.
func (o *oracle) ended(id, defect string) bool {
	over, people, made := map[string]time.Time{}, map[string]map[string]bool{}, map[string]*gate.SignedOff{}
	var revoked []string
	for i := range o.list {
		s := &o.list[i]
		if s.Kind == gate.RevocationFor {
			if over[s.Target].IsZero() {
				over[s.Target] = s.RecordedAt
			}
			revoked = append(revoked, s.Target)
			continue
		}
		of := s.ID
		if s.Kind == gate.ApprovalOf {
			of = s.Target
		} else {
			made[of], people[of] = s, map[string]bool{}
		}
		people[of][s.Actor.ID] = true
		if x := made[of]; x.Kind != gate.Overriding && !slices.Contains(revoked, of) && len(people[of]) >= x.Needed && names(x, defect) {
			for _, older := range o.list[:x.Number-1] {
				if over[older.ID].IsZero() && older.Scope == x.Scope && names(&older, defect) {
					over[older.ID] = s.RecordedAt
				}
			}
		}
	}
	return !over[id].IsZero() && !o.now.Before(over[id])
}

func names(s *gate.SignedOff, defect string) bool {
	return slices.ContainsFunc(s.Defects, func(b gate.Binding) bool { return b.ID == defect })
}

// approvers are the people whose word counts, and whether one of them administers.
func (o *oracle) approvers(s *gate.SignedOff) (people map[string]bool, heads bool) {
	people = map[string]bool{}
	for _, r := range o.list {
		if (r.ID == s.ID || r.Kind == gate.ApprovalOf && r.Target == s.ID) && !o.now.Before(r.RecordedAt) {
			if r.Actor.ID != author.ID && r.Actor.ID != committer.ID {
				people[r.Actor.ID] = true
			}
			heads = heads || r.Actor.Role == "admin"
		}
	}
	return people, heads
}
