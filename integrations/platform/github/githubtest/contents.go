package githubtest

import (
	"net/http"
	"strings"
)

// mostContent is the size of a file, in bytes, from which GitHub gives its content only as it is.
const mostContent = 1 << 20

func getContent(c *call) answer {
	r, path := c.repository, strings.Trim(c.parameters["path"], "/")
	ref := c.value("ref")
	if ref == "" {
		ref = r.DefaultBranch
	}
	at, found := r.resolve(ref)
	if !found {
		return refused(http.StatusNotFound, "No commit found for the ref %s", ref)
	}
	e, found := r.store.lookUp(at.tree, path)
	switch {
	case !found || e.kind() == "commit":
		return notFound()
	case e.kind() == "tree":
		return ok(rendered(r.store.trees[e.sha], func(below entry) object {
			return r.contentShape(strings.Trim(path+"/"+below.name, "/"), ref, below)
		}))
	case c.form() == "raw":
		return asItIs(r.store.blobs[e.sha])
	}
	return ok(r.fileShape(path, ref, e))
}

// asItIs is the content of a file without anything around it.
func asItIs(content []byte) answer {
	return answer{status: http.StatusOK, raw: content, media: "application/vnd.github.raw+json; charset=utf-8"}
}

// fileShape is a file with its content. A large one has none: who does not look at its encoding takes it for empty.
func (r *Repository) fileShape(path, ref string, e entry) object {
	all, content := r.contentShape(path, ref, e), r.store.blobs[e.sha]
	all["encoding"], all["content"] = "base64", wrapped(content)
	if len(content) > mostContent {
		all["encoding"], all["content"] = "none", ""
	}
	return all
}

// contentShape is what a file and an entry of a folder have in common.
func (r *Repository) contentShape(path, ref string, e entry) object {
	kind, git, download := "file", r.at("/git/blobs/%s", e.sha), any(r.server.storage.URL+"/raw/"+escaped(r.FullName()+"/"+e.sha+"/"+path))
	if e.kind() == "tree" {
		kind, git, download = "dir", r.at("/git/trees/%s", e.sha), nil
	}
	self, html := r.at("/contents/%s?ref=%s", escaped(path), escaped(ref)), r.page("/blob/%s/%s", escaped(ref), escaped(path))
	return object{
		"type": kind, "size": len(r.store.blobs[e.sha]), "name": path[strings.LastIndex(path, "/")+1:], "path": path, "sha": e.sha,
		"url": self, "git_url": git, "html_url": html, "download_url": download, "_links": object{"self": self, "git": git, "html": html},
	}
}
