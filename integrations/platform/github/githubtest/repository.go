package githubtest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Repository is one with all that belongs to it.
type Repository struct {
	ID            int64
	Owner         *User
	Name          string
	Private       bool
	Visibility    string // "" for public or private; internal is the third
	DefaultBranch string
	Parent        *Repository // that it is a fork of
	Created       time.Time
	Roles         map[*User]Role

	Pulls            []*Pull
	Issues           []*Issue
	Comments         []*Comment
	Runs             []*Run
	CheckRuns        []*CheckRun
	Statuses         []*Status
	CodeAlerts       []*CodeAlert
	Analyses         []*Analysis
	DependabotAlerts []*DependabotAlert
	SecretAlerts     []*SecretAlert
	Off              map[string]bool // "code-scanning", "dependabot", "secret-scanning": what is not enabled

	server      *Server
	formerNames []string
	workflows   map[string]int64 // ids by path
	refs        map[string]string
	store       *store // shared with all forks
}

// Role is what somebody may do in a repository.
type Role struct {
	Name string // admin, maintain, write, triage, read, or that of a role of an organisation's own
	Base string // the one of the five that an own one builds upon; "" for the five
}

// Repository gives the repository OWNER/NAME, which is made where there is none: public, with one commit on the branch main.
func (s *Server) Repository(fullName string) *Repository {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, current := s.repositoryNamed(fullName); current {
		return r
	}
	owner, name, ok := strings.Cut(fullName, "/")
	if !ok {
		s.t.Fatalf("%q is no OWNER/NAME", fullName)
	}
	r := s.newRepository(s.account(owner, "Organization"), name)
	first := r.commit(Commit{Message: "Initial commit", Files: map[string]string{"README.md": "# " + name + "\n"}, Parents: []string{}})
	r.setRef("refs/heads/main", first)
	return r
}

func (s *Server) newRepository(owner *User, name string) *Repository {
	r := &Repository{ID: s.id() - firstID + 700_000_000, Owner: owner, Name: name, DefaultBranch: "main", Created: s.clock(), Roles: map[*User]Role{},
		Off: map[string]bool{}, server: s, workflows: map[string]int64{}, refs: map[string]string{}, store: newStore()}
	s.repositories = append(s.repositories, r)
	return r
}

// repositoryNamed finds a repository, and says whether the name is the one that it has now. The lock is held.
func (s *Server) repositoryNamed(fullName string) (found *Repository, current bool) {
	for _, r := range s.repositories {
		if strings.EqualFold(r.FullName(), fullName) {
			return r, true
		}
		if slices.ContainsFunc(r.formerNames, func(former string) bool { return strings.EqualFold(former, fullName) }) {
			found = r
		}
	}
	return found, false
}

// FullName is OWNER/NAME.
func (r *Repository) FullName() string { return r.Owner.Login + "/" + r.Name }

// Rename gives a repository another OWNER/NAME. What asks for the old one is led to the new one, until somebody else takes the old name.
func (r *Repository) Rename(fullName string) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.formerNames = append(r.formerNames, r.FullName())
	owner, name, _ := strings.Cut(fullName, "/")
	r.Owner, r.Name = r.server.account(owner, "Organization"), name
}

// Fork makes a fork of a repository, with the branches and tags that it has.
func (r *Repository) Fork(owner *User) *Repository {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.newRepository(owner, r.Name)
	f.Parent, f.Private, f.DefaultBranch, f.store = r, r.Private, r.DefaultBranch, r.store
	for name, sha := range r.refs {
		if !strings.HasPrefix(name, "refs/pull/") {
			f.refs[name] = sha
		}
	}
	return f
}

// SetRole gives somebody a role: admin, maintain, write, triage or read.
func (r *Repository) SetRole(u *User, name string) {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.Roles[u] = Role{Name: name}
}

// visibility is how far a repository is shown.
func (r *Repository) visibility() string {
	switch {
	case r.Visibility != "":
		return r.Visibility
	case r.Private:
		return "private"
	}
	return "public"
}

// number is the next one of an issue or pull request.
func (r *Repository) number() int { return len(r.Pulls) + len(r.Issues) + 1 }

// at is the address of a part of a repository.
func (r *Repository) at(format string, values ...any) string {
	return r.server.link("/repos/%s%s", escaped(r.FullName()), fmt.Sprintf(format, values...))
}

// page is the address of a page of a repository.
func (r *Repository) page(format string, values ...any) string {
	return r.server.page("/%s%s", r.FullName(), fmt.Sprintf(format, values...))
}

// nodeID is a global id of GraphQL: a kind and a number.
func nodeID(kind string, id any) string {
	return kind + "_kw" + base64.RawURLEncoding.EncodeToString(fmt.Append(nil, id))
}

func getRepository(c *call) answer {
	r := c.repository
	all := r.whole()
	all["subscribers_count"], all["network_count"] = 0, 0
	if r.Parent != nil {
		all["parent"], all["source"] = r.Parent.whole(), r.Parent.whole()
	}
	return answer{status: http.StatusOK, body: all}
}
