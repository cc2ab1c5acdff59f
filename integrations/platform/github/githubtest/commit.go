package githubtest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Commit is one that a test makes.
type Commit struct {
	Branch  string            // to move to it; it begins at the default branch where it is new. "" for none
	Message string            // "" for a text that names the files
	Files   map[string]string // what is written, by path
	Remove  []string          // paths
	Author  *User             // nil for somebody whose address belongs to no account
	Time    time.Time         // zero for now
	Parents []string          // nil for the branch's head; empty for a commit that builds upon nothing
}

// Commit makes a commit, moves its branch there, and gives its name.
func (r *Repository) Commit(c Commit) string {
	s := r.server
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	sha := r.commit(c)
	if c.Branch != "" {
		r.setRef("refs/heads/"+c.Branch, sha)
	}
	return sha
}

func (r *Repository) commit(c Commit) string {
	parents := c.Parents
	if parents == nil {
		head := r.refs["refs/heads/"+c.Branch]
		if head == "" {
			head = r.refs["refs/heads/"+r.DefaultBranch]
		}
		parents = []string{head}
	}
	files := map[string]entry{}
	if len(parents) > 0 {
		files = r.store.files(r.store.commits[r.known(parents[0])].tree)
	}
	for path, text := range c.Files {
		put(files, path, entry{mode: "100644", sha: r.store.addBlob([]byte(text))})
	}
	for _, path := range c.Remove {
		remove(files, path)
	}
	by := r.personOf(c)
	if c.Message == "" {
		c.Message = "Change " + strings.Join(slices.Sorted(maps.Keys(c.Files)), ", ")
	}
	return r.store.addCommit(commit{tree: r.store.treeOf(files), parents: parents, author: by, committer: by, message: c.Message})
}

// known ends a test that names a commit which is not there.
func (r *Repository) known(sha string) string {
	if r.store.commits[sha] == nil {
		r.server.t.Fatalf("%s has no commit %q", r.FullName(), sha)
	}
	return sha
}

func (r *Repository) personOf(c Commit) person {
	by := person{name: "Somebody", email: "somebody@elsewhere.example", at: c.Time}
	if c.Author != nil {
		by.name, by.email = c.Author.Name, c.Author.Email
	}
	if by.at.IsZero() {
		by.at = r.server.clock()
	}
	return by
}

// put writes a file, in the place of a folder or file that is in its way.
func put(files map[string]entry, path string, e entry) {
	remove(files, path)
	for folder := path; strings.Contains(folder, "/"); {
		folder = folder[:strings.LastIndex(folder, "/")]
		delete(files, folder)
	}
	files[path] = e
}

// remove takes away a file, or all of a folder.
func remove(files map[string]entry, path string) {
	delete(files, path)
	maps.DeleteFunc(files, func(name string, _ entry) bool { return strings.HasPrefix(name, path+"/") })
}

// accountOf is the account that an address of a commit belongs to; nil for none.
func (s *Server) accountOf(p person) *User {
	for _, u := range s.users {
		if u.Email != "" && strings.EqualFold(u.Email, p.email) {
			return u
		}
	}
	return nil
}

func (p person) shape() object { return object{"name": p.name, "email": p.email, "date": stamp(p.at)} }

// unsigned is what GitHub says of a signature that is not there.
func unsigned() object {
	return object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
}

// shape is a commit as the API of Git data has it.
func (c *commit) shape(r *Repository) object {
	parents := rendered(c.parents, func(sha string) object {
		return object{"sha": sha, "url": r.at("/git/commits/%s", sha), "html_url": r.page("/commit/%s", sha)}
	})
	return object{
		"sha": c.sha, "node_id": nodeID("C", c.sha), "url": r.at("/git/commits/%s", c.sha), "html_url": r.page("/commit/%s", c.sha),
		"author": c.author.shape(), "committer": c.committer.shape(), "message": c.message, "parents": parents, "verification": unsigned(),
		"tree": object{"sha": c.tree, "url": r.at("/git/trees/%s", c.tree)},
	}
}

// listed is a commit as lists of commits have it, with the accounts that its addresses belong to.
func (c *commit) listed(r *Repository) object {
	return object{
		"sha": c.sha, "node_id": nodeID("C", c.sha), "url": r.at("/commits/%s", c.sha), "html_url": r.page("/commit/%s", c.sha),
		"comments_url": r.at("/commits/%s/comments", c.sha), "parents": c.shape(r)["parents"],
		"author": r.server.briefOrNull(r.server.accountOf(c.author)), "committer": r.server.briefOrNull(r.server.accountOf(c.committer)),
		"commit": object{
			"url": r.at("/git/commits/%s", c.sha), "author": c.author.shape(), "committer": c.committer.shape(), "message": c.message,
			"tree": object{"sha": c.tree, "url": r.at("/git/trees/%s", c.tree)}, "comment_count": 0, "verification": unsigned(),
		},
	}
}
