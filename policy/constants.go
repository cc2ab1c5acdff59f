package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// constants puts values in place of references that mean the same for every defect: settings in force, and rules that are a plain value, as the
// tables of package scale are. OPA would look each of them up again for each defect. It is a stage of the compiler, behind the type check, so
// that faults are told of what was written.
type constants struct {
	settings ast.Value
	rules    map[string]ast.Value // by reference
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
		body, err := ast.TransformRefs(r.Body, k.value)
		if err != nil {
			return err
		}
		r.Body = body.(ast.Body)
		for _, term := range []*ast.Term{r.Head.Key, r.Head.Value} {
			if err := k.foldTerm(term); err != nil {
				return err
			}
		}
	}
	return nil
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
	if !ref.HasPrefix(ast.DefaultRootRef) || !ref.IsGround() {
		return ref, nil
	}
	if ref.HasPrefix(settingsRef) {
		return selected(k.settings, ref[len(settingsRef):], ref), nil
	}
	for n := len(ref); n > 2; n-- {
		if value, ok := k.rules[ref[:n].String()]; ok {
			return selected(value, ref[n:], ref), nil
		}
	}
	return ref, nil
}

// selected follows a path into a value. What is not there stays as it was written: undefined.
func selected(value ast.Value, path, ref ast.Ref) ast.Value {
	if found, err := value.Find(path); err == nil {
		return found
	}
	return ref
}

// plainValue gives the value of a rule that has no condition, no argument and no other definition, or nil.
func plainValue(c *ast.Compiler, rule *ast.Rule) ast.Value {
	head := rule.Head
	if rule.Default || rule.Else != nil || len(head.Args) > 0 || head.RuleKind() != ast.SingleValue || !head.Value.IsGround() || !always(rule.Body) {
		return nil
	}
	if len(c.GetRulesExact(rule.Ref())) != 1 || !rule.Ref().IsGround() {
		return nil
	}
	switch head.Value.Value.(type) {
	case ast.Ref, ast.Call:
		return nil
	}
	return head.Value.Value
}

func always(body ast.Body) bool {
	return len(body) == 1 && len(body[0].With) == 0 && !body[0].Negated && body[0].Equal(ast.NewExpr(ast.BooleanTerm(true)))
}
