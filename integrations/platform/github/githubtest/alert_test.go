package githubtest

import (
	"fmt"
	"testing"

	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCodeAlerts(t *testing.T) {
	w := newWorld(t)
	inPull := w.repo.AddCodeAlert(CodeAlert{RuleID: "go/xss", SecuritySeverity: "high", Tags: []string{"external/cwe/cwe-079"},
		Refs: []string{"refs/pull/1/merge"}, Path: "main.go", Line: 3})
	w.repo.AddCodeAlert(CodeAlert{State: "fixed", Tool: "Semgrep"})
	w.repo.AddCodeAlert(CodeAlert{State: "dismissed", DismissedBy: w.dana, DismissedReason: "won't fix"})
	numbers := func(o github.AlertListOptions) (all []int) {
		some, _, err := w.client.CodeScanning.ListAlertsForRepo(t.Context(), "acme", "shop", &o)
		require.NoError(t, err)
		for _, a := range some {
			all = append(all, a.GetNumber())
		}
		return all
	}
	assert.Equal(t, []int{4, 3, 1}, numbers(github.AlertListOptions{}))
	assert.Equal(t, []int{1}, numbers(github.AlertListOptions{State: "open", Ref: "main"}))
	assert.Equal(t, []int{3}, numbers(github.AlertListOptions{ToolName: "Semgrep"}))
	assert.Equal(t, []int{2}, numbers(github.AlertListOptions{Ref: "refs/pull/1/merge"}))
	assert.Equal(t, []int{1}, numbers(github.AlertListOptions{ListOptions: github.ListOptions{Page: 2, PerPage: 2}}))
	some, _, err := w.client.CodeScanning.ListAlertsForRepo(t.Context(), "acme", "shop", &github.AlertListOptions{Ref: "pull/1/merge"})
	require.NoError(t, err)
	assert.Equal(t, inPull.RuleID, some[0].GetRule().GetID())
	assert.Equal(t, "high", some[0].GetRule().GetSecuritySeverityLevel())
	assert.Equal(t, 3, some[0].GetMostRecentInstance().GetLocation().GetStartLine())
	assert.Equal(t, w.repo.Ref("refs/pull/1/merge"), some[0].GetMostRecentInstance().GetCommitSHA())
}

func TestAnalyses(t *testing.T) {
	w := newWorld(t)
	w.repo.AddAnalysis(Analysis{Ref: "refs/pull/1/merge", Category: "c", Results: 2})
	all, _, err := w.client.CodeScanning.ListAnalysesForRepo(t.Context(), "acme", "shop", nil)
	require.NoError(t, err)
	assert.Len(t, all, 2)
	all, _, err = w.client.CodeScanning.ListAnalysesForRepo(t.Context(), "acme", "shop", &github.AnalysesListOptions{Ref: github.String("refs/pull/1/merge")})
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, w.repo.Ref("refs/pull/1/merge"), all[0].GetCommitSHA())
}

func TestDependabotAlertsComeByCursor(t *testing.T) {
	w := newWorld(t)
	for range 6 {
		w.repo.AddDependabotAlert(DependabotAlert{Severity: "low", CVE: "CVE-2026-1234", Patched: "1.2.3", EPSS: 0.5, CWEs: []string{"CWE-79"}})
	}
	w.repo.AddDependabotAlert(DependabotAlert{State: "fixed"})
	w.repo.AddDependabotAlert(DependabotAlert{State: "dismissed"})
	var numbers []int
	o := &github.ListAlertsOptions{State: github.String("open"), ListCursorOptions: github.ListCursorOptions{PerPage: 3}}
	for {
		some, response, err := w.client.Dependabot.ListRepoAlerts(t.Context(), "acme", "shop", o)
		require.NoError(t, err)
		for _, a := range some {
			numbers = append(numbers, a.GetNumber())
		}
		if response.After == "" {
			break
		}
		o.After = response.After
	}
	assert.Equal(t, []int{7, 6, 5, 4, 3, 2, 1}, numbers)
	assert.Equal(t, 3, w.Calls("dependabot/list-alerts-for-repo"))
	some, _, err := w.client.Dependabot.ListRepoAlerts(t.Context(), "acme", "shop", &github.ListAlertsOptions{Severity: github.String("medium,high"),
		State: github.String("open")})
	require.NoError(t, err)
	require.Len(t, some, 1)
	assert.Equal(t, "left-pad", some[0].GetDependency().GetPackage().GetName())
}

func TestDependabotIsEnabled(t *testing.T) {
	w := newWorld(t)
	for _, enabled := range []bool{true, false} {
		w.Do(func() { w.repo.Off["dependabot"] = !enabled })
		got, _, err := w.client.Repositories.GetVulnerabilityAlerts(t.Context(), "acme", "shop")
		require.NoError(t, err)
		assert.Equal(t, enabled, got)
	}
}

