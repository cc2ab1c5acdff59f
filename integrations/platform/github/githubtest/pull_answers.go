package githubtest

import (
	"cmp"
	"slices"
	"strings"
)

// mostCommits is how many commits of a pull request GitHub lists.
const mostCommits = 250

func getPull(c *call) answer {
	p := c.repository.pull(c.number("pull_number"))
	if p == nil {
		return notFound()
	}
	return ok(p.whole())
}

func listPulls(c *call) answer {
	state, head, base := c.value("state"), c.value("head"), c.value("base")
	if state == "" {
		state = "open"
	}
	all := slices.DeleteFunc(slices.Clone(c.repository.Pulls), func(p *Pull) bool {
		return state != "all" && p.State != state || head != "" && head != p.headOwner.Login+":"+p.HeadRef || base != "" && base != p.BaseRef
	})
	order(c, all, "desc", func(p *Pull) int64 {
		if c.value("sort") == "updated" {
			return p.Updated.Unix()
		}
		return int64(p.Number)
	})
	return list(c, all, (*Pull).listed)
}

// order sorts a list by the parameter direction, which is what by is where it is not set. Equals stay in the order in which they came.
func order[T any](c *call, all []T, by string, key func(T) int64) {
	if direction := c.value("direction"); direction != "" {
		by = direction
	}
	slices.SortStableFunc(all, func(a, b T) int {
		if by == "desc" {
			a, b = b, a
		}
		return cmp.Compare(key(a), key(b))
	})
}

func listPullCommits(c *call) answer {
	p := c.repository.pull(c.number("pull_number"))
	if p == nil {
		return notFound()
	}
	commits := p.commits()
	return list(c, commits[:min(len(commits), mostCommits)], func(of *commit) object { return of.listed(c.repository) })
}

func listPullFiles(c *call) answer {
	p := c.repository.pull(c.number("pull_number"))
	if p == nil {
		return notFound()
	}
	return list(c, p.changes(), func(f change) object { return f.shape(c.repository, p.HeadSHA) })
}

// association is what an author is to a repository, in the word that GitHub has for it.
func (r *Repository) association(u *User, said string) string {
	_, collaborates := r.Roles[u]
	switch {
	case said != "":
		return said
	case u == r.Owner:
		return "OWNER"
	case collaborates:
		return "COLLABORATOR"
	}
	return "NONE"
}

// label names a branch with its owner.
func label(owner *User, ref string) string { return strings.Join([]string{owner.Login, ref}, ":") }
