package githubtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Answers that are rarely asked for are known to the description as well, which is seen to on the way.
func TestRareAnswers(t *testing.T) {
	w := newWorld(t)
	none := strings.Repeat("1", 40)
	fork := w.repo.Fork(w.Organization("friends"))
	w.repo.SetRole(w.User("reader"), "read")
	w.repo.AddComment(Comment{Number: 1, User: w.repo.Owner})
	w.repo.AddComment(Comment{Number: 1, User: w.User("reader")})
	w.repo.AddDependabotAlert(DependabotAlert{State: "fixed"})
	w.repo.AddDependabotAlert(DependabotAlert{State: "dismissed"})
	w.run.AddArtifact(Artifact{Name: "odd", Zip: []byte("no archive")})
	w.repo.AddRun(Run{HeadSHA: none, Status: "queued"})
	w.repo.AddCheckRun(CheckRun{Name: "done", HeadSHA: w.pull.HeadSHA, Conclusion: "success"})
	gone := w.repo.AddRun(Run{})
	w.Do(func() { gone.HeadRepo = nil })
	w.repo.Commit(Commit{Branch: "feature", Parents: []string{w.pull.HeadSHA, w.repo.Ref("main")}})
	check := fmt.Sprintf("/check-runs/%d", w.repo.CheckRuns[0].ID)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/pulls/9/commits", "", 404},
		{"GET", "/pulls/9/files", "", 404},
		{"GET", "/commits/none/check-runs", "", 422},
		{"GET", "/commits/feature/check-runs?filter=all&status=completed", "", 200},
		{"GET", "/contents", "", 200},
		{"GET", "/issues/1/comments", "", 200},
		{"GET", "/issues/comments/1", "", 404},
		{"GET", "/issues/comments/1/reactions", "", 404},
		{"POST", "/issues/comments/1/reactions", `{"content":"eyes"}`, 404},
		{"PATCH", "/issues/comments/1", `{"body":"text"}`, 404},
		{"PATCH", fmt.Sprintf("/issues/comments/%d", w.comment.ID), `{"body":""}`, 422},
		{"GET", "/actions/runs?exclude_pull_requests=true&actor=author", "", 200},
		{"GET", "/actions/runs/1", "", 404},
		{"GET", "/actions/runs/1/jobs", "", 404},
		{"GET", "/actions/runs/1/artifacts", "", 404},
		{"GET", fmt.Sprintf("/actions/runs/%d/artifacts?direction=asc", w.run.ID), "", 200},
		{"GET", "/actions/artifacts/1/zip", "", 404},
		{"POST", fmt.Sprintf("/actions/runs/%d/rerun-failed-jobs", w.run.ID), `{"enable_debug_logging":true}`, 201},
		{"GET", "/dependabot/alerts?direction=asc&sort=created", "", 200},
		{"PATCH", "/check-runs/1", `{}`, 404},
		{"PATCH", check, `{"started_at":"2026-11-02T08:00:00Z","completed_at":"2026-11-02T09:00:00Z","conclusion":"neutral",
			"actions":[{"label":"l","description":"d","identifier":"i"}]}`, 200},
		{"POST", "/git/commits", `{"message":"m","tree":"` + w.repo.store.commits[w.pull.HeadSHA].tree + `","parents":["` + w.pull.HeadSHA + `"],
			"author":{"name":"A","email":"a@b.example","date":"2026-01-01T00:00:00+02:00"},"committer":{"name":"C","email":"c@d.example"}}`, 201},
		{"POST", "/git/commits", `{"message":"m","tree":"` + w.repo.store.commits[w.pull.HeadSHA].tree + `","parents":["` + none + `"]}`, 422},
		{"POST", "/git/trees", `{"tree":[{"path":"sub","mode":"160000","type":"commit","sha":"` + none + `"}]}`, 201},
	} {
		w.ask(t, c.method, "/repos/acme/shop"+c.path, c.body)
		assert.Equal(t, c.status, w.status, "%s %s", c.method, c.path)
	}
	r, _, err := w.client.Repositories.Get(t.Context(), fork.Owner.Login, "shop")
	require.NoError(t, err)
	assert.Equal(t, w.repo.ID, r.GetParent().GetID())
}

func TestOtherFormsOfAnAnswer(t *testing.T) {
	objections, w := watched(t)
	get := func(path, accept string) (size int64) {
		request, err := http.NewRequestWithContext(t.Context(), "GET", w.URL()+"/repos/acme/shop"+path, nil)
		require.NoError(t, err)
		request.Header.Set("Accept", accept)
		request.Header.Set("Authorization", "Bearer "+w.token)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.ContentLength
	}
	for _, accept := range []string{"application/vnd.github.raw+json", "application/vnd.github.v3.raw", "application/vnd.github.raw"} {
		assert.EqualValues(t, len("# shop\n"), get("/contents/README.md", accept))
	}
	get("/pulls/1", "application/vnd.github.v3+json, application/vnd.github.squirrel-girl-preview+json, */*")
	assert.Empty(t, objections.objections())
	for path, accept := range map[string]string{"/pulls/1": "application/vnd.github.v3.diff", "/git/trees/main": "application/vnd.github.sha"} {
		get(path, accept)
		assert.Contains(t, objections.objections(), "the fake GitHub does not do")
	}
}

