package policy

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// part is one member of an answer: what package main says, or the report of a rule under its id.
type part struct {
	key   *ast.Term
	query string
	ways  []way // nil: always asked
}

// What is said of a defect beside the reports of the rules.
var dueKey, exceptionsKey = word("due_ns"), word("exceptions")

// questions are the queries about one kind of input. Most rules have nothing to say of most defects: a question leaves out what stays silent.
// Rules are found, never registered, and asked by their names: a loop in Rego that looks each up takes longer than the rules themselves.
type questions struct {
	parts    []part
	prepare  func(query string) (rego.PreparedEvalQuery, error)
	mu       sync.RWMutex
	prepared map[string]*rego.PreparedEvalQuery // by the parts asked
}

// maxPrepared bounds the questions that differ. Beyond it the parts that stay silent are asked too.
const maxPrepared = 64

func (e *Engine) defectQuestions(ctx context.Context) *questions {
	q := e.newQuestions(ctx, e.rulesOf(false))
	due, exceptions := part{key: dueKey, query: dueEntry}, part{key: exceptionsKey, query: exceptionsEntry}
	if !e.library.verbatim {
		exceptions.ways = []way{{{ast.Ref{exceptionsKey}, holdsSomething}}}
	}
	q.parts = append(q.parts, due)
	if !e.library.isLean {
		q.parts = append(q.parts, exceptions)
	}
	return q
}

// newQuestions asks rules.
func (e *Engine) newQuestions(ctx context.Context, rules []*Rule) *questions {
	q := &questions{prepared: map[string]*rego.PreparedEvalQuery{}}
	q.prepare = func(query string) (rego.PreparedEvalQuery, error) { return e.prepare(ctx, query) }
	for _, r := range rules {
		p := part{key: word(r.ID()), query: r.report()}
		if !e.library.verbatim {
			p.ways = waysOf(e.library.compiler, r.report())
		}
		q.parts = append(q.parts, p)
	}
	return q
}

// about gives the query that asks everything that can be said of an input.
func (q *questions) about(input ast.Value) (*rego.PreparedEvalQuery, error) {
	var space [64]byte
	choice := space[:0]
	for _, p := range q.parts {
		mark := byte('+')
		if p.ways != nil && silent(p.ways, input) {
			mark = '-'
		}
		choice = append(choice, mark)
	}
	q.mu.RLock()
	known := q.prepared[string(choice)]
	q.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	return q.of(string(choice))
}

// of prepares the question that asks the marked parts, once; or, where there are too many already, the one that asks all.
func (q *questions) of(choice string) (*rego.PreparedEvalQuery, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.prepared) >= maxPrepared {
		choice = strings.Repeat("+", len(q.parts))
	}
	if known := q.prepared[choice]; known != nil {
		return known, nil
	}
	query, err := q.prepare(q.text(choice))
	if err != nil {
		return nil, err
	}
	q.prepared[choice] = &query
	return &query, nil
}

func (q *questions) text(choice string) string {
	var members []string
	for i, p := range q.parts {
		if choice[i] == '+' {
			members = append(members, fmt.Sprintf("%s: %s", p.key, p.query))
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// report is the set of violations that the rule defines.
func (r *Rule) report() string {
	if r.Root == "main" {
		return "data.main." + r.Name
	}
	return r.packagePath() + ".report"
}
