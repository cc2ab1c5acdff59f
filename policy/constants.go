package policy

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// constants puts values in place of references that mean the same for every defect: settings in force, and rules that are a plain value, as the
// tables of package scale are. OPA would look each of them up again for each defect. It is a stage of the compiler, behind the type check, so
// that faults are told of what was written.
type constants struct {
	settings  ast.Value
	rules     map[string]ast.Value // by reference
	variables int
}

var settingsRef = ast.MustParseRef("data.defectgate.settings")

// foldConstants adds the stage. Policies that replace data with `with` are left as they are: there the references mean something else.
func foldConstants(c *ast.Compiler, modules map[string]*ast.Module, flat settings) (*ast.Compiler, error) {
	values, err := ast.InterfaceToValue(plain(flat))
	if err != nil || replacesData(modules) {
		return c, err
	}
	k := &constants{settings: values, rules: map[string]ast.Value{}}
	return c.WithStageAfterID(ast.StageCheckTypes, ast.CompilerStageDefinition{
		Name: "FoldConstants", MetricName: "fold_constants", Stage: k.fold,
	}), nil
}

func replacesData(modules map[string]*ast.Module) (found bool) {
	for _, m := range modules {
		ast.WalkWiths(m, func(w *ast.With) bool {
			ref, ok := w.Target.Value.(ast.Ref)
			found = found || ok && ref.HasPrefix(ast.DefaultRootRef)
			return found
		})
	}
	return found
}

// fold goes on until no further rule has become a plain value.
func (k *constants) fold(c *ast.Compiler) *ast.Error {
	for known := -1; known < len(k.rules); {
		known = len(k.rules)
		for _, m := range c.Modules {
			for _, rule := range m.Rules {
				if err := k.foldRule(rule); err != nil {
					return ast.NewError(ast.CompileErr, rule.Location, "%v", err)
				}
				if value := plainValue(c, rule); value != nil {
					k.rules[rule.Ref().String()] = value
				}
			}
		}
	}
	return nil
}

func (k *constants) foldRule(rule *ast.Rule) error {
	for r := rule; r != nil; r = r.Else {
		body, err := k.foldBody(r.Body)
		if err != nil {
			return err
		}
		r.Body = body
		for _, term := range []*ast.Term{r.Head.Key, r.Head.Value} {
			if err := k.foldTerm(term); err != nil {
				return err
			}
		}
	}
	return nil
}

// foldBody puts the value of a reference with a variable in it, as scale.severity[x], into a variable of its own before the expression that looks
// into it: a reference cannot begin with a value.
func (k *constants) foldBody(body ast.Body) (ast.Body, error) {
	var folded ast.Body
	for _, expr := range body {
		var before []*ast.Expr
		_, err := ast.TransformRefs(expr, func(ref ast.Ref) (ast.Value, error) {
			value, tail := k.known(ref)
			if value == nil || len(tail) == 0 {
				return orRef(value, ref), nil
			}
			k.variables++
			variable := ast.VarTerm(fmt.Sprintf("__constant%d__", k.variables))
			before = append(before, ast.Equality.Expr(variable, ast.NewTerm(value)))
			return append(ast.Ref{variable}, tail...), nil
		})
		if err != nil {
			return nil, err
		}
		folded = append(append(folded, before...), expr)
	}
	for i, expr := range folded {
		expr.Index = i
	}
	return folded, nil
}

func (k *constants) foldTerm(term *ast.Term) error {
	if term == nil {
		return nil
	}
	if ref, ok := term.Value.(ast.Ref); ok {
		value, err := k.value(ref)
		term.Value = value
		return err
	}
	folded, err := ast.TransformRefs(term.Value, k.value)
	if value, ok := folded.(ast.Value); ok && err == nil {
		term.Value = value
	}
	return err
}

// value gives what a reference stands for, or the reference where that is not known, or part of it is variable.
func (k *constants) value(ref ast.Ref) (ast.Value, error) {
	value, tail := k.known(ref)
	if len(tail) > 0 {
		value = nil
	}
	return orRef(value, ref), nil
}

func orRef(value ast.Value, ref ast.Ref) ast.Value {
	if value == nil {
		return ref
	}
	return value
}

// known gives the value for which the fixed part of a reference stands, nil where there is none, and the part behind it that is variable.
func (k *constants) known(ref ast.Ref) (value ast.Value, tail ast.Ref) {
	if !ref.HasPrefix(ast.DefaultRootRef) {
		return nil, nil
	}
	ground := ref.GroundPrefix()
	if ground.HasPrefix(settingsRef) {
		return selected(k.settings, ground[len(settingsRef):]), ref[len(ground):]
	}
	for n := len(ground); n > 2; n-- {
		if value, ok := k.rules[ground[:n].String()]; ok {
			return selected(value, ground[n:]), ref[len(ground):]
		}
	}
	return nil, nil
}

// selected follows a path into a value. What is not there stays as it was written: undefined.
func selected(value ast.Value, path ast.Ref) ast.Value {
	found, err := value.Find(path)
	if err != nil {
		return nil
	}
	return found
}

// plainValue gives the value of a rule that has no condition, no argument and no other definition, or nil.
func plainValue(c *ast.Compiler, rule *ast.Rule) ast.Value {
	head := rule.Head
	if rule.Default || rule.Else != nil || len(head.Args) > 0 || head.RuleKind() != ast.SingleValue || !rule.Ref().IsGround() {
		return nil
	}
	value := assigned(rule)
	if value == nil || !value.IsGround() || len(c.GetRulesExact(rule.Ref())) != 1 {
		return nil
	}
	switch value.(type) {
	case ast.Ref, ast.Call, ast.Var:
		return nil
	}
	return value
}

// assigned gives what an unconditional rule is set to: the value of its head, or that of the one variable that the compiler put there.
func assigned(rule *ast.Rule) ast.Value {
	if len(rule.Body) != 1 || rule.Body[0].Negated || len(rule.Body[0].With) > 0 {
		return nil
	}
	condition, head := rule.Body[0], rule.Head.Value
	if condition.Equal(ast.NewExpr(ast.BooleanTerm(true))) {
		return head.Value
	}
	if variable, ok := head.Value.(ast.Var); ok && condition.IsEquality() && condition.Operand(0).Value.Compare(variable) == 0 {
		return condition.Operand(1).Value
	}
	return nil
}
