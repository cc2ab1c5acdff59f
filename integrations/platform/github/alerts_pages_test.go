package github_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// down counts from n to 1, as newest first.
func down(n int) (all []int) {
	for ; n > 0; n-- {
		all = append(all, n)
	}
	return all
}

const secondaryLimit = `{"message":"You have exceeded a secondary rate limit.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`

func TestFiveThousandAlertsThroughLimits(t *testing.T) {
	for kind, more := range map[github.AlertKind]int{
		github.CodeScanning:   1 + 1 + 1, // the dismissed ones; behind the full last page the oldest; as pages have numbers, the last change
		github.Dependabot:     1,         // the oldest
		github.SecretScanning: 1,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			a := newAlerting(t)
			a.add(kind, 5000)
			wait := map[string]string{"Retry-After": "0"}
			a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: 10, Status: 429, Header: wait})
			a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: 20, Status: 403, Header: wait, Body: secondaryLimit})
			a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: 5, Status: 429, Header: wait})
			l := a.listed(kind, a.main())
			require.Equal(t, down(5000), numbers(t, l))
			require.Equal(t, 50+more+3, a.fake.Calls(listOf[kind]), "each page once, and those again that a limit took")
			found, e := findings(t, l, gate.Expectation{})
			require.Len(t, found, 5000)
			require.Equal(t, 5000, e.Scan.Read)
		})
	}
}

func TestListsOfAllLengths(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		for _, n := range []int{0, 1, 30, 99, 100, 101, 200, 230} {
			a := newAlerting(t)
			a.add(kind, n)
			l := a.listed(kind, a.main())
			require.Equal(t, down(n), numbers(t, l), "%s", kind)
			found, _ := findings(t, l, gate.Expectation{}) // a page that is just full is no doubt of the format's either
			require.Len(t, found, n)
		}
	}
}

func TestDependabotIsPagedByCursor(t *testing.T) {
	a := newAlerting(t)
	a.add(github.Dependabot, 250)
	a.listed(github.Dependabot, a.main())
	var cursors int
	for _, r := range a.fake.Requests() {
		require.NotContains(t, r.Query, "&page=", "GitHub has taken that away")
		if strings.HasPrefix(r.Query, "after=") {
			cursors++
		}
	}
	require.Equal(t, 2, cursors)
}

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
				a := newAlerting(t)
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

// What leads from page to page may be lost, in a proxy for one.
func TestAnEndThatIsNone(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		first := 0
		if kind == github.CodeScanning {
			first = 1 // the dismissed ones
		}
		for name, fault := range map[string]githubtest.Fault{
			"first page leads nowhere":           {After: first, DropLink: true},
			"second page leads nowhere":          {After: first + 1, DropLink: true},
			"leads to what cannot be understood": {After: first, Header: map[string]string{"Link": `<https://api.github.com/x?offset=2>; rel="next"`}, Edit: same},
			"leads nowhere that is an address":   {After: first, Header: map[string]string{"Link": `https://api.github.com/x?page=2; rel="next"`}, Edit: same},
		} {
			a := newAlerting(t)
			a.add(kind, 500)
			fault.Operation = listOf[kind]
			a.fake.Fault(fault)
			l := a.refused(kind, a.main(), gate.Partial)
			require.Less(t, l.Alerts, 500, "%s: %s", kind, name)
		}
	}
	a := newAlerting(t)
	a.add(github.CodeScanning, 500)
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.CodeScanning], After: 2, DropItems: true})
	a.refused(github.CodeScanning, a.main(), gate.Partial, "ended with page 2 of 5")
}

func TestAShortPageIsNotTheLast(t *testing.T) {
	const lost = 40
	short := func(page any) any { return page.([]any)[:100-lost] }
	for _, kind := range github.AlertKinds() {
		first := map[bool]int{true: 1}[kind == github.CodeScanning] // the dismissed ones
		a := newAlerting(t)
		a.add(kind, 250)
		a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: first, Edit: short})
		require.Equal(t, 250-lost, a.listed(kind, a.main()).Alerts)

		a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: first, Edit: short,
			Header: map[string]string{"Link": `<https://api.github.com/x?offset=2>; rel="next"`}})
		a.refused(kind, a.main(), gate.Partial, "leads to another one that cannot be understood")
	}
}

