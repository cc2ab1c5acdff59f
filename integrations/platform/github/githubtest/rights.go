package githubtest

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
)

// Permissions say what a token may do: "read", "write" or "none" by the names of a workflow's permissions. Apps and people may have four more:
// administration, members, metadata and secret-scanning-alerts. Whoever may write may read. GitHub gives metadata: read to every workflow, and so
// does the fake.
type Permissions map[string]string

var (
	workflowPermissions = []string{"actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues",
		"models", "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses", "vulnerability-alerts"}
	appPermissions = []string{"administration", "members", "metadata", "secret-scanning-alerts"}
)

// Token is whom a request comes from, and what it may do. Without user and app it is that of a workflow's job.
type Token struct {
	Value       string // as it is sent; "" to have one made up
	User        *User  // whose personal token it is
	App         *App   // whose installation it is of
	Permissions Permissions
	Repository  *Repository // the only one that it reaches, public ones and reading aside; nil for all
}

// AddToken has a token known, and gives its value.
func (s *Server) AddToken(t Token) string {
	s.t.Helper()
	job := t.User == nil && t.App == nil
	for name, access := range t.Permissions {
		known := slices.Contains(workflowPermissions, name) || !job && slices.Contains(appPermissions, name)
		if !known || !slices.Contains([]string{"read", "write", "none"}, access) {
			s.t.Fatalf("there is no permission %q: %q for this token", name, access)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if job {
		t.App = s.actions()
		t.Permissions = with(t.Permissions, "metadata", "read")
	}
	if t.Value == "" {
		t.Value = "ghs_" + rand.Text()
	}
	s.tokens[t.Value] = &t
	return t.Value
}

func with(p Permissions, name, access string) Permissions {
	more := Permissions{name: access}
	for name, access := range p {
		more[name] = access
	}
	return more
}

// tokenOf is the token of a request, nil where it has none that is known.
func (s *Server) tokenOf(r *http.Request) *Token {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[value]
}

// who is the account that a token acts as.
func (t *Token) who() *User {
	if t.App != nil {
		return t.App.Bot
	}
	return t.User
}

// may reports whether a token has any of the rights.
func (t *Token) may(rights string) bool {
	if rights == "" || rights == asUser && t.User != nil {
		return true
	}
	for right := range strings.SplitSeq(rights, "|") {
		name, access, _ := strings.Cut(right, ":")
		if has := t.Permissions[name]; has == "write" || has == access && access != "" {
			return true
		}
	}
	return false
}

// sees reports whether a token is shown a repository at all.
func (t *Token) sees(r *Repository) bool {
	return t.Repository == nil || t.Repository == r || !r.Private
}

// belongs reports whether a token may do to the repository of a request what it may do to its own.
func (t *Token) belongs(c *call) bool {
	return c.request.Method == http.MethodGet || c.repository == nil || t.Repository == nil || t.Repository == c.repository
}

func forbidden() answer {
	return refused(http.StatusForbidden, "Resource not accessible by integration")
}
