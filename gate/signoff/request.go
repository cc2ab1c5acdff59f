package signoff

import (
	"context"
	"errors"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Request is what somebody asks to have recorded, once it is known who asks and where.
type Request struct {
	*Command
	gate.Asking
	Decision *gate.Decision // whose denials are answered; nil where none is known
	Head     string         // the commit that is signed off about
	Record   gate.SignOff   // filled in as far as it does not depend on what is asked
}

// Judge says what is to be recorded, or why nothing is.
func (r *Request) Judge(ctx context.Context, b *Book, j Judge) (*Verified, *Refusal) {
	r.Record.Policy = j.Digest()
	r.Record.Reason, r.Record.Ticket = r.Reason, r.Ticket
	if r.Control != "" {
		r.Record.Controls = []string{r.Control}
	}
	switch r.Verb {
	case Approve:
		return r.approve(ctx, b, j)
	case Revoke:
		return r.revoke(b)
	case Override:
		return r.override(ctx, j)
	}
	return r.except(ctx, b, j)
}

// except answers accept and false-positive.
func (r *Request) except(ctx context.Context, b *Book, j Judge) (*Verified, *Refusal) {
	found, refusal := r.targets()
	if refusal != nil {
		return nil, refusal
	}
	for i, t := range found {
		r.Record.Defects = append(r.Record.Defects, t.bind(r.Targets[i], r.Component))
	}
	if refusal := r.ends(ctx, j, found); refusal != nil {
		return nil, refusal
	}
	r.scoped()
	r.Record.Previous, r.Record.Renewals = b.renewals(&r.Record)
	var all gate.Advice
	for _, t := range found {
		advice, err := r.object(ctx, j, t.Defect)
		if err != nil {
			return nil, unjudged(err)
		}
		all.Needed = max(all.Needed, advice.Needed)
		all.Objections = append(all.Objections, advice.Objections...)
	}
	return r.verified(all)
}

// override answers break-glass: it is for a build, whatever its defects are.
func (r *Request) override(ctx context.Context, j Judge) (*Verified, *Refusal) {
	if r.Scope.Reach != "" {
		return nil, refuse(Field, "an override is for one build: leave `scope:` out")
	}
	if refusal := r.decided(); refusal != nil {
		return nil, refusal
	}
	if len(r.blocking()) == 0 && !deniesArtifact(r.Decision) {
		return nil, refuse(Unknown, "nothing blocks this build: there is nothing to override")
	}
	r.Record.NotAfter = r.Now.Add(time.Duration(r.Hours) * time.Hour)
	r.Record.Scope = gate.Scope{Environment: r.Record.Environment, Component: r.Record.Component, Commit: r.Head}
	if s := &r.Decision.Artifact.Subject; r.Head == "" && len(s.Digests) == 1 && !s.IsReports() {
		r.Record.Scope.Artifact = s.Digests[0]
	}
	if r.Record.Scope.Commit == "" && r.Record.Scope.Artifact == "" {
		return nil, refuse(Unknown, "what was built has neither a commit nor a digest: an override is for one build, and this is any")
	}
	advice, err := r.object(ctx, j, nil)
	if err != nil {
		return nil, unjudged(err)
	}
	return r.verified(advice)
}

// object asks the policy about what would be recorded.
func (r *Request) object(ctx context.Context, j Judge, d *gate.Defect) (gate.Advice, error) {
	x := Standing{SignedOff: gate.SignedOff{SignOff: r.Record, Leaf: "-"}}
	if !r.Asks {
		x.Approvals = []gate.Approval{r.Approval}
	}
	e := x.Exception(r.Now)
	c := gate.Candidate{Exception: &e}
	if d != nil {
		c.Bound = new(gate.Bind(d))
	}
	return j.Object(ctx, r.Asking, c, d)
}

// verified takes what only lacks further approvers for something that can be recorded.
func (r *Request) verified(o gate.Advice) (*Verified, *Refusal) {
	others, waits := waiting(o.Objections)
	if refusal := first(others); refusal != nil {
		return nil, refusal
	}
	record := r.Record
	record.Needed = o.Needed
	return &Verified{Command: r.Command, Record: &record, Waits: waits}, nil
}

// decided refuses to answer for a build that nobody has judged.
func (r *Request) decided() *Refusal {
	d := r.Decision
	if d == nil {
		return refuse(Upstream, "there is no decision about %s yet: let the gate run first", build(r.Head))
	}
	var wrong error
	switch {
	case d.Artifact.Head() != r.Head && d.Artifact.Subject.Commit != r.Head:
		wrong = errors.New("it is about another commit")
	case d.Artifact.Project != r.Record.Project || d.Artifact.Component != r.Record.Component || d.Artifact.Environment != r.Record.Environment:
		wrong = errors.New("it is about another project, component or environment")
	default:
		wrong = d.Check()
	}
	if wrong != nil {
		refusal := refuse(Upstream, "the decision about %s cannot be used: let the gate run again", build(r.Head))
		refusal.Err = wrong
		return refusal
	}
	r.Record.Decision = d.ID
	return nil
}

// scoped says where it holds: by itself for what was judged, the component in the environment.
func (r *Request) scoped() {
	s := gate.Scope{Environment: r.Record.Environment, Component: r.Record.Component}
	switch r.Scope.Reach {
	case Artifact:
		s.Artifact = r.Scope.Name
	case Branch:
		s.Branch = r.Scope.Name
	case Everywhere:
		s, r.Record.Wide = gate.Scope{}, true
	}
	r.Record.Scope = s
}

// ends says until when it holds: through the whole day that was named; a false positive as long as a risk may be accepted.
func (r *Request) ends(ctx context.Context, j Judge, found []target) *Refusal {
	if r.Verb == Accept {
		day, err := gate.ParseDay(r.Until)
		if err != nil {
			return refuse(Date, "%q is no day: write YYYY-MM-DD", r.Until)
		}
		if r.Record.NotAfter = day.Add(24 * time.Hour); !r.Record.NotAfter.After(r.Now) {
			return refuse(Date, "%s is past: name a day to come", r.Until)
		}
		return nil
	}
	for _, t := range found {
		demands, err := j.Demand(ctx, r.Asking.Artifact, t.Defect)
		if err != nil {
			return unjudged(err)
		}
		if end := LastDay(r.Now, demands.Days).Add(24 * time.Hour); r.Record.NotAfter.IsZero() || end.Before(r.Record.NotAfter) {
			r.Record.NotAfter = end
		}
	}
	return nil
}

// LastDay is the last day, at 00:00 UTC, of an exception that is signed off at an instant and may last so many days.
func LastDay(now time.Time, days int) time.Time {
	return now.UTC().Add(time.Duration(days) * 24 * time.Hour).Truncate(24 * time.Hour)
}
