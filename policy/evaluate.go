package policy

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"

	"github.com/defectgate/defectgate/gate"
)

// Evaluate judges every open defect, on all processors, and then the artifact. It ends with an error at the first query that does not end well.
func (e *Engine) Evaluate(ctx context.Context, in gate.Input) (gate.Judgements, error) {
	if err := context.Cause(ctx); err != nil {
		return gate.Judgements{}, fmt.Errorf("the evaluation was ended: %w", err)
	}
	if len(in.Exceptions) > 0 {
		whole, err := e.complete()
		if err != nil {
			return gate.Judgements{}, err
		}
		e = whole
	}
	w := watch(ctx, e.limits)
	defer w.stop()
	run := &run{Engine: e, ctx: ctx, in: &in, watch: w, common: common(in)}
	result := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
	if err := run.defects(result.Defects); err != nil {
		return gate.Judgements{}, err
	}
	var err error
	result.Artifact, err = run.judgeArtifact(result.Defects)
	result.Prints = run.prints.lines()
	return result, err
}

// run is one evaluation.
type run struct {
	*Engine
	ctx    context.Context
	in     *gate.Input
	watch  *watchdog
	common fields // members that every query has
	prints printed

	lifting string // id of the override that lifts the denials of the artifact; "" for none
}

func common(in gate.Input) fields {
	return fields{}.with("now", text(in.Now.Format(time.RFC3339Nano))).with("now_ns", nanoseconds(in.Now)).with("artifact", artifact(in.Artifact))
}

// chunk is how many defects a goroutine takes at a time.
const chunk = 16

func (r *run) defects(into []gate.Judgement) error {
	var next atomic.Int64
	workers := min(runtime.GOMAXPROCS(0), len(into)/chunk+1)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			errs[i] = r.query(func(ask asker) error {
				for {
					end := int(next.Add(chunk))
					if end-chunk >= len(into) {
						return nil
					}
					if err := r.some(ask, into, end-chunk, min(end, len(into))); err != nil {
						next.Store(int64(len(into)))
						return err
					}
				}
			})
		})
	}
	all.Wait()
	return firstError(errs)
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) some(ask asker, into []gate.Judgement, from, to int) error {
	for i := from; i < to; i++ {
		d := r.in.Defects[i]
		if !d.IsOpen() {
			continue
		}
		answer, err := ask(r.defect, r.defectInput(i))
		if err == nil {
			into[i], err = r.judgement(answer, asked{d.Age, r.in.Artifact.Change != nil})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.ID, err)
		}
	}
	return nil
}

func (r *run) defectInput(i int) ast.Value {
	f := slices.Clip(r.common).with("defect", describe(r.in.Defects[i], r.members).term())
	return f.with("exceptions", list(r.in.Candidates[i], candidate)).term().Value
}

func describe(d *gate.Defect, members []defectMember) fields {
	f := make(fields, 0, len(members)+1)
	for _, m := range members {
		f = f.with(m.name, m.term(d))
	}
	return f
}

// answeredFor are the defects that an artifact is judged by: all; in a change request those that it brings.
func (r *run) answeredFor(judged []gate.Judgement) ([]*gate.Defect, []gate.Judgement) {
	if r.in.Artifact.Change == nil || !slices.ContainsFunc(r.in.Defects, isOld) {
		return r.in.Defects, judged
	}
	var defects []*gate.Defect
	var of []gate.Judgement
	for i, d := range r.in.Defects {
		if !isOld(d) {
			defects, of = append(defects, d), append(of, judged[i])
		}
	}
	return defects, of
}

func isOld(d *gate.Defect) bool { return d.Age == gate.Preexisting }

func (r *run) artifactInput(judged []gate.Judgement) ast.Value {
	brought, judged := r.answeredFor(judged)
	f := slices.Clip(r.common).with("exceptions", list(r.in.Exceptions, r.use)).with("sources", list(r.in.Sources, source)).
		with("summary", summary(gate.Summarise(brought, judged)))
	if r.all != nil {
		defects := make([]*ast.Term, len(brought))
		for i, d := range brought {
			defects[i] = describe(d, r.all).with("accepted", ast.BooleanTerm(judged[i].Covering() != "")).term()
		}
		f = f.with("defects", ast.ArrayTerm(defects...))
	}
	return f.term().Value
}

func (r *run) judgeArtifact(judged []gate.Judgement) (said []gate.Violation, err error) {
	err = r.query(func(ask asker) error {
		overrides, err := r.overriding(ask)
		if err != nil {
			return err
		}
		r.lifting = (&gate.Judgement{Exceptions: overrides}).Covering()
		answer, err := ask(r.artifact, r.artifactInput(judged))
		if err != nil {
			return err
		}
		if said, err = r.violations(answer); err == nil {
			lift(said, overrides)
		}
		return err
	})
	return said, err
}

// asker puts what can be asked about an input and gives the one object that answers it.
type asker func(q *questions, input ast.Value) (ast.Object, error)

// query gives ask a transaction of its own, and a place at the watchdog. A panic below it is an error: it would end the program with the exit
// code of misuse.
func (r *run) query(use func(asker) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the policy engine failed: %v", p)
		}
	}()
	txn, err := r.store.NewTransaction(r.ctx, storage.TransactionParams{})
	if err != nil {
		return err
	}
	defer r.store.Abort(r.ctx, txn)
	guard, cache := r.watch.guard(), &results{}
	return use(func(q *questions, input ast.Value) (ast.Object, error) {
		query, err := q.about(input)
		if err != nil {
			return nil, err
		}
		guard.begin()
		defer guard.end()
		results, err := query.Eval(r.ctx, rego.EvalParsedInput(input), rego.EvalTime(r.in.Now), rego.EvalTransaction(txn),
			rego.EvalExternalCancel(guard.cancel), rego.EvalMetrics(metrics.NoOp()), rego.EvalPrintHook(&r.prints),
			rego.EvalVirtualCache(cache.fresh()))
		if err := r.watch.explain(err); err != nil {
			return nil, err
		}
		return single(results)
	})
}

// asTerm keeps an answer as OPA has it: its form as JSON would be thrown away at once.
func asTerm(term *ast.Term, _ *rego.EvalContext) (any, error) { return term, nil }

// single takes an answer for one only if it is exactly one object: a query that is undefined must not look like "nothing to say".
func single(results rego.ResultSet) (ast.Object, error) {
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return nil, fmt.Errorf("the policy gave %d answers, want 1: an entry point is undefined", len(results))
	}
	if term, ok := results[0].Expressions[0].Value.(*ast.Term); ok {
		if answer, ok := term.Value.(ast.Object); ok {
			return answer, nil
		}
	}
	return nil, fmt.Errorf("the policy answered %v, want an object", results[0].Expressions[0].Value)
}

func sortViolations(list []gate.Violation) {
	slices.SortFunc(list, func(a, b gate.Violation) int {
		for _, c := range []int{strings.Compare(a.Rule, b.Rule), strings.Compare(string(a.Level), string(b.Level))} {
			if c != 0 {
				return c
			}
		}
		return strings.Compare(a.Message, b.Message)
	})
}
