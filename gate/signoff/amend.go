package signoff

import (
	"context"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// approve answers another approver: of a record that waits for one, or of an override that nobody else has looked at.
func (r *Request) approve(ctx context.Context, b *Book, j Judge) (*Verified, *Refusal) {
	x, refusal := r.meant(b)
	if refusal != nil {
		return nil, refusal
	}
	if refusal := r.open(x); refusal != nil {
		return nil, refusal
	}
	if x.hasApproved(r.Approval.Person) {
		return nil, refuse(Self, "you have approved %s already: ask somebody else", x.ID)
	}
	before, refusal := r.lacks(ctx, j, x)
	if refusal != nil {
		return nil, refusal
	}
	if before == "" && (x.Kind != gate.Overriding || x.lookedAt()) {
		return nil, refuse(NoRecord, "%s waits for nobody", x.ID)
	}
	more := *x
	more.Approvals = append(slices.Clone(x.Approvals), r.Approval)
	after, refusal := r.lacks(ctx, j, &more)
	if refusal != nil {
		return nil, refusal
	}
	record := r.Record
	record.Target, record.Reason, record.Ticket, record.Controls = x.ID, "", "", nil
	return &Verified{Command: r.Command, Record: &record, Waits: after}, nil
}

// lacks says which approver a record waits for. Whether its time is over was looked at before: an override is approved afterwards.
func (r *Request) lacks(ctx context.Context, j Judge, x *Standing) (waits string, refusal *Refusal) {
	e := x.Exception(r.Now)
	e.Granted, e.Until, e.Revoked, e.Fault = x.RecordedAt, x.NotAfter, nil, ""
	who := r.Asking
	if !who.Now.Before(e.Until) {
		who.Now = x.RecordedAt
		e.Approvals = slices.Clone(e.Approvals)
		for i := range e.Approvals {
			e.Approvals[i].At = x.RecordedAt
		}
	}
	for _, b := range bound(x) {
		advice, err := j.Object(ctx, who, gate.Candidate{Exception: &e, Bound: b}, as(b))
		if err != nil {
			return "", unjudged(err)
		}
		others, sentence := waiting(advice.Objections)
		if x.Kind == gate.Overriding { // what it fulfilled then is not asked again of whoever looks at it
			others = slices.DeleteFunc(others, func(o gate.Objection) bool { return o.Code != string(Auth) && o.Code != string(Self) })
		}
		if refusal := first(others); refusal != nil {
			return "", refusal
		}
		if sentence != "" {
			waits = sentence
		}
	}
	return waits, nil
}

// bound gives the defects of a record; for an override, one that is none.
func bound(x *Standing) (list []*gate.Binding) {
	for i := range x.Defects {
		list = append(list, &x.Defects[i])
	}
	if len(list) == 0 {
		list = append(list, nil)
	}
	return list
}

// as gives a defect as it was when it was signed off.
func as(b *gate.Binding) *gate.Defect {
	if b == nil {
		return nil
	}
	d := &gate.Defect{ID: b.ID, Aliases: b.Aliases, Fingerprints: b.Fingerprints, Severity: b.Severity, Exploited: b.Exploited, Kind: gate.Vulnerability,
		Component: gate.Component{PURL: b.Package}, Occurrences: []*gate.Occurrence{{}}}
	if b.Fixable {
		d.Component.Fixed = []string{"there is one"}
	}
	return d
}

// revoke answers whoever takes a record back.
func (r *Request) revoke(b *Book) (*Verified, *Refusal) {
	x, refusal := r.meant(b)
	if refusal != nil {
		return nil, refusal
	}
	if ended := x.Ended(r.Now); ended != "" && (x.Kind != gate.Overriding || x.lookedAt()) {
		return nil, refuse(NoRecord, "%s %s: there is nothing to revoke", x.ID, ended)
	}
	record := r.Record
	record.Target, record.Ticket, record.Controls = x.ID, "", nil
	return &Verified{Command: r.Command, Record: &record}, nil
}

// open refuses to approve what has ended. An override is looked at afterwards, when it has.
func (r *Request) open(x *Standing) *Refusal {
	if ended := x.Ended(r.Now); ended != "" && x.Kind != gate.Overriding {
		return refuse(NoRecord, "%s %s: there is nothing to approve", x.ID, ended)
	}
	if x.Fault != "" && x.Kind != gate.Overriding {
		return refuse(NoRecord, "%s does not count: %s", x.ID, x.Fault)
	}
	if !x.Wide && x.Environment != r.Record.Environment {
		return refuse(NoRecord, "%s is for %s: approve it there, where it is known who may", x.ID, x.Environment)
	}
	return nil
}

// meant finds the record that is named, by its id or by its defects.
func (r *Request) meant(b *Book) (*Standing, *Refusal) {
	if r.Command.Record != "" {
		if x := b.Find(r.Command.Record); x != nil {
			return x, nil
		}
		return nil, refuse(NoRecord, "there is no record %q in this repository", r.Command.Record)
	}
	var fit []*Standing
	for _, x := range b.All() {
		if x.Ended(r.Now) == "" && x.Component == r.Asking.Artifact.Component && x.namesAll(r.Targets) {
			fit = append(fit, x)
		}
	}
	switch len(fit) {
	case 0:
		return nil, refuse(NoRecord, "no record that stands is for %s", strings.Join(r.Targets, ", "))
	case 1:
		return fit[0], nil
	}
	refusal := refuse(NoRecord, "%d records are for %s: name one of them", len(fit), strings.Join(r.Targets, ", "))
	for _, x := range fit[:min(len(fit), maxKnown)] {
		refusal.Known = append(refusal.Known, x.ID)
	}
	return nil, refusal
}

// namesAll reports whether a record is for each of the names.
func (x *Standing) namesAll(names []string) bool {
	for _, name := range names {
		if !slices.ContainsFunc(x.Defects, func(b gate.Binding) bool { return target{&gate.Judged{Defect: as(&b)}}.is(name) }) {
			return false
		}
	}
	return true
}
