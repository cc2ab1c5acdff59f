package githubtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// samples are a request for each operation that succeeds.
func samples(w *world) map[string]struct{ path, body string } {
	r, head := "/repos/acme/shop", w.pull.HeadSHA
	tree := w.repo.store.commits[head].tree
	run, comment := fmt.Sprintf("%s/actions/runs/%d", r, w.run.ID), fmt.Sprintf("%s/issues/comments/%d", r, w.comment.ID)
	return map[string]struct{ path, body string }{
		"graphql":                             {"/graphql", `{"query":"{viewer{login}}"}`},
		"repos/get":                           {r, ""},
		"users/get-authenticated":             {"/user", ""},
		"users/get-by-username":               {"/users/dana", ""},
		"pulls/list":                          {r + "/pulls", ""},
		"pulls/get":                           {r + "/pulls/1", ""},
		"pulls/list-commits":                  {r + "/pulls/1/commits", ""},
		"pulls/list-files":                    {r + "/pulls/1/files", ""},
		"issues/list-comments":                {r + "/issues/1/comments", ""},
		"issues/get-comment":                  {comment, ""},
		"issues/update-comment":               {comment, `{"body":"other"}`},
		"issues/create-comment":               {r + "/issues/1/comments", `{"body":"text"}`},
		"actions/get-workflow-run":            {run, ""},
		"git/get-ref":                         {r + "/git/ref/heads/main", ""},
		"git/create-ref":                      {r + "/git/refs", `{"ref":"refs/heads/new","sha":"` + head + `"}`},
		"git/update-ref":                      {r + "/git/refs/heads/main", `{"sha":"` + head + `"}`},
		"git/create-blob":                     {r + "/git/blobs", `{"content":"text"}`},
		"git/get-blob":                        {r + "/git/blobs/" + w.repo.store.files(tree)["main.go"].sha, ""},
		"git/create-tree":                     {r + "/git/trees", `{"tree":[{"path":"a","mode":"100644","type":"blob","content":"x"}]}`},
		"git/get-tree":                        {r + "/git/trees/" + tree, ""},
		"git/create-commit":                   {r + "/git/commits", `{"message":"m","tree":"` + tree + `"}`},
		"git/get-commit":                      {r + "/git/commits/" + head, ""},
		"repos/compare-commits-with-basehead": {r + "/compare/main...feature", ""},
		"repos/download-tarball-archive":      {r + "/tarball/main", ""},
		"repos/get-content":                   {r + "/contents/README.md", ""},
		"checks/create":                       {r + "/check-runs", `{"name":"gate","head_sha":"` + head + `"}`},
		"checks/update":                       {fmt.Sprintf("%s/check-runs/%d", r, w.repo.CheckRuns[0].ID), `{"conclusion":"success"}`},
		"checks/list-for-ref":                 {r + "/commits/feature/check-runs", ""},

		"repos/get-collaborator-permission-level":  {r + "/collaborators/dana/permission", ""},
		"teams/get-membership-for-user-in-org":     {"/orgs/acme/teams/release/memberships/dana", ""},
		"issues/list-comments-for-repo":            {r + "/issues/comments", ""},
		"reactions/list-for-issue-comment":         {comment + "/reactions", ""},
		"reactions/create-for-issue-comment":       {comment + "/reactions", `{"content":"eyes"}`},
		"actions/list-workflow-runs-for-repo":      {r + "/actions/runs", ""},
		"actions/list-workflow-runs":               {r + "/actions/workflows/gate.yml/runs", ""},
		"actions/list-workflow-run-artifacts":      {run + "/artifacts", ""},
		"actions/list-artifacts-for-repo":          {"/repos/acme/shop/actions/artifacts", ""},
		"actions/download-artifact":                {fmt.Sprintf("%s/actions/artifacts/%d/zip", r, w.run.Artifacts[0].ID), ""},
		"actions/list-jobs-for-workflow-run":       {run + "/jobs", ""},
		"actions/re-run-workflow-failed-jobs":      {run + "/rerun-failed-jobs", ""},
		"actions/re-run-job-for-workflow-run":      {fmt.Sprintf("%s/actions/jobs/%d/rerun", r, w.run.Jobs[0].ID), ""},
		"code-scanning/list-alerts-for-repo":       {r + "/code-scanning/alerts", ""},
		"code-scanning/list-recent-analyses":       {r + "/code-scanning/analyses", ""},
		"dependabot/list-alerts-for-repo":          {r + "/dependabot/alerts", ""},
		"repos/check-vulnerability-alerts":         {r + "/vulnerability-alerts", ""},
		"secret-scanning/list-alerts-for-repo":     {r + "/secret-scanning/alerts", ""},
		"secret-scanning/list-locations-for-alert": {r + "/secret-scanning/alerts/1/locations", ""},
		"repos/create-commit-status":               {r + "/statuses/" + head, `{"state":"success"}`},
	}
}

