package github_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// shown is a repository with a pull request at which a result is shown.
type shown struct {
	*testing.T
	fake *githubtest.Server
	repo *githubtest.Repository
	pull *githubtest.Pull
}

// mayShow are the rights of a workflow that shows results everywhere.
var mayShow = githubtest.Permissions{"contents": "read", "checks": "write", "statuses": "write", "pull-requests": "write"}

// mayRead are those of a run for a fork.
var mayRead = githubtest.Permissions{"contents": "read", "checks": "read", "statuses": "read", "pull-requests": "read"}

func newShown(t *testing.T) *shown {
	fake := githubtest.New(t, githubtest.Options{})
	repo := fake.Repository("acme/shop")
	repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"app.js": numbered(20), "old.js": numbered(3)}})
	repo.Commit(githubtest.Commit{Branch: "feature", Remove: []string{"old.js"}, Files: map[string]string{
		"app.js": strings.Replace(numbered(20), "line 7\n", "line seven\nand more\n", 1), "new.js": numbered(2), "moved/old.js": numbered(3),
		"logo.png": "\x89PNG\x00\x01"}})
	return &shown{t, fake, repo, repo.AddPull(githubtest.Pull{HeadRef: "feature"})}
}

func numbered(lines int) string {
	var text strings.Builder
	for i := range lines {
		text.WriteString("line " + string(rune('0'+(i+1)%10)) + "\n")
	}
	return text.String()
}

func (s *shown) token(t githubtest.Token) *github.Client { return s.tokenAs(t, 0) }

// tokenAs is a client that is told as whom it writes.
func (s *shown) tokenAs(t githubtest.Token, self int64) *github.Client {
	s.Helper()
	c, err := github.Dial(github.Access{API: s.fake.URL(), GraphQL: s.fake.GraphQLURL(), Server: s.fake.ServerURL(), Repository: s.repo.FullName(),
		ID: s.repo.ID, Token: s.fake.AddToken(t), Self: self, Now: func() time.Time { return githubtest.Start }, Pause: time.Millisecond})
	require.NoError(s, err)
	return c
}

// job is a client with the token of a job.
func (s *shown) job(may githubtest.Permissions) *github.Client {
	return s.token(githubtest.Token{Permissions: may})
}

// comments are those at the pull request, in the order in which they were written.
func (s *shown) comments() (bodies []string) {
	s.fake.Do(func() {
		for _, c := range s.repo.Comments {
			bodies = append(bodies, c.Body)
		}
	})
	return bodies
}

// asked are the operations that were asked for since a number of requests.
func (s *shown) asked(since int) (operations []string) {
	for _, r := range s.fake.Requests()[since:] {
		operations = append(operations, r.Operation)
	}
	return operations
}

// step is the environment of a step, and what it wrote.
type step struct {
	t                *testing.T
	outputs, summary string
}

func newStep(t *testing.T) *step {
	folder := t.TempDir()
	return &step{t, filepath.Join(folder, "output"), filepath.Join(folder, "summary")}
}

func (s *step) getenv(name string) string {
	return map[string]string{"GITHUB_OUTPUT": s.outputs, "GITHUB_STEP_SUMMARY": s.summary}[name]
}

func (s *step) read(path string) string {
	s.t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(s.t, err)
	return string(text)
}

const decisionID = "5f0c3b0a3e5cf4a0c8ae1b7d2f6e9d4c5f0c3b0a3e5cf4a0c8ae1b7d2f6e9d4c"

// result is a failure at the pull request that is wanted everywhere.
func (s *shown) result() github.Result {
	want := map[github.Place]bool{}
	for _, place := range github.Places() {
		want[place] = true
	}
	return github.Result{
		Verdict: gate.Fail, Mode: gate.Enforce, DecisionID: decisionID, Head: s.pull.HeadSHA, Change: int64(s.pull.Number), Name: "defectgate",
		RunURL: "https://forge.example/acme/shop/actions/runs/42", Title: "2 of 12 defects block", CheckText: "text of the check", CommentText: "text of the comment",
		SummaryText: "text of the summary", Outputs: map[string]string{"violations": "2"}, Want: want,
		Annotations: workflow.Annotations{Whole: workflow.Annotation{Level: "error", Title: "FAIL", Message: "2 of 12 defects block"}, All: []workflow.Annotation{
			{Path: "app.js", Line: 7, Level: "error", Title: "CVE-2026-1", Message: "on a changed line"},
			{Path: "app.js", Line: 1, Level: "error", Message: "on a line that was there before"},
			{Path: "new.js", Line: 2, Level: "warning", Message: "in a new file"},
			{Path: "moved/old.js", Line: 2, Level: "warning", Message: "in a file that was moved"},
			{Path: "gone.js", Line: 1, Level: "warning", Message: "in a file that is not of the pull request"},
		}},
	}
}
