package githubtest

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fatal is a watcher of which a call of Fatalf ends the goroutine only.
type fatal struct{ *watcher }

func (f *fatal) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// Requests that real clients of GitHub would be wrong to send.
func TestWhatIsNoRequest(t *testing.T) {
	const r = "/repos/acme/shop"
	head := strings.Repeat("0", 40)
	for _, c := range []struct{ method, path, body, says string }{
		{"GET", r + "/nowhere", "", "has no GET"},
		{"DELETE", r + "/pulls/1", "", "has no DELETE"},
		{"GET", r + "/collaborators/../../../orgs/x/permission", "", "has no GET"},
		{"GET", r + "/pulls?per_page=9999", "", "per_page"},
		{"GET", r + "/pulls?per_page=0", "", "per_page"},
		{"GET", r + "/pulls?page=0", "", "page"},
		{"GET", r + "/pulls?per_pgae=10", "", `no parameter "per_pgae"`},
		{"GET", r + "/pulls?per_page=10&per_page=10", "", "2 times"},
		{"GET", r + "/pulls?state=opened", "", "state"},
		{"GET", r + "/pulls/one", "", "pull_number"},
		{"GET", r + "/issues/1/comments?sort=created", "", `no parameter "sort"`},
		{"GET", r + "/issues/comments?since=yesterday", "", "since"},
		{"GET", r + "/issues/1/comments", `{}`, "must be no body"},
		{"POST", r + "/issues/1/comments", "", "there is no body"},
		{"POST", r + "/issues/1/comments", `{"body":1}`, "body"},
		{"POST", r + "/issues/1/comments", `{"body":"a","text":"b"}`, `text`},
		{"POST", r + "/issues/1/comments", `{"body":"a","body":"b"}`, "duplicate"},
		{"POST", r + "/issues/1/comments", `{`, "EOF"},
		{"POST", r + "/check-runs", `{"name":"gate","head_sha":"` + head + `","conclusoin":"success"}`, "conclusoin"},
		{"POST", r + "/check-runs", `{"name":"gate","head_sha":"` + head + `","conclusion":"succeeded"}`, "conclusion"},
		{"PATCH", r + "/git/refs/heads/main", `{"sha":"` + head + `","expected":"x"}`, "expected"},
	} {
		t.Run(c.method+" "+strings.ReplaceAll(c.path, "/", " "), func(t *testing.T) {
			objections, w := watched(t)
			w.ask(t, c.method, c.path, c.body)
			assert.GreaterOrEqual(t, w.status, 400)
			assert.Contains(t, objections.objections(), c.says)
		})
	}
}

func TestABodyIsJSON(t *testing.T) {
	objections, w := watched(t)
	request, err := http.NewRequestWithContext(t.Context(), "POST", w.URL()+"/repos/acme/shop/issues/1/comments", strings.NewReader(`{"body":"a"}`))
	require.NoError(t, err)
	request.Header.Set("Authorization", "token "+w.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, objections.objections(), `the body is said to be ""`)
}

// What GitHub has and the fake has not must not pass for done.
func TestWhatTheFakeDoesNotDo(t *testing.T) {
	for _, c := range []struct{ method, path, body, says string }{
		{"GET", "/repos/acme/shop/actions/runs?created=2026-01-01T00:00:00Z", "", `does not do "created"`},
		{"GET", "/repos/acme/shop/code-scanning/alerts?tool_guid=x", "", `does not do "tool_guid"`},
		{"POST", "/repos/acme/shop/git/commits", `{"message":"m","tree":"x","signature":"s"}`, `does not do this of git/create-commit`},
	} {
		objections, w := watched(t)
		w.ask(t, c.method, c.path, c.body)
		assert.Contains(t, objections.objections(), c.says)
	}
}

