package githubtest

import (
	"net/http"
	"strings"
)

// mostCompared is how many files a comparison tells of.
const mostCompared = 300

func compareCommits(c *call) answer {
	r := c.repository
	one, other, ok := strings.Cut(c.parameters["basehead"], "...")
	base, hasBase := c.resolveNear(one)
	head, hasHead := c.resolveNear(other)
	if !ok || !hasBase || !hasHead {
		return notFound()
	}
	fork := r.store.commits[r.store.fork(base.sha, head.sha)]
	if fork == nil {
		return refused(http.StatusNotFound, "No common ancestor between %s and %s.", one, other)
	}
	ahead, behind := r.store.between(base.sha, head.sha), r.store.between(head.sha, base.sha)
	some, header := paged(c, ahead)
	at := "/compare/" + escaped(c.parameters["basehead"])
	body := object{
		"url": r.at("%s", at), "html_url": r.page("%s", at), "permalink_url": r.page("%s", at), "diff_url": r.page("%s.diff", at),
		"patch_url": r.page("%s.patch", at), "base_commit": base.listed(r), "merge_base_commit": fork.listed(r),
		"status": compared(len(ahead), len(behind)), "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead),
		"commits": rendered(some, func(of *commit) object { return of.listed(r) }),
	}
	if c.value("page") == "" || c.value("page") == "1" { // the files come with the first page
		files := r.store.changes(fork.tree, head.tree)
		body["files"] = rendered(files[:min(len(files), mostCompared)], func(f change) object { return f.shape(r, head.sha) })
	}
	return answer{status: http.StatusOK, header: header, body: body}
}

// resolveNear finds a commit that may be of a fork, as OWNER:BRANCH.
func (c *call) resolveNear(ref string) (*commit, bool) {
	owner, name, isFork := strings.Cut(ref, ":")
	if !isFork {
		return c.repository.resolve(ref)
	}
	for _, r := range c.repositories {
		if r.store == c.repository.store && strings.EqualFold(r.Owner.Login, owner) {
			return r.resolve(name)
		}
	}
	return nil, false
}

func compared(ahead, behind int) string {
	switch {
	case ahead > 0 && behind > 0:
		return "diverged"
	case ahead > 0:
		return "ahead"
	case behind > 0:
		return "behind"
	}
	return "identical"
}
