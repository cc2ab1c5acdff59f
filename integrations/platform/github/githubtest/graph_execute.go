package githubtest

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// node is an object of GraphQL: its type, and what gives its fields.
type node struct {
	kind   string
	fields map[string]func(g *graph, arguments object) any // nil, a scalar, a node, or a list of these
}

// constant is a field that has no arguments.
func constant(value any) func(*graph, object) any {
	return func(*graph, object) any { return value }
}

// object answers what is asked of a node.
func (g *graph) object(asked ast.SelectionSet, of *node) object {
	all := object{}
	var names []string
	fields := map[string][]*ast.Field{}
	g.collect(asked, of, func(f *ast.Field) {
		if fields[f.Alias] == nil {
			names = append(names, f.Alias)
		}
		fields[f.Alias] = append(fields[f.Alias], f)
	})
	for _, name := range names {
		g.path = append(g.path, name)
		all[name] = g.field(fields[name], of)
		g.path = g.path[:len(g.path)-1]
	}
	return all
}

// collect gives all fields that are asked of a node, those of fragments for its type among them.
func (g *graph) collect(asked ast.SelectionSet, of *node, field func(*ast.Field)) {
	for _, selection := range asked {
		switch s := selection.(type) {
		case *ast.Field:
			if g.wanted(s.Directives) {
				field(s)
			}
		case *ast.InlineFragment:
			if g.wanted(s.Directives) && g.is(of, s.TypeCondition) {
				g.collect(s.SelectionSet, of, field)
			}
		case *ast.FragmentSpread:
			if g.wanted(s.Directives) && g.is(of, s.Definition.TypeCondition) {
				g.collect(s.Definition.SelectionSet, of, field)
			}
		}
	}
}

// wanted follows the directives that leave something out.
func (g *graph) wanted(directives ast.DirectiveList) bool {
	for name, leaves := range map[string]bool{"skip": true, "include": false} {
		if d := directives.ForName(name); d != nil && d.ArgumentMap(g.variables)["if"] == leaves {
			return false
		}
	}
	return true
}

// is reports whether a node is of a type, or of one that belongs to it.
func (g *graph) is(of *node, condition string) bool {
	return condition == "" || condition == of.kind || slices.ContainsFunc(g.schema.GetPossibleTypes(g.schema.Types[condition]),
		func(d *ast.Definition) bool { return d.Name == of.kind })
}

// field answers one field, which may have been asked for in several places.
func (g *graph) field(asked []*ast.Field, of *node) any {
	f := asked[0]
	if f.Name == "__typename" {
		return of.kind
	}
	give := of.fields[f.Name]
	if give == nil {
		g.t.Errorf("the fake GitHub does not do %s.%s of GraphQL", of.kind, f.Name)
		return nil
	}
	var below ast.SelectionSet
	for _, same := range asked {
		below = append(below, same.SelectionSet...)
	}
	before := len(g.problems)
	value := g.complete(give(g, f.ArgumentMap(g.variables)), below)
	if value == nil && f.Definition.Type.NonNull && len(g.problems) == before {
		g.t.Errorf("the fake GitHub has no value for %s.%s of GraphQL, which always has one", of.kind, f.Name)
	}
	return value
}

// complete answers what is asked of a value.
func (g *graph) complete(value any, below ast.SelectionSet) any {
	switch v := value.(type) {
	case *node:
		if v == nil {
			return nil
		}
		return g.object(below, v)
	case []*node:
		all := []any{}
		for i, one := range v {
			g.path = append(g.path, i)
			all = append(all, g.complete(one, below))
			g.path = g.path[:len(g.path)-1]
		}
		return all
	}
	return value
}
