package github_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// alerting is a repository with a pull request, whose alerts are listed. All that is in it happened long ago: answers carry the true time.
type alerting struct {
	*testing.T
	fake *githubtest.Server
	repo *githubtest.Repository
	pull *githubtest.Pull
	may  githubtest.Token
}

var longAgo = time.Date(2024, time.May, 2, 9, 0, 0, 0, time.UTC)

func newAlerting(t *testing.T) *alerting {
	fake := githubtest.New(t, githubtest.Options{Now: func() time.Time { return longAgo }})
	repo := fake.Repository("acme/shop")
	repo.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"app.js": "1\n"}})
	return &alerting{T: t, fake: fake, repo: repo, pull: repo.AddPull(githubtest.Pull{HeadRef: "feature"}),
		may: githubtest.Token{App: fake.App("alerts"), Permissions: githubtest.Permissions{"metadata": "read", "contents": "read", "security-events": "read",
			"administration": "read", "vulnerability-alerts": "read", "secret-scanning-alerts": "read"}}}
}

// listOf are the operations that list alerts.
var listOf = map[github.AlertKind]string{
	github.CodeScanning: "code-scanning/list-alerts-for-repo", github.Dependabot: "dependabot/list-alerts-for-repo",
	github.SecretScanning: "secret-scanning/list-alerts-for-repo",
}

const analysesOf = "code-scanning/list-recent-analyses"

// add puts open alerts of one kind on the branch main, and for code scanning an analysis of its newest commit.
func (a *alerting) add(kind github.AlertKind, n int) {
	if kind == github.CodeScanning {
		a.repo.AddAnalysis(githubtest.Analysis{Results: n})
	}
	for i := range n {
		switch kind {
		case github.CodeScanning:
			a.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: fmt.Sprintf("go/rule-%d", i), Line: i + 1})
		case github.Dependabot:
			a.repo.AddDependabotAlert(githubtest.DependabotAlert{Package: fmt.Sprintf("pack-%d", i)})
		case github.SecretScanning:
			a.repo.AddSecretAlert(githubtest.SecretAlert{Type: fmt.Sprintf("token_%d", i), More: map[string]any{"first_location_detected": nil}})
		}
	}
}

func (a *alerting) access() github.Access {
	return github.Access{API: a.fake.URL(), GraphQL: a.fake.GraphQLURL(), Server: a.fake.ServerURL(), Repository: a.repo.FullName(),
		ID: a.repo.ID, Token: a.fake.AddToken(a.may), Now: func() time.Time { return longAgo }, Pause: time.Millisecond, Budget: 200 * time.Millisecond}
}

func (a *alerting) list(kind github.AlertKind, of gate.Artifact) (github.Listing, error) {
	a.Helper()
	return a.listAt(a.Context(), kind, of)
}

func (a *alerting) listAt(ctx context.Context, kind github.AlertKind, of gate.Artifact) (github.Listing, error) {
	a.Helper()
	c, err := github.Dial(a.access())
	require.NoError(a, err)
	return c.Alerts(ctx, kind, &of)
}

// listed is a list without an error.
func (a *alerting) listed(kind github.AlertKind, of gate.Artifact) github.Listing {
	a.Helper()
	l, err := a.list(kind, of)
	require.NoError(a, err)
	return l
}

// refused is a list that is not there, or not whole.
func (a *alerting) refused(kind github.AlertKind, of gate.Artifact, want gate.Status, says ...string) github.Listing {
	a.Helper()
	l, err := a.list(kind, of)
	require.Error(a, err)
	var refused *github.AlertsError
	require.True(a, errors.As(err, &refused), "%T: %v", err, err)
	require.Equal(a, want, refused.Status, err.Error())
	require.NotEmpty(a, gate.HintOf(err), err.Error())
	for _, text := range says {
		require.Contains(a, err.Error()+" | "+gate.HintOf(err), text)
	}
	return l
}

// main is the newest commit of the branch main.
func (a *alerting) main() gate.Artifact {
	return gate.Artifact{Ref: "main", Subject: gate.Subject{Commit: a.repo.Ref("refs/heads/main")}}
}

// change is the pull request, as its event has it.
func (a *alerting) change() gate.Artifact {
	return gate.Artifact{Ref: fmt.Sprintf("%d/merge", a.pull.Number), Subject: gate.Subject{Commit: a.pull.MergeSHA},
		Change: &gate.Change{ID: fmt.Sprint(a.pull.Number), Base: "main", Head: a.pull.HeadSHA}}
}

func (a *alerting) mergeRef() string { return fmt.Sprintf("refs/pull/%d/merge", a.pull.Number) }
func (a *alerting) headRef() string  { return fmt.Sprintf("refs/pull/%d/head", a.pull.Number) }

// numbers are those of the alerts of a list.
func numbers(t *testing.T, l github.Listing) (all []int) {
	t.Helper()
	if l.Body == nil {
		return nil
	}
	var pages [][]struct {
		Number int `json:"number"`
	}
	require.NoError(t, json.Unmarshal(l.Body, &pages))
	require.Len(t, pages, l.Pages)
	for _, page := range pages {
		for _, alert := range page {
			all = append(all, alert.Number)
		}
	}
	require.Len(t, all, l.Alerts)
	return all
}

// said is all that a list says of what it could not see.
func said(l github.Listing) string { return strings.Join(l.Warnings, "\n") }
