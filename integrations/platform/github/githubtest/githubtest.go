// Package githubtest is a fake GitHub for tests. It answers on loopback what GitHub would, out of a state that the test sets up, and it fails the
// test on every request, and on every answer of its own, that GitHub's description does not know.
//
//	s := githubtest.New(t, githubtest.Options{})
//	repo := s.Repository("acme/shop")
//	repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"main.go": "package main\n"}})
//	pull := repo.AddPull(githubtest.Pull{HeadRef: "feature", User: s.User("dana")})
//	token := s.AddToken(githubtest.Token{Permissions: githubtest.Permissions{"pull-requests": "read"}})
//	… // have the code under test ask s.URL() with the token
//	assert.Equal(t, 1, s.Calls("pulls/get"))
//
// # State
//
// Users, repositories, pull requests and the rest are plain structs that methods named Add, and a few others, put into the state and give back.
// Each of these methods takes the one lock. Whoever reads or changes a field of a struct while the fake may be asked does so in [Server.Do], and
// calls none of these methods there. A pull request follows its branch: [Repository.Commit] moves both.
//
// # Rights
//
// A request needs a [Token]. What a token may do is said in the names of a workflow's permissions; the table of operations in operations.go says what
// each of them needs. GitHub shows public repositories to everybody; the fake does not, so that a right that is missing in a workflow is noticed.
//
// # Checks
//
// Paths, parameters, requests and answers are checked against cuts of GitHub's descriptions of REST and GraphQL in testdata, which `make fakes`
// makes. A parameter or member that the description does not name is refused, and so are more than 100 things a page. What the description names
// and the fake does not do fails the test as well: a filter must not be left out in silence. What a [Fault] answers is not checked.
//
// To add an operation, write its answer and its row in operations.go, and run `make fakes`.
package githubtest

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Options are what a fake is made with. The zero value will do.
type Options struct {
	Now       func() time.Time // nil for a clock that stands at [Start]
	ServerURL string           // where the pages for people are, see [Server.ServerURL]; "" for a host that does not exist
}

// Start is the instant at which the clock stands that a fake has of itself.
var Start = time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)

// Server is a fake GitHub.
type Server struct {
	t       reporter
	now     func() time.Time
	api     *httptest.Server
	storage *httptest.Server
	website string

	mu           sync.Mutex // guards what is below, and all that is reached from it
	lastID       int64
	users        []*User
	apps         []*App
	teams        []*Team
	repositories []*Repository
	tokens       map[string]*Token
	requests     []*Request
	archives     []archive // that may be downloaded
	faults       []*script
	onRerun      func(run int64)
}

// reporter is what a fake wants of a test.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(f func())
}

// New starts a fake GitHub, which stops when the test ends.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	return start(t, o)
}

func start(t reporter, o Options) *Server {
	t.Helper()
	s := &Server{t: t, now: o.Now, website: strings.TrimSuffix(o.ServerURL, "/"), tokens: map[string]*Token{}, lastID: firstID}
	if s.now == nil {
		s.now = func() time.Time { return Start }
	}
	if s.website == "" {
		s.website = "https://forge.example"
	}
	if _, err := described(); err != nil {
		t.Fatalf("the description of GitHub: %v", err)
	}
	if _, err := schema(); err != nil {
		t.Fatalf("the description of GitHub's GraphQL: %v", err)
	}
	s.storage = s.startStorage()
	s.api = httptest.NewServer(s)
	t.Cleanup(func() {
		s.api.Close()
		s.storage.Close()
	})
	return s
}

// URL is the address of the API, as in GITHUB_API_URL.
func (s *Server) URL() string { return s.api.URL }

// GraphQLURL is the address of GraphQL, as in GITHUB_GRAPHQL_URL.
func (s *Server) GraphQLURL() string { return s.api.URL + "/graphql" }

// ServerURL is the address of the pages for people, as in GITHUB_SERVER_URL. Nobody answers there.
func (s *Server) ServerURL() string { return s.website }

// Do runs a function under the lock of the state.
func (s *Server) Do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// firstID is larger than what 32 bits hold, as ids on GitHub are.
const firstID = 2_500_000_000

// id makes up the id of something new. The lock is held.
func (s *Server) id() int64 {
	s.lastID++
	return s.lastID
}

// clock is the time to the second, in UTC, as GitHub tells it.
func (s *Server) clock() time.Time { return s.now().UTC().Truncate(time.Second) }

// Environment is what a runner of GitHub Actions tells of where GitHub and a repository are, NAME=VALUE. The token is not among it.
func (s *Server) Environment(r *Repository) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []string{
		"GITHUB_API_URL=" + s.URL(), "GITHUB_GRAPHQL_URL=" + s.GraphQLURL(), "GITHUB_SERVER_URL=" + s.ServerURL(),
		"GITHUB_REPOSITORY=" + r.FullName(), "GITHUB_REPOSITORY_ID=" + strconv.FormatInt(r.ID, 10), "GITHUB_REPOSITORY_OWNER=" + r.Owner.Login,
	}
}
