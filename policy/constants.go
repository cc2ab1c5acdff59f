package policy

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// constants puts values in place of references that mean the same for every defect: settings in force, and rules that are a plain value, as the
// tables of package scale are. OPA would look each of them up again for each defect.
type constants struct {
	settings  ast.Value
	rules     map[string]ast.Value // by reference
	variables int                  // made so far
}

var settingsRef = ast.MustParseRef("data.defectgate.settings")

// foldConstants adds a stage to the compiler. It stands behind the type check, so that faults are told of what was written, and behind the indexing
// of rules, so that the same bodies are tried.
func foldConstants(c *ast.Compiler, flat settings) (*ast.Compiler, error) {
	values, err := ast.InterfaceToValue(plain(flat))
	if err != nil {
		return nil, err
	}
	k := &constants{settings: values, rules: map[string]ast.Value{}}
	return c.WithStageAfterID(ast.StageBuildRuleIndices, ast.CompilerStageDefinition{
		Name: "FoldConstants", MetricName: "fold_constants", Stage: k.fold,
	}), nil
}

// fold goes on until no further rule has become a plain value. Policies that replace data with `with` are left as they are: there the references
// mean something else.
func (k *constants) fold(c *ast.Compiler) *ast.Error {
	if replacesData(c.Modules) {
		return nil
	}
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

// replacesData looks at modules in which imports and names are spelt out.
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

// foldRule folds the bodies. The compiler has taken all references out of the head.
func (k *constants) foldRule(rule *ast.Rule) (err error) {
	for r := rule; r != nil && err == nil; r = r.Else {
		r.Body, err = k.foldBody(r.Body)
	}
	return err
}

// foldBody puts the value of a reference with a variable in it, as scale.severity[x], into a variable of its own before the expression that looks
// into it: a reference cannot begin with a value.
func (k *constants) foldBody(body ast.Body) (ast.Body, error) {
	var folded ast.Body
	for _, expr := range body {
		_, err := ast.TransformRefs(expr, func(ref ast.Ref) (ast.Value, error) {
			value, tail := k.known(ref)
			switch {
			case value == nil:
				return ref, nil
			case len(tail) == 0:
				return value, nil
			}
			variable := k.variable()
			folded = append(folded, ast.Equality.Expr(variable, ast.NewTerm(value)))
			return append(ast.Ref{variable}, tail...), nil
		})
		if err != nil {
			return nil, err
		}
		folded = append(folded, expr)
	}
	for i, expr := range folded {
		expr.Index = i
	}
	return folded, nil
}

// variable makes one that nobody can have written: there is a blank in its name.
func (k *constants) variable() *ast.Term {
	k.variables++
	return ast.VarTerm(fmt.Sprintf("constant %d", k.variables))
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

// plainValue gives the value of a rule that has no condition, no argument and no other definition, also none through a variable above it, or nil.
func plainValue(c *ast.Compiler, rule *ast.Rule) ast.Value {
	if rule.Default || rule.Else != nil || len(rule.Head.Args) > 0 || rule.Head.RuleKind() != ast.SingleValue || !rule.Ref().IsGround() {
		return nil
	}
	value := assigned(rule)
	if value == nil || !ast.IsConstant(value) {
		return nil
	}
	if all := c.GetRulesForVirtualDocument(rule.Ref()); len(all) != 1 || all[0] != rule {
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
