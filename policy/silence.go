package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// condition is something that the input must hold before a way to report can be gone.
type condition struct {
	path ast.Ref // below the input
	met  func(ast.Value) bool
}

// way is one body of a report: the conditions with which it begins. It leads nowhere where one of them is not met.
type way []condition

// silent reports whether none of the ways leads to a violation. It says so only of what OPA would find too, by the same comparisons in the
// same order: a rule that is left out because of it would have said nothing, and met no error.
func silent(ways []way, input ast.Value) bool {
	for _, w := range ways {
		if w.open(input) {
			return false
		}
	}
	return true
}

func (w way) open(input ast.Value) bool {
	for _, c := range w {
		if value, err := input.Find(c.path); err != nil || !c.met(value) {
			return false
		}
	}
	return true
}

// waysOf reads the compiled bodies of a set of violations; nil where none is found: such a set is asked, not taken for silent.
func waysOf(c *ast.Compiler, report string) []way {
	rules := c.GetRulesExact(ast.MustParseRef(report))
	var ways []way
	for _, rule := range rules {
		ways = append(ways, wayOf(rule.Body))
	}
	return ways
}

// wayOf reads a body up to the first expression that is more than a look into the input.
func wayOf(body ast.Body) (w way) {
	known := knowledge{}
	for _, expr := range body {
		conditions, plain := known.conditions(expr)
		if !plain {
			return w
		}
		w = append(w, conditions...)
	}
	return w
}

// knowledge is what the variables of a body stand for: a place in the input, or a plain value.
type knowledge map[ast.Var]ast.Value

var comparisons = map[string]func(order int) bool{
	ast.Equality.Name:      func(order int) bool { return order == 0 },
	ast.Equal.Name:         func(order int) bool { return order == 0 },
	ast.NotEqual.Name:      func(order int) bool { return order != 0 },
	ast.GreaterThan.Name:   func(order int) bool { return order > 0 },
	ast.GreaterThanEq.Name: func(order int) bool { return order >= 0 },
	ast.LessThan.Name:      func(order int) bool { return order < 0 },
	ast.LessThanEq.Name:    func(order int) bool { return order <= 0 },
}

// conditions gives what an expression asks of the input; not plain is one that has to be left to OPA, with all that follow it.
func (k knowledge) conditions(expr *ast.Expr) (list []condition, plain bool) {
	if expr.Negated || len(expr.With) > 0 {
		return nil, false
	}
	if term, ok := expr.Terms.(*ast.Term); ok {
		return k.truth(term)
	}
	compare, known := comparisons[expr.Operator().String()]
	if !known || !expr.IsCall() || len(expr.Operands()) != 2 {
		return nil, false
	}
	left, right := expr.Operand(0), expr.Operand(1)
	if name, ok := left.Value.(ast.Var); ok && k[name] == nil && expr.IsEquality() {
		return k.assign(name, right)
	}
	return k.comparison(left, right, compare)
}

// truth is an expression that is a term: it holds where that is defined and not false.
func (k knowledge) truth(term *ast.Term) ([]condition, bool) {
	if ofInput(term.Value) && term.Value.IsGround() {
		return at(term.Value, func(v ast.Value) bool { return v.Compare(ast.Boolean(false)) != 0 }), true
	}
	return nil, term.Value.Compare(ast.Boolean(true)) == 0
}

// assign is the first mention of a variable.
func (k knowledge) assign(name ast.Var, term *ast.Term) ([]condition, bool) {
	k[name] = term.Value
	switch {
	case !ofInput(term.Value):
		return nil, ast.IsScalar(term.Value)
	case term.Value.IsGround():
		return at(term.Value, defined), true
	}
	return at(term.Value, holdsSomething), true
}

func (k knowledge) comparison(left, right *ast.Term, holds func(int) bool) ([]condition, bool) {
	a, b := k.value(left), k.value(right)
	switch {
	case ofInput(a) && a.IsGround() && ast.IsScalar(b):
		return at(a, func(v ast.Value) bool { return holds(v.Compare(b)) }), true
	case ofInput(b) && b.IsGround() && ast.IsScalar(a):
		return at(b, func(v ast.Value) bool { return holds(a.Compare(v)) }), true
	}
	return nil, false
}

func (k knowledge) value(term *ast.Term) ast.Value {
	if name, ok := term.Value.(ast.Var); ok && k[name] != nil {
		return k[name]
	}
	return term.Value
}

func ofInput(v ast.Value) bool {
	ref, ok := v.(ast.Ref)
	return ok && ref.HasPrefix(ast.InputRootRef) && !ref.IsNested()
}

// at asks something of the place to which a reference leads before its first variable.
func at(ref ast.Value, met func(ast.Value) bool) []condition {
	return []condition{{ref.(ast.Ref).GroundPrefix()[1:], met}} //nolint:forcetypeassert // whoever calls has looked
}

func defined(ast.Value) bool { return true }

// holdsSomething is asked of what a variable goes through.
func holdsSomething(v ast.Value) bool {
	collection, ok := v.(interface{ Len() int })
	return ok && collection.Len() > 0
}
