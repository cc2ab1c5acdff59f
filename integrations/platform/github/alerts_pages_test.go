package github_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
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
