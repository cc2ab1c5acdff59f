package githubtest

import (
	"fmt"
	"time"
)

// Pull is a pull request.
type Pull struct {
	ID          int64
	Number      int
	Title, Body string
	User        *User
	State       string // open or closed
	Draft       bool
	Locked      bool
	Created     time.Time
	Updated     time.Time
	Closed      time.Time
	Merged      time.Time // zero where it was not
	Association string    // of the author, as OWNER; "" for what the author's role makes of it

	HeadRef  string // branch
	HeadRepo *Repository
	HeadSHA  string
	BaseRef  string
	BaseSHA  string // as the base was when the head was pushed last
	MergeSHA string // the trial merge, and what it became when it was merged

	repository *Repository
	headOwner  *User // stays when the fork is deleted, of which HeadRepo is then nil
}

// Issue is an issue, at which there can be comments as at a pull request.
type Issue struct {
	ID     int64
	Number int
	User   *User
}

// AddPull opens a pull request from HeadRef, a branch of HeadRepo, or of the repository itself where that is nil, to BaseRef, or to the default
// branch. What else is not set is made up.
func (r *Repository) AddPull(p Pull) *Pull {
	s := r.server
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.HeadRepo == nil {
		p.HeadRepo = r
	}
	if p.BaseRef == "" {
		p.BaseRef = r.DefaultBranch
	}
	if p.User == nil {
		p.User = s.account("author", "User")
	}
	p.ID, p.Number, p.State, p.repository, p.headOwner = s.id(), r.number(), "open", r, p.HeadRepo.Owner
	p.Created, p.Updated = s.clock(), s.clock()
	if p.Title == "" {
		p.Title = fmt.Sprintf("Change %d", p.Number)
	}
	pull := &p
	r.Pulls = append(r.Pulls, pull)
	pull.push(r.known(p.HeadRepo.refs["refs/heads/"+p.HeadRef]))
	return pull
}

// AddIssue opens an issue.
func (r *Repository) AddIssue(u *User) *Issue {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	i := &Issue{ID: r.server.id(), Number: r.number(), User: u}
	r.Issues = append(r.Issues, i)
	return i
}

// push makes a commit the head of a pull request, and merges it on trial. Where both sides changed the same file, the merge has that of the head.
func (p *Pull) push(sha string) {
	r := p.repository
	base := r.store.commits[r.known(r.refs["refs/heads/"+p.BaseRef])]
	head := r.store.commits[sha]
	p.HeadSHA, p.BaseSHA, p.Updated = sha, base.sha, r.server.clock()
	files := r.store.files(base.tree)
	for _, c := range p.changes() {
		switch {
		case c.status == "removed":
			remove(files, c.path)
		default:
			remove(files, c.before)
			e, _ := r.store.lookUp(head.tree, c.path)
			put(files, c.path, entry{mode: e.mode, sha: e.sha})
		}
	}
	by := person{name: "GitHub", email: "noreply@github.com", at: r.server.clock()}
	p.MergeSHA = r.store.addCommit(commit{tree: r.store.treeOf(files), parents: []string{base.sha, sha}, author: by, committer: by,
		message: fmt.Sprintf("Merge %s into %s", sha, base.sha)})
	r.refs[fmt.Sprintf("refs/pull/%d/head", p.Number)] = sha
	r.refs[fmt.Sprintf("refs/pull/%d/merge", p.Number)] = p.MergeSHA
}

// Merge merges a pull request by a merge commit, which its base branch then has as its head.
func (p *Pull) Merge() {
	s := p.repository.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.State, p.Merged, p.Closed, p.Updated = "closed", s.clock(), s.clock(), s.clock()
	p.repository.setRef("refs/heads/"+p.BaseRef, p.MergeSHA)
}

// fork is where the pull request parts from its base.
func (p *Pull) fork() string {
	g := p.repository.store
	if at := g.commits[g.fork(p.BaseSHA, p.HeadSHA)]; at != nil {
		return at.tree
	}
	return ""
}

func (p *Pull) changes() []change {
	g := p.repository.store
	return g.changes(p.fork(), g.commits[p.HeadSHA].tree)
}

func (p *Pull) commits() []*commit { return p.repository.store.between(p.BaseSHA, p.HeadSHA) }

// pull finds a pull request by its number.
func (r *Repository) pull(number int64) *Pull {
	for _, p := range r.Pulls {
		if int64(p.Number) == number {
			return p
		}
	}
	return nil
}