// same is an edit that leaves an answer as it is: what a fault adds to the header then comes with it.
func same(answer any) any { return answer }

func TestAnAlertThatComesTwiceIsADoubt(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		a := newAlerting(t)
		a.add(kind, 150)
		a.fake.Fault(githubtest.Fault{Operation: listOf[kind], After: 1 + map[bool]int{true: 1}[kind == github.CodeScanning], Edit: func(page any) any {
			page.([]any)[0].(map[string]any)["number"] = 140
			return page
		}})
		a.refused(kind, a.main(), gate.Partial, "alert 140 comes up twice")
	}
}

// An alert that was dismissed and is opened again while it is looked for is in both lists.
func TestAnAlertThatIsOpenedAgainMeanwhileIsADoubt(t *testing.T) {
	a := newAlerting(t)
	a.repo.AddAnalysis(githubtest.Analysis{Results: 1})
	alert := a.repo.AddCodeAlert(githubtest.CodeAlert{State: "dismissed"})
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.CodeScanning], After: 1, Before: func() { a.fake.Do(func() { alert.State = "open" }) }})
	a.refused(github.CodeScanning, a.main(), gate.Partial, "alert 1 comes up twice")
}

// With the pages known by their numbers, an alert that is closed in the first one moves one from the second to the first, which was read already.
func TestAnAlertThatIsClosedMeanwhileIsADoubt(t *testing.T) {
	a := newAlerting(t)
	a.add(github.CodeScanning, 150)
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.CodeScanning], After: 2, Before: func() {
		a.fake.Do(func() {
			newest := a.repo.CodeAlerts[149]
			newest.State, newest.Created = "dismissed", time.Now().Add(time.Second)
		})
	}})
	l := a.refused(github.CodeScanning, a.main(), gate.Partial, "alert 150 changed while it was read")
	require.False(t, slices.Contains(numbers(t, l), 50), "the one that nobody saw")
}

func TestMoreThanIsEverAskedForIsADoubt(t *testing.T) {
	a := newAlerting(t)
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.Dependabot], Times: -1, Edit: func() func(any) any {
		number := 0
		return func(any) any { number++; return []any{map[string]any{"number": number}} }
	}(), Header: map[string]string{"Link": `<https://api.github.com/x?after=more>; rel="next"`}})
	l := a.refused(github.Dependabot, a.main(), gate.Partial, "there are more than 20000")
	require.Equal(t, 200, l.Pages)
	require.Equal(t, 200, a.fake.Calls(listOf[github.Dependabot]))
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

func TestAServerOfOnesOwn(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		a := newAlerting(t)
		a.add(kind, 230)
		own := httptest.NewServer(http.StripPrefix("/api/v3", a.fake))
		defer own.Close()
		access := a.access()
		access.API, access.GraphQL = own.URL+"/api/v3", own.URL+"/api/graphql"
		c, err := github.Dial(access)
		require.NoError(t, err)
		of := a.main()
		l, err := c.Alerts(t.Context(), kind, &of)
		require.NoError(t, err)
		require.Equal(t, down(230), numbers(t, l), "other pages are on the server that was named, whatever the answer says")
	}
}

func TestTheEndOfTheTimeIsNoEndOfTheList(t *testing.T) {
	a := newAlerting(t)
	a.add(github.Dependabot, 250)
	a.fake.Fault(githubtest.Fault{Operation: listOf[github.Dependabot], After: 1, Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	l, err := a.listAt(ctx, github.Dependabot, a.main())
	var refused *github.AlertsError
	require.True(t, errors.As(err, &refused))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, gate.Partial, refused.Status)
	require.Equal(t, 100, l.Alerts)
}
