package policy

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// exception is one of input.exceptions, with what it says of the defect that is asked about.
func exception(e *gate.Exception, bound *gate.Binding) fields {
	f := fields{}.with("id", text(e.ID)).with("kind", word(kindOf(e))).with("defect", optional(e.Defect)).with("package", optional(e.Package)).
		with("reason", text(e.Reason)).with("approver", text(e.Approver)).with("origin", text(e.Origin)).with("ticket", text(e.Ticket)).
		with("fault", text(e.Fault)).with("signed", ast.BooleanTerm(e.Leaf != "")).with("wide", ast.BooleanTerm(e.Wide)).
		with("renewals", ast.IntNumberTerm(e.Renewals)).
		instant("granted", e.Granted).instant("until", e.Until).with("controls", texts(e.Controls)).with("scope", scope(e.Scope)).
		with("approvals", list(e.Approvals, approval)).with("barred", list(e.Barred, party)).
		with("revoked", revocation(e.Revoked)).with("bound", binding(bound)).with("ceiling", ceiling(e, bound)).
		with("head", optional(e.Head))
	if e.Fingerprint != nil {
		f = f.with("fingerprint", text(e.Fingerprint.String()))
	}
	return f
}

// kindOf is the kind of an exception; one of a file that says none accepts a risk.
func kindOf(e *gate.Exception) string {
	if e.Kind == "" {
		return string(gate.AcceptedRisk)
	}
	return string(e.Kind)
}

func approval(a gate.Approval) *ast.Term {
	return fields{}.with("id", text(a.ID)).with("login", text(a.Login)).with("role", text(a.Role)).with("teams", texts(a.Teams)).
		with("source", text(a.Source)).with("fault", text(a.Fault)).instant("at", a.At).term()
}

func party(p gate.Party) *ast.Term {
	return fields{}.with("id", text(p.ID)).with("login", text(p.Login)).with("as", word(p.As)).term()
}

func revocation(r *gate.Revocation) *ast.Term {
	if r == nil {
		return nil
	}
	return fields{}.instant("at", r.At).with("by", text(r.By.Name())).with("by_id", text(r.By.ID)).with("reason", text(r.Reason)).term()
}

func binding(b *gate.Binding) *ast.Term {
	if b == nil {
		return nil
	}
	return fields{}.with("exploited", ast.BooleanTerm(b.Exploited)).with("fixable", ast.BooleanTerm(b.Fixable)).term()
}

// ceiling is the severity up to which an exception is for a defect; nil where it does not say so.
func ceiling(e *gate.Exception, b *gate.Binding) *ast.Term {
	switch {
	case b != nil:
		return word(b.Severity.String())
	case e.Severity != nil:
		return word(e.Severity.String())
	}
	return nil
}

func scope(s gate.Scope) *ast.Term {
	return fields{}.with("repository", optional(s.Repository)).with("artifact", optional(s.Artifact)).with("branch", optional(s.Branch)).
		with("environment", optional(s.Environment)).with("component", optional(s.Component)).with("commit", optional(s.Commit)).term()
}

func candidate(c gate.Candidate) *ast.Term {
	return exception(c.Exception, c.Bound).with("mismatches", list(c.Mismatches, func(m gate.Mismatch) *ast.Term {
		return fields{}.with("what", text(m.What)).with("want", text(m.Want)).with("have", text(m.Have)).term()
	})).term()
}

// overriding asks which override lifts the denials of the artifact.
func (r *run) overriding(ask asker) ([]gate.Ruling, error) {
	var overrides []gate.Candidate
	for _, u := range r.in.Exceptions {
		if u.Kind == gate.Overriding && u.InScope {
			overrides = append(overrides, gate.Candidate{Exception: u.Exception})
		}
	}
	if len(overrides) == 0 {
		return nil, nil
	}
	answer, err := ask(r.exceptions, slices.Clip(r.common).with("exceptions", list(overrides, candidate)).term().Value)
	if err != nil {
		return nil, err
	}
	return coverage(answer.Get(exceptionsKey))
}

// coverage reads the judgement of all exceptions that name a defect.
func coverage(said *ast.Term) ([]gate.Ruling, error) {
	covering := textOf(said, "covering")
	if covering == nil {
		return nil, fmt.Errorf("exceptions: want the id of an exception that covers the defect, or none, have %v", said)
	}
	list, err := rulings(said)
	i := slices.IndexFunc(list, func(r gate.Ruling) bool { return r.Applies && r.Exception == *covering })
	if i >= 0 { // two registers may have given one id to two exceptions
		list[i].Covers = true
	}
	return list, err
}

// lift marks the violations that an exception covers: never faults of exceptions, and of an override only what blocks.
func lift(said []gate.Violation, list []gate.Ruling) {
	j := gate.Judgement{Exceptions: list}
	id, kind := j.Covering(), j.CoveredAs()
	for i := range said {
		if v := &said[i]; !isOfExceptions(v.Rule) && (kind != gate.Overriding || v.Level != gate.Warn) {
			v.Exception = id
		}
	}
}
