package githubtest

import (
	"regexp"
	"strings"
)

// SetRef creates a reference or moves it, as refs/heads/NAME. Where it is the head of a pull request, that moves along.
func (r *Repository) SetRef(name, sha string) {
	r.server.t.Helper()
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.setRef(name, r.known(sha))
}

// DeleteRef takes a reference away.
func (r *Repository) DeleteRef(name string) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	delete(r.refs, name)
}

// Ref is the commit of a reference or branch, "" where there is none.
func (r *Repository) Ref(name string) string {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	if at, found := r.resolve(name); found {
		return at.sha
	}
	return ""
}

// File is the text of a file as a reference, a branch or a commit has it.
func (r *Repository) File(ref, path string) (string, bool) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	at, found := r.resolve(ref)
	if !found {
		return "", false
	}
	e, found := r.store.lookUp(at.tree, path)
	return string(r.store.blobs[e.sha]), found && e.kind() == "blob"
}

// Files are all files that a reference, a branch or a commit has, by their paths.
func (r *Repository) Files(ref string) map[string]string {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	all := map[string]string{}
	if at, found := r.resolve(ref); found {
		for path, e := range r.store.files(at.tree) {
			all[path] = string(r.store.blobs[e.sha])
		}
	}
	return all
}

// Log are the commits of a reference, a branch or a commit, the oldest first.
func (r *Repository) Log(ref string) (shas []string) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	at, found := r.resolve(ref)
	if !found {
		return nil
	}
	for _, c := range r.store.between("", at.sha) {
		shas = append(shas, c.sha)
	}
	return shas
}

// setRef moves a reference, and with it the pull requests of which it is the head. The lock is held.
func (r *Repository) setRef(name, sha string) {
	r.refs[name] = sha
	branch, isBranch := strings.CutPrefix(name, "refs/heads/")
	if !isBranch {
		return
	}
	for _, other := range r.server.repositories {
		for _, p := range other.Pulls {
			if p.HeadRepo == r && p.HeadRef == branch && p.State == "open" {
				p.push(sha)
			}
		}
	}
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// resolve finds the commit that is meant: by its name or the beginning of it, a full reference, or the name of a branch or tag.
func (r *Repository) resolve(ref string) (*commit, bool) {
	for _, name := range []string{ref, "refs/" + ref, "refs/heads/" + ref, "refs/tags/" + ref} {
		if c := r.store.commits[r.refs[name]]; c != nil {
			return c, true
		}
	}
	if c := r.store.commits[ref]; c != nil || !hexadecimal.MatchString(ref) {
		return c, c != nil
	}
	var found []*commit
	for sha, c := range r.store.commits {
		if strings.HasPrefix(sha, ref) {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

func (r *Repository) refShape(name string) object {
	sha := r.refs[name]
	return object{"ref": name, "node_id": nodeID("REF", name), "url": r.at("/git/%s", escaped(name)),
		"object": object{"type": "commit", "sha": sha, "url": r.at("/git/commits/%s", sha)}}
}

// isEmpty reports whether a repository has no commit yet, where Git's own API has nothing to say.
func (r *Repository) isEmpty() bool { return len(r.refs) == 0 }

func emptyRepository() answer { return conflict("Git Repository is empty.") }

func getRef(c *call) answer {
	name := "refs/" + c.parameters["ref"]
	switch {
	case c.repository.isEmpty():
		return emptyRepository()
	case c.repository.refs[name] == "":
		return notFound()
	}
	return ok(c.repository.refShape(name))
}

func createRef(c *call) answer {
	var asked struct {
		Ref string `json:"ref"`
		SHA string `json:"sha"`
	}
	c.decode(&asked)
	r := c.repository
	switch {
	case r.isEmpty():
		return emptyRepository()
	case !strings.HasPrefix(asked.Ref, "refs/") || strings.Count(asked.Ref, "/") < 2:
		return unprocessable("Reference name must start with 'refs/' and have at least two slashes")
	case r.store.commits[asked.SHA] == nil:
		return unprocessable("Object does not exist")
	case r.refs[asked.Ref] != "":
		return unprocessable("Reference already exists")
	}
	r.setRef(asked.Ref, asked.SHA)
	return created(r.refShape(asked.Ref))
}

func updateRef(c *call) answer {
	var asked struct {
		SHA   string `json:"sha"`
		Force bool   `json:"force"`
	}
	c.decode(&asked)
	r, name := c.repository, "refs/"+c.parameters["ref"]
	switch {
	case r.refs[name] == "":
		return unprocessable("Reference does not exist")
	case r.store.commits[asked.SHA] == nil:
		return unprocessable("Object does not exist")
	case !asked.Force && !r.store.ancestors(asked.SHA)[r.refs[name]]:
		return unprocessable("Update is not a fast forward")
	}
	r.setRef(name, asked.SHA)
	return ok(r.refShape(name))
}
