package githubtest

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// change is one file that differs between two trees.
type change struct {
	path, before         string // before: the name that a renamed file had
	status               string
	sha                  string
	patch                string
	additions, deletions int
}

// mostPatch is the size, in bytes, from which GitHub leaves out what has changed in a file.
const mostPatch = 1 << 20

// changes are the files that differ between two trees, in the order of their paths. A file that was moved as it is was renamed.
func (g *store) changes(from, to string) (all []change) {
	old, young := g.files(from), g.files(to)
	gone := map[string][]string{} // paths by content
	for _, path := range slices.Sorted(maps.Keys(old)) {
		if _, stays := young[path]; !stays {
			gone[old[path].sha] = append(gone[old[path].sha], path)
		}
	}
	for path, e := range young {
		was, stays := old[path]
		switch moved := gone[e.sha]; {
		case stays && was.sha == e.sha && was.mode == e.mode:
		case stays:
			all = append(all, g.compared(change{path: path, status: "modified", sha: e.sha}, was.sha))
		case len(moved) > 0:
			all = append(all, change{path: path, before: moved[0], status: "renamed", sha: e.sha})
			gone[e.sha] = moved[1:]
		default:
			all = append(all, g.compared(change{path: path, status: "added", sha: e.sha}, ""))
		}
	}
	for sha, paths := range gone {
		for _, path := range paths {
			all = append(all, g.compared(change{path: path, status: "removed", sha: sha}, sha))
		}
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.path, b.path) })
	return all
}

// compared fills in what has changed in a file that had another content, or none.
func (g *store) compared(c change, before string) change {
	old, young := g.blobs[before], g.blobs[c.sha]
	if c.status == "removed" {
		young = nil
	}
	if isBinary(old) || isBinary(young) {
		return c
	}
	text := string(diff.Diff("a", old, "b", young))
	at := strings.Index(text, "\n@@ ")
	if at < 0 {
		return c
	}
	patch := strings.TrimSuffix(text[at+1:], "\n")
	for line := range strings.SplitSeq(patch, "\n") {
		switch {
		case strings.HasPrefix(line, "+"):
			c.additions++
		case strings.HasPrefix(line, "-"):
			c.deletions++
		}
	}
	if len(patch) <= mostPatch {
		c.patch = patch
	}
	return c
}

func isBinary(content []byte) bool { return bytes.IndexByte(content[:min(len(content), 8000)], 0) >= 0 }

// shape is a changed file as GitHub tells it; at is the commit with the newer content.
func (c change) shape(r *Repository, at string) object {
	all := object{
		"sha": c.sha, "filename": c.path, "status": c.status, "additions": c.additions, "deletions": c.deletions, "changes": c.additions + c.deletions,
		"blob_url": r.page("/blob/%s/%s", at, escaped(c.path)), "raw_url": r.page("/raw/%s/%s", at, escaped(c.path)),
		"contents_url": r.at("/contents/%s?ref=%s", escaped(c.path), at),
	}
	if c.patch != "" {
		all["patch"] = c.patch
	}
	if c.before != "" {
		all["previous_filename"] = c.before
	}
	return all
}