func TestSecretAlerts(t *testing.T) {
	w := newWorld(t)
	w.repo.AddSecretAlert(SecretAlert{State: "resolved", Resolution: "revoked", Type: "other"})
	w.repo.AddSecretAlert(SecretAlert{Validity: "active", Locations: []Location{{Path: "none", Line: 1},
		{Type: "issue_comment", Details: map[string]any{"issue_comment_url": w.URL() + "/x"}}}})
	numbers := func(query string) (all []float64) {
		for _, a := range w.ask(t, "GET", "/repos/acme/shop/secret-scanning/alerts"+query, "").([]any) {
			all = append(all, a.(object)["number"].(float64))
		}
		return all
	}
	assert.Equal(t, []float64{3, 2, 1}, numbers(""))
	assert.Equal(t, []float64{2}, numbers("?resolution=revoked"))
	assert.Equal(t, []float64{3, 1}, numbers("?state=open&secret_type=example_token"))
	assert.Equal(t, []float64{3}, numbers("?validity=active,inactive"))
	open, _, err := w.client.SecretScanning.ListAlertsForRepo(t.Context(), "acme", "shop", &github.SecretScanningAlertListOptions{State: "open"})
	require.NoError(t, err)
	assert.NotEmpty(t, open[0].GetSecret())
	hidden := w.ask(t, "GET", "/repos/acme/shop/secret-scanning/alerts?hide_secret=true", "").([]any)
	assert.NotContains(t, hidden[0], "secret")
	places, _, err := w.client.SecretScanning.ListLocationsForAlert(t.Context(), "acme", "shop", 3, nil)
	require.NoError(t, err)
	assert.Equal(t, "none", places[0].GetDetails().GetPath())
	assert.Equal(t, "issue_comment", places[1].GetType())
	w.ask(t, "GET", "/repos/acme/shop/secret-scanning/alerts/9/locations", "")
	assert.Equal(t, 404, w.status)
}

// By number unless it was asked for a cursor, and be it an empty one.
func TestPagesOfSecretAlerts(t *testing.T) {
	w := newWorld(t)
	w.repo.AddSecretAlert(SecretAlert{})
	for query, want := range map[string]string{"?per_page=1": "page=2&per_page=1", "?per_page=1&after=": "after="} {
		response := w.send(t, "GET", "/repos/acme/shop/secret-scanning/alerts"+query, "")
		require.NoError(t, response.Body.Close())
		assert.Contains(t, response.Header.Get("Link"), want)
	}
	response := w.send(t, "GET", "/repos/acme/shop/secret-scanning/alerts?per_page=1&before="+cursor(2), "")
	require.NoError(t, response.Body.Close())
	assert.Contains(t, response.Header.Get("Link"), `rel="prev"`)
	assert.NotContains(t, response.Header.Get("Link"), `rel="next"`)
}

func TestWhatIsNotEnabled(t *testing.T) {
	w := newWorld(t)
	w.Do(func() {
		w.repo.Off = map[string]bool{"code-scanning": true, "dependabot": true, "secret-scanning": true}
	})
	w.Repository("acme/plain")
	for path, status := range map[string]int{"shop/code-scanning/alerts": 403, "shop/code-scanning/analyses": 403, "shop/dependabot/alerts": 403,
		"shop/secret-scanning/alerts": 404, "plain/code-scanning/alerts": 404, "plain/dependabot/alerts": 200, "plain/secret-scanning/alerts": 200} {
		w.ask(t, "GET", "/repos/acme/"+path, "")
		assert.Equal(t, status, w.status, path)
	}
}

func TestMembersOfAnAlertAreReplaced(t *testing.T) {
	objections, w := watched(t)
	w.repo.AddDependabotAlert(DependabotAlert{More: map[string]any{"dismissed_comment": "later"}})
	some := w.ask(t, "GET", "/repos/acme/shop/dependabot/alerts", "").([]any)
	assert.Equal(t, "later", some[0].(object)["dismissed_comment"])
	assert.Empty(t, objections.objections())
	w.repo.AddDependabotAlert(DependabotAlert{More: map[string]any{"dismised_comment": "later"}})
	w.ask(t, "GET", "/repos/acme/shop/dependabot/alerts", "")
	assert.Contains(t, objections.objections(), "dismised_comment")
}

// The header leads to all pages, and to none behind the last one, by the id of the repository.
func TestLinksLeadToPages(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.repo.AddCodeAlert(CodeAlert{})
	}
	const path = "/repos/acme/shop/code-scanning/alerts"
	at := fmt.Sprintf("<%s/repositories/%d/code-scanning/alerts?", w.URL(), w.repo.ID)
	for query, want := range map[string]string{
		"":                   "",
		"?per_page=2":        at + `page=2&per_page=2>; rel="next", ` + at + `page=3&per_page=2>; rel="last"`,
		"?per_page=2&page=3": at + `page=2&per_page=2>; rel="prev", ` + at + `page=1&per_page=2>; rel="first"`,
		"?per_page=2&page=9": at + `page=3&per_page=2>; rel="prev", ` + at + `page=1&per_page=2>; rel="first"`,
	} {
		response := w.send(t, "GET", path+query, "")
		require.NoError(t, response.Body.Close())
		assert.Equal(t, want, response.Header.Get("Link"), query)
	}
	all := w.ask(t, "GET", fmt.Sprintf("/repositories/%d/code-scanning/alerts?page=3&per_page=2", w.repo.ID), "")
	assert.Len(t, all, 1)
	assert.Len(t, w.ask(t, "GET", path+"?page=9&per_page=2", ""), 0)
}