// Whoever asks with one of the rights of the table is answered, and whoever has none is refused. All answers are checked on the way.
func TestEveryOperationNeedsItsRight(t *testing.T) {
	for _, o := range operations {
		t.Run(strings.ReplaceAll(o.id, "/", " "), func(t *testing.T) {
			w := newWorld(t)
			sample, has := samples(w)[o.id]
			require.True(t, has, "there is no sample")
			try := func(token Token) int {
				w.token = w.AddToken(token)
				w.ask(t, o.method, sample.path, sample.body)
				return w.status
			}
			app := w.App("another")
			if o.right != "" {
				assert.Equal(t, http.StatusForbidden, try(Token{App: app}), "without any right")
			}
			if o.id != "graphql" {
				w.token = "nobody's"
				w.ask(t, o.method, sample.path, sample.body)
				assert.Equal(t, http.StatusUnauthorized, w.status)
			}
			for right := range strings.SplitSeq(o.right, "|") {
				name, access, _ := strings.Cut(right, ":")
				token := Token{App: app, Permissions: Permissions{name: access}}
				switch {
				case o.right == "":
					token.Permissions = nil
				case o.right == asUser:
					token = Token{User: w.dana}
				case o.id == "checks/update":
					token.App = w.App("gate") // whose check run it is
				}
				if strings.HasSuffix(access, "write") {
					assert.Equal(t, http.StatusForbidden, try(Token{App: app, Permissions: Permissions{name: "read"}}), "to read is not to write")
				}
				assert.Less(t, try(token), http.StatusBadRequest, right)
				w = newWorld(t)
				sample = samples(w)[o.id]
			}
		})
	}
}

func TestWhoMayWriteMayRead(t *testing.T) {
	w := newWorld(t)
	w.token = w.AddToken(Token{Permissions: Permissions{"pull-requests": "write"}})
	w.ask(t, "GET", "/repos/acme/shop/pulls/1", "")
	assert.Equal(t, 200, w.status)
	w.token = w.AddToken(Token{Permissions: Permissions{"pull-requests": "none"}})
	body := w.ask(t, "GET", "/repos/acme/shop/pulls/1", "")
	assert.Equal(t, 403, w.status)
	assert.Equal(t, "Resource not accessible by integration", message(body))
}

func TestAWorkflowHasNoRightsOfApps(t *testing.T) {
	for _, p := range []Permissions{{"members": "read"}, {"secret-scanning-alerts": "read"}, {"metadata": "read"}, {"pull_requests": "read"}, {"issues": "admin"}} {
		r := &watcher{TB: t}
		s := start(r, Options{})
		done := make(chan struct{})
		s.t = &fatal{watcher: r}
		go func() {
			defer close(done)
			s.AddToken(Token{Permissions: p})
		}()
		<-done
		assert.Contains(t, r.objections(), "there is no permission", p)
	}
}

func TestATokenReachesItsRepository(t *testing.T) {
	w := newWorld(t)
	other, hidden := w.Repository("acme/other"), w.Repository("acme/hidden")
	w.Do(func() { hidden.Private = true })
	sha := other.Ref("main")
	w.token = w.AddToken(Token{Permissions: Permissions{"contents": "write"}, Repository: w.repo})
	for path, status := range map[string]int{"/repos/acme/other": 200, "/repos/acme/hidden": 404, "/repos/acme/none": 404} {
		w.ask(t, "GET", path, "")
		assert.Equal(t, status, w.status, path)
	}
	w.ask(t, "POST", "/repos/acme/other/git/refs", `{"ref":"refs/heads/x","sha":"`+sha+`"}`)
	assert.Equal(t, 403, w.status)
}

func TestWhoWrites(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		token    Token
		kind     string
		hasApp   bool
		workflow bool
	}{
		"github-actions[bot]": {Token{Permissions: Permissions{"issues": "write"}}, "Bot", true, true},
		"gate[bot]":           {Token{App: w.App("gate"), Permissions: Permissions{"issues": "write"}}, "Bot", true, false},
		"dana":                {Token{User: w.dana, Permissions: Permissions{"issues": "write"}}, "User", false, false},
	} {
		w.token = w.AddToken(c.token)
		body := w.ask(t, "POST", "/repos/acme/shop/issues/1/comments", `{"body":"text"}`).(object)
		user := body["user"].(object)
		assert.Equal(t, name, user["login"])
		assert.Equal(t, c.kind, user["type"])
		assert.Equal(t, c.hasApp, body["performed_via_github_app"] != nil, name)
		if c.workflow {
			assert.EqualValues(t, 41898282, user["id"])
		}
		w.ask(t, "GET", "/user", "")
		assert.Equal(t, map[bool]int{true: 403, false: 200}[c.hasApp], w.status, name)
	}
}