// A repository that a token is not shown is not there for GraphQL either.
func TestGraphQLShowsWhatATokenSees(t *testing.T) {
	w := newWorld(t)
	w.Do(func() { w.repo.Private = true })
	other := w.Repository("acme/other")
	w.token = w.AddToken(Token{Permissions: Permissions{"pull-requests": "read"}, Repository: other})
	data, problems := w.graph(t, aboutComment, object{"id": w.comment.nodeID()})
	assert.Nil(t, data["node"])
	assert.Len(t, problems, 1)
	data, _ = w.graph(t, `{ repository(owner: "acme", name: "shop") { id } }`, nil)
	assert.Nil(t, data["repository"])
}

func TestGraphQLOfOtherPulls(t *testing.T) {
	w := newWorld(t)
	fork := w.repo.Fork(w.User("mallory"))
	fork.Commit(Commit{Branch: "evil", Files: map[string]string{"x": "y"}})
	p := w.repo.AddPull(Pull{HeadRef: "evil", HeadRepo: fork, User: w.User("mallory")})
	at := w.repo.AddComment(Comment{Number: w.repo.AddIssue(w.dana).Number})
	about := func() object {
		data, problems := w.graph(t, `query($id: ID!) { node(id: $id) { ... on PullRequest { state isCrossRepository
			headRepository { nameWithOwner } baseRepository { id } } } }`, object{"id": nodeID("PR", p.ID)})
		require.Empty(t, problems)
		return data["node"].(object)
	}
	assert.Equal(t, object{"nameWithOwner": "mallory/shop"}, about()["headRepository"])
	p.Merge()
	w.Do(func() { p.HeadRepo, at.User = nil, nil })
	got := about()
	assert.Nil(t, got["headRepository"])
	assert.Equal(t, []any{"MERGED", true}, []any{got["state"], got["isCrossRepository"]})
	data, _ := w.graph(t, aboutComment, object{"id": at.nodeID()})
	assert.Nil(t, data["node"].(object)["pullRequest"])
	assert.Nil(t, data["node"].(object)["author"])
	c, _, err := w.client.Issues.GetComment(t.Context(), "acme", "shop", at.ID)
	require.NoError(t, err)
	assert.Nil(t, c.User)
	one := w.ask(t, "POST", "/graphql", `{"query":"query($ids:[ID!]!){nodes(ids:$ids){id}}","variables":{"ids":"`+at.nodeID()+`"}}`)
	assert.Contains(t, fmt.Sprint(one), at.nodeID())
}

// Mistakes in a test end it.
func TestMistakesOfATest(t *testing.T) {
	for says, mistake := range map[string]func(*world){
		"no issue or pull request 9": func(w *world) { w.repo.AddComment(Comment{Number: 9}) },
		`has no commit ""`:           func(w *world) { w.repo.AddPull(Pull{HeadRef: "none"}) },
		`has no commit "none"`:       func(w *world) { w.repo.SetRef("refs/heads/x", "none") },
		"is no OWNER/NAME":           func(w *world) { w.Repository("shop") },
		"of a string":                func(w *world) { w.repo.Event(w.t.(*fatal), "push", "text") },
		"there is no event":          func(w *world) { Event(w.t.(*fatal), "pushed") },
	} {
		objections, w := watched(t)
		w.t = &fatal{objections}
		done := make(chan struct{})
		go func() {
			defer close(done)
			mistake(w)
		}()
		<-done
		assert.Contains(t, objections.objections(), says)
		w.Do(func() {}) // the lock is free again
	}
}

func TestOperationsAreThoseOfTheDescription(t *testing.T) {
	d, err := described()
	require.NoError(t, err)
	assert.Len(t, Operations(), len(d.operations))
	n := 0
	for _, item := range d.document.Paths.Map() {
		n += len(item.Operations())
	}
	assert.Equal(t, len(d.operations), n, "the description has more than the fake: run make fakes")
	o := operations[1]
	o.id = "repos/got"
	assert.ErrorContains(t, d.add(&o), "run make fakes")
}

func TestReadersOfTheState(t *testing.T) {
	w := newWorld(t)
	assert.Empty(t, w.repo.Ref("none"))
	assert.Empty(t, w.repo.Log("none"))
	assert.Empty(t, w.repo.Files("none"))
	_, has := w.repo.File("none", "x")
	assert.False(t, has)
	_, has = w.repo.File("main", "docs")
	assert.False(t, has)
}
