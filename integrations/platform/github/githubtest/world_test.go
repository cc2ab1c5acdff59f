package githubtest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/require"
)

// everything is what a token of an app can have.
var everything = Permissions{"actions": "write", "administration": "read", "checks": "write", "contents": "write", "issues": "write", "members": "read", "metadata": "read",
	"pull-requests": "write", "secret-scanning-alerts": "read", "security-events": "read", "statuses": "write", "vulnerability-alerts": "read"}

// world is a fake with a repository that has some of everything, and a client that may do all of it.
type world struct {
	*Server
	repo    *Repository
	dana    *User
	pull    *Pull
	comment *Comment
	run     *Run
	client  *github.Client
	token   string
	status  int // of the last answer to ask
}

func newWorld(t *testing.T) *world {
	return populate(t, New(t, Options{}))
}

func populate(t *testing.T, s *Server) *world {
	w := &world{Server: s, repo: s.Repository("acme/shop"), dana: s.User("dana")}
	w.repo.Commit(Commit{Branch: "feature", Files: map[string]string{"main.go": "package main\n", "docs/a/b.md": "text\n"}, Author: w.dana})
	w.pull = w.repo.AddPull(Pull{HeadRef: "feature", User: w.dana})
	w.comment = w.repo.AddComment(Comment{Number: w.pull.Number, User: w.dana, Body: "/defectgate status"})
	w.run = w.repo.AddRun(Run{Event: "pull_request", HeadBranch: "feature", Pulls: []*Pull{w.pull}})
	w.run.AddJob("gate", "failure")
	w.run.AddJob("build", "success")
	w.run.AddArtifact(Artifact{Name: "defectgate-decision", Files: map[string]string{"decision.json": "{}"}})
	w.repo.AddCodeAlert(CodeAlert{})
	w.repo.AddAnalysis(Analysis{})
	w.repo.AddDependabotAlert(DependabotAlert{})
	w.repo.AddSecretAlert(SecretAlert{})
	w.repo.AddCheckRun(CheckRun{Name: "scan", HeadSHA: w.pull.HeadSHA, App: s.App("gate")})
	s.AddTeam("acme", "release").SetMember(w.dana, "active")
	w.token = s.AddToken(Token{App: s.App("gate"), Permissions: everything})
	w.client = clientOf(t, s, w.token)
	return w
}

// clientOf is the client that the product has, with a token.
func clientOf(t *testing.T, s *Server, token string) *github.Client {
	c := github.NewClient(&http.Client{}).WithAuthToken(token)
	base, err := url.Parse(s.URL() + "/")
	require.NoError(t, err)
	c.BaseURL = base
	return c
}

// watcher stands in for a test, and remembers what the fake has to object.
type watcher struct {
	testing.TB
	mu   sync.Mutex
	said []string
}

func watched(t *testing.T) (*watcher, *world) {
	r := &watcher{TB: t}
	return r, populate(t, start(r, Options{}))
}

func (r *watcher) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// objections are those since the last call.
func (r *watcher) objections() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := strings.Join(r.said, "\n")
	r.said = nil
	return all
}

// ask sends a request without any client, and gives the JSON of the answer.
func (w *world) ask(t *testing.T, method, path, body string) any {
	t.Helper()
	response := w.send(t, method, path, body)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var value any
	if len(text) > 0 && strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(text, &value), "%s", text)
	}
	w.status = response.StatusCode
	return value
}

// send sends a request, and follows nowhere.
func (w *world) send(t *testing.T, method, path, body string) *http.Response {
	t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = w.URL() + path
	}
	request, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", "Bearer "+w.token)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := stay.Do(request)
	require.NoError(t, err)
	return response
}

// message is that of an error.
func message(body any) string {
	o, _ := body.(object)
	return fmt.Sprint(o["message"])
}

// statusOf is that of an error of the client.
func statusOf(t *testing.T, err error) int {
	t.Helper()
	var refused *github.ErrorResponse
	require.ErrorAs(t, err, &refused)
	return refused.Response.StatusCode
}