// Mistakes of the fake itself are noticed too.
func TestWhatIsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		spoil func(object)
		says  string
	}{
		{func(o object) { o["idd"] = 1 }, "idd"},
		{func(o object) { delete(o, "id") }, "id"},
		{func(o object) { o["id"] = "1" }, "id"},
		{func(o object) { o["url"] = "not an address" }, "url"},
		{func(o object) { o["created_at"] = "2026-13-01T00:00:00Z" }, "created_at"},
		{func(o object) { o["author_association"] = "FRIEND" }, "author_association"},
		{func(o object) { o["user"].(object)["logn"] = "x" }, "logn"},
		{func(o object) { o["reactions"].(object)["eyes"] = -1.5 }, "eyes"},
	} {
		w := newWorld(t)
		d, err := described()
		require.NoError(t, err)
		shape := w.comment.shape()
		about := &call{operation: &operation{id: "issues/get-comment"}}
		require.NoError(t, d.wrongAnswer(about, ok(shape)))
		c.spoil(shape)
		assert.ErrorContains(t, d.wrongAnswer(about, ok(shape)), c.says)
	}
}

func TestAnswersThatNobodyDescribes(t *testing.T) {
	d, err := described()
	require.NoError(t, err)
	about := &call{operation: &operation{id: "issues/get-comment"}}
	assert.NoError(t, d.wrongAnswer(about, forbidden()), "a refusal has the form that refusals have")
	assert.Error(t, d.wrongAnswer(about, answer{status: 202, body: object{}}))
	assert.Error(t, d.wrongAnswer(about, answer{status: 403, body: object{"reason": "none"}}))
	assert.Error(t, d.wrongAnswer(about, answer{status: 200}))
}

// A fork that was deleted is one thing that the description is wrong about.
func TestTheHeadOfADeletedForkIsNull(t *testing.T) {
	w := newWorld(t)
	fork := w.repo.Fork(w.User("mallory"))
	fork.Commit(Commit{Branch: "evil", Files: map[string]string{"x": "y"}})
	p := w.repo.AddPull(Pull{HeadRef: "evil", HeadRepo: fork, User: w.User("mallory")})
	got, _, err := w.client.PullRequests.Get(t.Context(), "acme", "shop", p.Number)
	require.NoError(t, err)
	assert.Equal(t, "mallory/shop", got.GetHead().GetRepo().GetFullName())
	assert.True(t, got.GetHead().GetRepo().GetFork())
	w.Do(func() { p.HeadRepo = nil })
	got, _, err = w.client.PullRequests.Get(t.Context(), "acme", "shop", p.Number)
	require.NoError(t, err)
	assert.Nil(t, got.GetHead().Repo)
	assert.Equal(t, "mallory:evil", got.GetHead().GetLabel())
}

func TestTheCheckIsQuick(t *testing.T) {
	w := newWorld(t)
	d, err := described()
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), "POST", w.URL()+"/repos/acme/shop/check-runs", nil)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	c := &call{Server: w.Server, request: request, body: []byte(manyAnnotations(50, w.pull.HeadSHA))}
	c.operation, c.parameters = find("POST", "/repos/acme/shop/check-runs")
	var took []time.Duration
	for range 50 {
		at := time.Now()
		require.NoError(t, d.wrongRequest(c))
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	t.Logf("one check of a request with 50 annotations takes %s", took[25])
	assert.Less(t, took[25], 5*time.Millisecond) // measured: far below one, on a machine with nothing else to do
}

func manyAnnotations(n int, sha string) string {
	one := `{"path":"a","start_line":1,"end_line":1,"annotation_level":"notice","message":"m"}`
	return fmt.Sprintf(`{"name":"gate","head_sha":%q,"output":{"title":"t","summary":"s","annotations":[%s]}}`, sha,
		strings.Join(slices.Repeat([]string{one}, n), ","))
}

func BenchmarkCheck(b *testing.B) {
	d, err := described()
	require.NoError(b, err)
	request, err := http.NewRequestWithContext(b.Context(), "POST", "/repos/acme/shop/issues/1/comments", nil)
	require.NoError(b, err)
	request.Header.Set("Content-Type", "application/json")
	c := &call{request: request, body: []byte(`{"body":"/defectgate status"}`)}
	c.operation, c.parameters = find("POST", "/repos/acme/shop/issues/1/comments")
	for b.Loop() {
		require.NoError(b, d.wrongRequest(c))
	}
}
