package policy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// The entry points about exceptions that are asked for. They are not asked of each defect.
const (
	againstEntry = "data.defectgate.approval.against"
	objectEntry  = `{"objected": data.defectgate.exception.objected, "needs": data.defectgate.exception.needs}`
	demandEntry  = "data.defectgate.terms.demands"
)

// Against says what stands against somebody who asks for a sign-off, whatever it is for. No objection is consent.
func (e *Engine) Against(ctx context.Context, who gate.Asking) ([]gate.Objection, error) {
	e, err := e.complete()
	if err != nil {
		return nil, err
	}
	said, err := e.ask(ctx, againstEntry, who, nil)
	if err != nil {
		return nil, err
	}
	return objections(said)
}

// Object says what stands against an exception, for a defect; nil stands for none: an override is for a build.
func (e *Engine) Object(ctx context.Context, who gate.Asking, c gate.Candidate, d *gate.Defect) (o gate.Advice, err error) {
	if e, err = e.complete(); err != nil {
		return o, err
	}
	said, err := e.ask(ctx, objectEntry, who, aboutDefect(d).with("exceptions", ast.ArrayTerm(candidate(c))))
	if err != nil {
		return o, err
	}
	list, needed := inside(said, "objected", c.ID), inside(said, "needs", c.ID)
	if list == nil || needed == nil {
		return o, fmt.Errorf("the policy says nothing of exception %q", c.ID)
	}
	if err := ast.As(needed.Value, &o.Needed); err != nil {
		return o, fmt.Errorf("the approvers that exception %q needs: %w", c.ID, err)
	}
	o.Objections, err = objections(list)
	return o, err
}

// inside looks into an answer; nil where nothing is there.
func inside(said *ast.Term, path ...string) *ast.Term {
	for _, name := range path {
		object, ok := said.Value.(ast.Object)
		if !ok {
			return nil
		}
		if said = object.Get(text(name)); said == nil {
			return nil
		}
	}
	return said
}

// Demand says what is wanted of an exception for a defect; nil asks about overrides.
func (e *Engine) Demand(ctx context.Context, a gate.Artifact, d *gate.Defect) (gate.Demands, error) {
	said, err := e.ask(ctx, demandEntry, gate.Asking{Artifact: a}, aboutDefect(d))
	if err != nil {
		return gate.Demands{}, err
	}
	return demands(said)
}

func aboutDefect(d *gate.Defect) fields {
	if d == nil {
		return nil
	}
	return fields{}.with("defect", describe(d, defectMembers).term())
}

// ask puts one question that does not belong to a check.
func (e *Engine) ask(ctx context.Context, entry string, who gate.Asking, more fields) (said *ast.Term, err error) {
	in := gate.Input{Now: who.Now, Artifact: who.Artifact}
	w := watch(ctx, e.limits)
	defer w.stop()
	r := &run{Engine: e, ctx: ctx, in: &in, watch: w, common: common(in)}
	q := e.newQuestions(ctx, nil)
	q.parts = []part{{key: exceptionsKey, query: entry}}
	input := append(slices.Clip(r.common), more...).with("sign_off", asking(who)).term().Value
	err = r.query(func(ask asker) error {
		answer, err := ask(q, input)
		if err == nil {
			said = answer.Get(exceptionsKey)
		}
		return err
	})
	if err == nil && said == nil {
		err = errors.New("the policy gave no answer")
	}
	return said, err
}

func asking(who gate.Asking) *ast.Term {
	return fields{}.with("approval", approval(who.Approval)).with("barred", list(who.Barred, party)).with("fork", ast.BooleanTerm(who.Fork)).
		with("unmapped", ast.BooleanTerm(who.Unmapped)).with("named", ast.BooleanTerm(who.Named)).
		with("asks", ast.BooleanTerm(who.Asks)).term()
}

func objections(said *ast.Term) (list []gate.Objection, err error) {
	set, ok := said.Value.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("want a set of objections, have %v", said)
	}
	for _, item := range set.Slice() {
		code, sentence := textOf(item, "code"), textOf(item, "sentence")
		if code == nil || sentence == nil {
			return nil, fmt.Errorf("want an objection with code and sentence, have %v", item)
		}
		list = append(list, gate.Objection{Code: *code, Sentence: *sentence})
	}
	return list, nil
}

func demands(said *ast.Term) (d gate.Demands, err error) {
	err = ast.As(said.Value, &d)
	if err == nil && d.Days < 1 {
		err = fmt.Errorf("want days, hours, approvers, control and reason, have %v", said)
	}
	return d, err
}

// Digest names the policies with the settings in force: the SHA-256 of both, hexadecimal.
func (e *Engine) Digest() string {
	var v gate.Evaluator
	e.Describe(&v)
	sum := sha256.New()
	for _, p := range v.Policies {
		sum.Write([]byte(p.Digest + "\n"))
	}
	if err := json.MarshalWrite(sum, v.Settings, gate.Deterministic); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}
