package githubtest

import (
	"maps"
	"slices"
)

// ancestors are a commit and all that it builds upon.
func (g *store) ancestors(sha string) map[string]bool {
	seen, todo := map[string]bool{}, []string{sha}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if c := g.commits[next]; c != nil && !seen[next] {
			seen[next] = true
			todo = append(todo, c.parents...)
		}
	}
	return seen
}

// between are the commits that a head has and a base has not, each behind those that it builds upon.
func (g *store) between(base, head string) (all []*commit) {
	seen := g.ancestors(base)
	var visit func(sha string)
	visit = func(sha string) {
		c := g.commits[sha]
		if c == nil || seen[sha] {
			return
		}
		seen[sha] = true
		for _, p := range c.parents {
			visit(p)
		}
		all = append(all, c)
	}
	visit(head)
	return all
}

// fork is the commit at which two lines of commits part: a common one that is no parent of another common one. It is "" where they have none.
func (g *store) fork(one, other string) string {
	common := g.ancestors(one)
	theirs := g.ancestors(other)
	maps.DeleteFunc(common, func(sha string, _ bool) bool { return !theirs[sha] })
	best := maps.Clone(common)
	for sha := range common {
		for _, p := range g.commits[sha].parents {
			delete(best, p)
		}
	}
	if len(best) == 0 {
		return ""
	}
	return slices.Min(slices.Collect(maps.Keys(best))) // any will do, and always the same
}
