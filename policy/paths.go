package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

const pathsPrefix = "paths of "

// spellOut adds, for each object.get with a constant path, a rule that reads the same member as a reference. Nobody asks it: it is there for the
// type check, which does not look into the arguments of object.get, so that a misspelt member would be the default for ever.
func (l *library) spellOut() {
	for _, place := range sortedKeys(l.modules) {
		m := l.modules[place]
		if strings.HasPrefix(place, pathsPrefix) || isTest(place) || !l.checked(packageParts(m)[0]) {
			continue
		}
		if paths := constantPaths(m); len(paths) > 0 {
			l.modules[pathsPrefix+place] = pathsModule(m, paths)
		}
	}
}

// constantPaths gives what object.get reads of input, data, imports and rules. What it reads of a variable has no type to be held against.
func constantPaths(m *ast.Module) (paths []*ast.Expr) {
	look := func(operator *ast.Term, args []*ast.Term) {
		if len(args) < 2 || operator.String() != ast.ObjectGet.Name {
			return
		}
		if ref, ok := fullPath(m, args[0], args[1]); ok {
			paths = append(paths, ast.NewExpr(ast.NewTerm(ref).SetLocation(operator.Location)).SetLocation(operator.Location))
		}
	}
	for _, rule := range m.Rules {
		ast.WalkTerms(rule, func(t *ast.Term) bool {
			if call, ok := t.Value.(ast.Call); ok {
				look(call[0], call[1:])
			}
			return false
		})
		ast.WalkExprs(rule, func(e *ast.Expr) bool {
			if e.IsCall() {
				look(e.OperatorTerm(), e.Operands())
			}
			return false
		})
	}
	return paths
}

func fullPath(m *ast.Module, object, path *ast.Term) (ast.Ref, bool) {
	var ref ast.Ref
	switch v := object.Value.(type) {
	case ast.Ref:
		ref = v
	case ast.Var:
		ref = ast.Ref{object}
	}
	if len(ref) == 0 || !ref[1:].IsGround() || !isGlobal(m, ref[0]) {
		return nil, false
	}
	keys, ok := path.Value.(*ast.Array)
	if !ok {
		keys = ast.NewArray(path)
	}
	full := ref.Copy()
	constant := true
	keys.Foreach(func(key *ast.Term) {
		_, text := key.Value.(ast.String)
		constant = constant && text
		full = append(full, key)
	})
	return full, constant
}

// isGlobal reports whether a name means the same in every rule of the module.
func isGlobal(m *ast.Module, head *ast.Term) bool {
	if head.Equal(ast.InputRootDocument) || head.Equal(ast.DefaultRootDocument) {
		return true
	}
	name, _ := head.Value.(ast.Var)
	if name == "" || declares(m, name) {
		return false
	}
	return imported(m, name) != nil || slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool { return r.Head.Name == name && len(r.Head.Args) == 0 })
}

// declares reports whether a rule has a variable of the name.
func declares(m *ast.Module, name ast.Var) (found bool) {
	look := func(x *ast.Term) {
		if x == nil {
			return
		}
		ast.WalkVars(x, func(v ast.Var) bool {
			found = found || v == name
			return found
		})
	}
	for _, rule := range m.Rules {
		for _, arg := range rule.Head.Args {
			look(arg)
		}
	}
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if e.IsAssignment() {
			look(e.Operand(0))
		}
		switch t := e.Terms.(type) {
		case *ast.SomeDecl:
			for _, s := range t.Symbols {
				look(s)
			}
		case *ast.Every:
			look(t.Key)
			look(t.Value)
		}
		return found
	})
	return found
}

func imported(m *ast.Module, name ast.Var) *ast.Import {
	for _, i := range m.Imports {
		if i.Name() == name {
			return i
		}
	}
	return nil
}

func pathsModule(m *ast.Module, paths []*ast.Expr) *ast.Module {
	head := ast.RefHead(ast.Ref{ast.VarTerm("paths_of_object_get")}, ast.BooleanTerm(true))
	rule := &ast.Rule{Head: head, Location: paths[0].Location, Body: ast.NewBody(ast.NewExpr(ast.BooleanTerm(false)))}
	module := &ast.Module{Package: m.Package.Copy(), Rules: []*ast.Rule{rule}}
	rule.Module = module
	for _, expr := range paths {
		rule.Body.Append(expr)
		name, _ := expr.Terms.(*ast.Term).Value.(ast.Ref)[0].Value.(ast.Var) //nolint:forcetypeassert // made above
		if i := imported(m, name); i != nil && imported(module, name) == nil {
			module.Imports = append(module.Imports, i.Copy())
		}
	}
	return module
}
