package github_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// broken are answers to a list of alerts that are none.
func broken(t *testing.T) map[string]githubtest.Fault {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(elsewhere.Close)
	return map[string]githubtest.Fault{
		"401":                  {Status: 401, Body: `{"message":"Bad credentials"}`},
		"403":                  {Status: 403, Body: `{"message":"Resource not accessible by integration"}`},
		"404":                  {Status: 404, Body: `{"message":"Not Found"}`},
		"410":                  {Status: 410, Body: `{"message":"Issues are disabled"}`},
		"422":                  {Status: 422, Body: `{"message":"Validation failed"}`},
		"202":                  {Status: 202, Body: `{}`},
		"500":                  {Status: 500, Times: -1},
		"503, HTML":            {Status: 503, Times: -1, Body: "<html>down</html>"},
		"HTML":                 {Body: "<!DOCTYPE html><title>Sign in</title>"},
		"null":                 {Body: "null"},
		"no list":              {Body: `{"alerts":[]}`},
		"a message":            {Body: `{"message":"Not Found"}`},
		"no alerts":            {Body: `[1,2]`},
		"alerts without names": {Body: `[{}]`},
		"alert number 0":       {Body: `[{"number":0}]`},
		"alert number text":    {Body: `[{"number":"7"}]`},
		"two lists":            {Body: `[{"number":1}][{"number":2}]`},
		"cut off":              {Body: `[{"number":1},{"number":`},
		"a number twice":       {Body: `[{"number":1,"number":2}]`},
		"nothing":              {Status: 200},
		"another host":         {Redirect: elsewhere.URL + "/alerts"},
		"for ever":             {Redirect: "/repos/acme/shop/code-scanning/alerts", Times: -1},
		"no answer":            {Hangup: true, Times: -1},
		"over the budget":      {Status: 429, Header: map[string]string{"Retry-After": "7200"}},
		"over, by an hour":     {Status: 403, Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}},
		"over, bit by bit":     {Status: 429, Times: -1, Header: map[string]string{"Retry-After": "0"}},
	}
}

// What is refused is no empty list.
func TestWithoutItsFirstPageThereIsNoList(t *testing.T) {
	for name, fault := range broken(t) {
		for _, kind := range github.AlertKinds() {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				a := newAlerting(t)
				a.add(kind, 250)
				fault.Operation = listOf[kind]
				a.fake.Fault(fault)
				l := a.refused(kind, a.main(), gate.Unavailable)
				require.Zero(t, l.Alerts)
				require.Empty(t, l.Body)
				require.Empty(t, l.Proof)
			})
		}
	}
}

func TestAPageThatFailsLaterLeavesAPart(t *testing.T) {
	for name, fault := range broken(t) {
		for _, kind := range github.AlertKinds() {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				a, fault := newAlerting(t), fault // of this kind alone
				a.add(kind, 500)
				fault.Operation, fault.After = listOf[kind], 2
				if kind == github.CodeScanning {
					fault.After++ // the dismissed ones
				}
				a.fake.Fault(fault)
				l := a.refused(kind, a.main(), gate.Partial)
				require.Equal(t, down(500)[:200], numbers(t, l), "what came is told")
				require.Empty(t, l.Proof)
			})
		}
	}
}

func TestTheTokenIsNeverSentElsewhere(t *testing.T) {
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte("[]"))
	}))
	defer elsewhere.Close()
	for operation, kind := range map[string]github.AlertKind{"repos/get": github.Dependabot, analysesOf: github.CodeScanning,
		listOf[github.CodeScanning]: github.CodeScanning, listOf[github.Dependabot]: github.Dependabot, listOf[github.SecretScanning]: github.SecretScanning} {
		a := newAlerting(t)
		a.add(kind, 1)
		a.fake.Fault(githubtest.Fault{Operation: operation, Redirect: elsewhere.URL})
		_, err := a.list(kind, a.main())
		require.ErrorContains(t, err, "only "+strings.TrimPrefix(a.fake.URL(), "http://")+" is asked here")
	}
	require.Zero(t, asked.Load())
}

func TestAFeatureThatIsOffIsNoEmptyList(t *testing.T) {
	for kind, says := range map[github.AlertKind][]string{
		github.CodeScanning:   {"Code Security must be enabled", "security-events: read"},
		github.Dependabot:     {"Dependabot alerts are disabled", "vulnerability-alerts: read"},
		github.SecretScanning: {"Secret scanning is disabled", "that of the job never may"},
	} {
		a := newAlerting(t)
		a.add(kind, 3)
		a.repo.Off[string(kind)] = true
		l := a.refused(kind, a.main(), gate.Unavailable, says...)
		require.Zero(t, l.Alerts)
	}
}

// A run for a fork reads, if it may read that at all.
func TestAReadOnlyTokenOfAFork(t *testing.T) {
	a := newAlerting(t)
	fork := a.repo.Fork(a.fake.User("eve"))
	fork.Commit(githubtest.Commit{Branch: "patch", Files: map[string]string{"x": "y"}})
	a.pull = a.repo.AddPull(githubtest.Pull{HeadRepo: fork, HeadRef: "patch"})
	a.repo.AddAnalysis(githubtest.Analysis{Ref: a.mergeRef(), Results: 1})
	a.repo.AddCodeAlert(githubtest.CodeAlert{Refs: []string{a.mergeRef()}})
	a.may = githubtest.Token{Permissions: githubtest.Permissions{"contents": "read"}}
	for _, kind := range github.AlertKinds() {
		a.refused(kind, a.change(), gate.Unavailable, "Resource not accessible by integration")
	}
	a.may = githubtest.Token{Permissions: githubtest.Permissions{"security-events": "read"}}
	require.Equal(t, []int{1}, numbers(t, a.listed(github.CodeScanning, a.change())))
	require.Empty(t, a.fake.Writes())
}
