package githubtest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFaultsAreUsedUp(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Operation: "pulls/get", After: 1, Times: 2, Status: 502, Body: "<html>"})
	w.Fault(Fault{Path: "/repos/acme/shop/pulls/1", Status: 429, Header: map[string]string{"Retry-After": "7"}})
	w.Fault(Fault{Operation: "repos/get", Times: -1, Status: 500})
	var statuses []int
	for range 5 {
		response := w.send(t, "GET", "/repos/acme/shop/pulls/1", "")
		require.NoError(t, response.Body.Close())
		statuses = append(statuses, response.StatusCode)
		if response.StatusCode == 429 {
			assert.Equal(t, "7", response.Header.Get("Retry-After"))
		}
	}
	assert.Equal(t, []int{429, 502, 502, 200, 200}, statuses) // the first fault lets one go, which the second one then hits
	for range 3 {
		w.ask(t, "GET", "/repos/acme/shop", "")
		assert.Equal(t, 500, w.status)
	}
	assert.Equal(t, 5, w.Calls("pulls/get"))
	assert.Equal(t, 429, w.Requests()[0].Status)
}

// What is wrong with a request is said also where it is not carried out.
func TestAFaultHidesNoMistake(t *testing.T) {
	objections, w := watched(t)
	w.Fault(Fault{Times: -1, Status: 502})
	for path, says := range map[string]string{"/repos/acme/shop/pulls?per_pgae=1": "per_pgae", "/repos/acme/shop/nowhere": "has no GET"} {
		w.ask(t, "GET", path, "")
		assert.Equal(t, 502, w.status)
		assert.Contains(t, objections.objections(), says)
	}
	w.ask(t, "POST", "/graphql", `{"query":"{viewer{lgoin}}"}`)
	assert.Contains(t, objections.objections(), "lgoin")
	w.token = "none"
	w.ask(t, "GET", "/repos/acme/shop/pulls?state=open;page=2", "")
	assert.Contains(t, objections.objections(), "semicolon")
}

func TestALimit(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Status: 403, Body: `{"message":"API rate limit exceeded"}`, Header: map[string]string{"X-RateLimit-Remaining": "0",
		"X-RateLimit-Reset": "1893456000"}})
	_, _, err := w.client.Repositories.Get(t.Context(), "acme", "shop")
	var limited *github.RateLimitError
	require.ErrorAs(t, err, &limited)
	assert.EqualValues(t, 1893456000, limited.Rate.Reset.Unix())
}

// What is sent arrived, though nobody is told so: a client that sends it again has it there twice.
func TestAnAnswerIsLost(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Operation: "issues/create-comment", Late: true, Status: 502})
	w.Fault(Fault{Operation: "issues/create-comment", Late: true, Hangup: true})
	w.Fault(Fault{Operation: "issues/create-comment", Status: 502})
	for range 3 {
		_, _, err := w.client.Issues.CreateComment(t.Context(), "acme", "shop", 1, &github.IssueComment{Body: github.String("text")})
		assert.Error(t, err)
	}
	assert.Len(t, w.repo.CommentsAt(1), 3)
	assert.Equal(t, 0, w.Requests()[1].Status)
}

func TestTheHeadMovesBetweenTwoReads(t *testing.T) {
	w := newWorld(t)
	before := w.repo.Ref("feature")
	w.Fault(Fault{Operation: "pulls/get", After: 1, Before: func() {
		w.repo.Commit(Commit{Branch: "feature", Files: map[string]string{"x": "y"}})
	}})
	for i, want := range []bool{true, false} {
		p, _, err := w.client.PullRequests.Get(t.Context(), "acme", "shop", 1)
		require.NoError(t, err)
		assert.Equal(t, want, p.GetHead().GetSHA() == before, i)
	}
}

func TestPagesAreLost(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.repo.AddComment(Comment{Number: 1})
	}
	ask := func() (int, int) {
		some, response, err := w.client.Issues.ListComments(t.Context(), "acme", "shop", 1, &github.IssueListCommentsOptions{
			ListOptions: github.ListOptions{PerPage: 2}})
		require.NoError(t, err)
		return len(some), response.NextPage
	}
	w.Fault(Fault{DropLink: true})
	w.Fault(Fault{DropItems: true})
	for _, want := range [][2]int{{2, 0}, {0, 0}, {2, 2}} {
		some, next := ask()
		assert.Equal(t, want, [2]int{some, next})
	}
	w.Fault(Fault{Operation: "actions/list-workflow-runs-for-repo", DropItems: true})
	body := w.ask(t, "GET", "/repos/acme/shop/actions/runs", "").(object)
	assert.Empty(t, body["workflow_runs"])
	assert.Equal(t, 1.0, body["total_count"])
}

func TestAnswersAreChanged(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Operation: "repos/get", Edit: func(answer any) any {
		answer.(object)["id"] = 7
		return answer
	}, Header: map[string]string{"X-Extra": "1"}})
	r, response, err := w.client.Repositories.Get(t.Context(), "acme", "shop")
	require.NoError(t, err)
	assert.EqualValues(t, 7, r.GetID())
	assert.Equal(t, "1", response.Header.Get("X-Extra"))
	w.Fault(Fault{Operation: "graphql", Edit: Errors("timeout")})
	data, problems := w.graph(t, `{viewer{login}}`, nil)
	assert.NotEmpty(t, data)
	assert.Len(t, problems, 1)
	w.Fault(Fault{Operation: "graphql", Body: `{"errors":[{"message":"timeout"}]}`})
	data, problems = w.graph(t, `{viewer{login}}`, nil)
	assert.Nil(t, data)
	assert.Len(t, problems, 1)
}

func TestAnAnswerLeadsElsewhere(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	other.Do(func() { other.repo.ID = 7 })
	w.Fault(Fault{Operation: "repos/get", Redirect: other.URL() + "/repos/acme/shop"})
	response := w.send(t, "GET", "/repos/acme/shop", "")
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusFound, response.StatusCode)
	assert.Equal(t, other.URL()+"/repos/acme/shop", response.Header.Get("Location"))
}

func TestAnAnswerTakesItsTime(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, err := w.client.Repositories.Get(ctx, "acme", "shop")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestTheStorageFails(t *testing.T) {
	w := newWorld(t)
	w.Fault(Fault{Operation: "storage", Status: 500})
	at, _, err := w.client.Actions.DownloadArtifact(t.Context(), "acme", "shop", w.run.Artifacts[0].ID, 0)
	require.NoError(t, err)
	for _, status := range []int{500, 200} {
		response, err := http.Get(at.String())
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, status, response.StatusCode)
	}
}
