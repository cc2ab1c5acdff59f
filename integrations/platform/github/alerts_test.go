package github_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// findings reads a list as the gate does.
func findings(t *testing.T, l github.Listing, x gate.Expectation) (found []*gate.Finding, e gate.Evidence) {
	t.Helper()
	file := &scanner.File{Path: "alerts", Format: l.Format, Expectation: x, Limits: scanner.DefaultLimits,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l.Body)), nil }}
	e = file.Load(t.Context(), func(f *gate.Finding) error { found = append(found, f); return nil })
	require.Empty(t, e.Status, e.Problem)
	require.Empty(t, e.Scan.Failed)
	return found, e
}

func TestCodeScanningAlertsOfABranch(t *testing.T) {
	a := newAlerting(t)
	bob := a.fake.User("bob")
	a.repo.AddAnalysis(githubtest.Analysis{Category: "/language:go", Results: 2})
	a.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: "go/sql-injection", SecuritySeverity: "critical", Tags: []string{"external/cwe/cwe-089"}, Path: "db.go", Line: 7})
	a.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: "go/unused", State: "dismissed", DismissedBy: bob, DismissedReason: "won't fix"})
	a.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: "go/gone", State: "fixed"})
	a.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: "go/elsewhere", Refs: []string{"refs/heads/other"}, CommitSHA: a.main().Subject.Commit})

	l := a.listed(github.CodeScanning, a.main())
	require.Equal(t, []int{2, 1}, numbers(t, l), "those that are open or dismissed, of this branch")
	require.Equal(t, a.main().Subject.Commit, l.Commit)
	require.Equal(t, "refs/heads/main", l.Ref)
	require.Equal(t, longAgo, l.Made)
	require.Equal(t, "https://forge.example/acme/shop", l.Repository)
	require.Equal(t, []gate.Tool{{Name: "CodeQL"}}, l.Tools)
	require.Equal(t, "commit "+l.Commit[:12]+" analysed by CodeQL (/language:go): 1 rule, 2 results", l.Proof)
	require.Empty(t, l.Warnings)

	found, e := findings(t, l, gate.Expectation{})
	require.Len(t, found, 2)
	require.Equal(t, "https://forge.example/acme/shop", e.Scan.Subject.Repository)
	require.Equal(t, "go/unused", found[0].ID)
	require.Equal(t, gate.Suppressed, found[0].State)
	require.Equal(t, &gate.Word{By: "bob", Reason: "won't fix", At: longAgo, Said: gate.Suppressed}, found[0].Word)
	require.Equal(t, "go/sql-injection", found[1].ID)
	require.Equal(t, gate.Open, found[1].State)
	require.Equal(t, gate.Critical, found[1].Rating.Severity)
	require.Equal(t, []int{89}, found[1].CWEs)
	require.Equal(t, "db.go", found[1].Location.Path)
}

func TestDependabotAlertsSayOfWhichBranchTheyAre(t *testing.T) {
	a := newAlerting(t)
	a.repo.AddDependabotAlert(githubtest.DependabotAlert{Package: "left-pad", GHSA: "GHSA-2222-3333-4444", CVE: "CVE-2024-1111", EPSS: 0.5, Patched: "1.2.3"})
	a.repo.AddDependabotAlert(githubtest.DependabotAlert{State: "fixed"})
	a.repo.AddDependabotAlert(githubtest.DependabotAlert{State: "auto_dismissed", GHSA: "GHSA-5555-6666-7777"})
	a.repo.AddDependabotAlert(githubtest.DependabotAlert{State: "dismissed", GHSA: "GHSA-8888-9999-aaaa", More: map[string]any{
		"dismissed_reason": "tolerable_risk", "dismissed_comment": "it is not reached"}})

	l := a.listed(github.Dependabot, a.main())
	require.Equal(t, []int{4, 3, 1}, numbers(t, l))
	require.Equal(t, longAgo, l.Made, "the time of asking")
	require.Empty(t, l.Commit, "nobody says of which commit")
	require.Empty(t, l.Proof)
	require.Contains(t, said(l), `which commit of the branch "main"`)
	for _, other := range []gate.Artifact{a.change(), {Ref: "release"}, {Ref: "tags/main"}, {}} {
		require.Contains(t, said(a.listed(github.Dependabot, other)), `are of the branch "main": what this build changes`)
	}

	found, _ := findings(t, l, gate.Expectation{})
	require.Len(t, found, 3)
	require.Equal(t, "tolerable_risk: it is not reached", found[0].Word.Reason)
	require.Equal(t, gate.Suppressed, found[1].State)
	require.Equal(t, "GHSA-2222-3333-4444", found[2].ID)
	require.Equal(t, []string{"CVE-2024-1111"}, found[2].Aliases)
	require.Equal(t, []string{"1.2.3"}, found[2].Component.Fixed)
	require.InDelta(t, 0.5, *found[2].EPSS, 0)
}

func TestSecretsStayWhereTheyAre(t *testing.T) {
	a := newAlerting(t)
	a.repo.AddSecretAlert(githubtest.SecretAlert{Type: "aws_key", Secret: "AKIA-made-up", Validity: "active"})
	a.repo.AddSecretAlert(githubtest.SecretAlert{Type: "pypi_token", State: "resolved", Resolution: "revoked", Secret: "pypi-made-up"})

	l := a.listed(github.SecretScanning, a.change())
	require.Equal(t, []int{2, 1}, numbers(t, l))
	require.NotContains(t, string(l.Body), "made-up")
	require.Contains(t, said(l), "of the whole repository, not of this build\nGitHub does not list alerts of generic patterns")
	for _, r := range a.fake.Requests() {
		if r.Operation == listOf[github.SecretScanning] {
			require.Contains(t, r.Query, "hide_secret=true", "it never comes over the wire")
		}
	}
	found, _ := findings(t, l, gate.Expectation{})
	require.Len(t, found, 2)
	require.Equal(t, gate.Fixed, found[0].State)
	require.Equal(t, "aws_key", found[1].ID)
	require.Equal(t, gate.Verified, found[1].Certainty)
	require.Equal(t, gate.Location{Path: "README.md", Line: 1, Logical: "acme/shop"}, found[1].Location, "asked for by itself: this server does not list it")
	require.Equal(t, 1, a.fake.Calls("secret-scanning/list-locations-for-alert"), "where the other one was, nobody needs")
}

// GitHub Enterprise Server up to 3.17 does not know hide_secret.
func TestASecretThatCameAllTheSameIsDropped(t *testing.T) {
	a := newAlerting(t)
	a.repo.AddSecretAlert(githubtest.SecretAlert{State: "resolved", Resolution: "wont_fix", More: map[string]any{
		"secret": "hunter2-made-up", "resolution_comment": `it was "hunter2-made-up", and is not any more`}})
	l := a.listed(github.SecretScanning, a.main())
	require.NotContains(t, string(l.Body), "hunter2")
	require.NotContains(t, string(l.Body), `"secret"`)
	found, _ := findings(t, l, gate.Expectation{})
	require.Equal(t, `wont_fix: it was "…", and is not any more`, found[0].Word.Reason)
}

func TestPlacesOfSecretsAreAskedForWithinABound(t *testing.T) {
	const locations = "secret-scanning/list-locations-for-alert"
	a := newAlerting(t)
	for range 30 {
		a.repo.AddSecretAlert(githubtest.SecretAlert{})
	}
	l := a.listed(github.SecretScanning, a.main())
	require.Equal(t, 30, l.Alerts)
	require.Equal(t, 20, a.fake.Calls(locations))
	require.Contains(t, said(l), "of 10 alerts")

	a.fake.Fault(githubtest.Fault{Operation: locations, After: 2, Status: 404})
	l = a.listed(github.SecretScanning, a.main())
	require.Equal(t, 30, l.Alerts, "an alert without its place is one all the same")
	require.Equal(t, 23, a.fake.Calls(locations), "the next ones would go wrong as well")
	require.Contains(t, said(l), "of 28 alerts")
}

const dependabotIsOn = "repos/check-vulnerability-alerts"

func TestAnEmptyListNeedsAProof(t *testing.T) {
	enabled := func(status string) func(any) any {
		return func(answer any) any {
			answer.(map[string]any)["security_and_analysis"] = map[string]any{"secret_scanning": map[string]any{"status": status}}
			return answer
		}
	}
	for name, c := range map[string]struct {
		kind   github.AlertKind
		fault  githubtest.Fault
		proven bool
	}{
		"Dependabot, enabled":          {github.Dependabot, githubtest.Fault{Operation: "repos/get", Edit: same}, true},
		"Dependabot, not enabled":      {github.Dependabot, githubtest.Fault{Operation: dependabotIsOn, Status: 404}, false},
		"Dependabot, not told of":      {github.Dependabot, githubtest.Fault{Operation: dependabotIsOn, Status: 403}, false},
		"secret scanning, enabled":     {github.SecretScanning, githubtest.Fault{Operation: "repos/get", Times: -1, Edit: enabled("enabled")}, true},
		"secret scanning, disabled":    {github.SecretScanning, githubtest.Fault{Operation: "repos/get", Times: -1, Edit: enabled("disabled")}, false},
		"secret scanning, not told of": {github.SecretScanning, githubtest.Fault{Operation: "repos/get", Edit: same}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAlerting(t)
			a.fake.Fault(c.fault)
			l := a.listed(c.kind, a.main())
			require.Zero(t, l.Alerts)
			require.Equal(t, "[[]]", string(l.Body))
			require.Equal(t, c.proven, l.Proof != "", l.Proof)
			require.Equal(t, c.proven, l.Unproven == "", l.Unproven)
		})
	}
}

func TestThatNobodySaysWhetherItLookedIsAnErrorToo(t *testing.T) {
	a := newAlerting(t)
	a.fake.Fault(githubtest.Fault{Operation: dependabotIsOn, Times: -1, Status: 500})
	a.refused(github.Dependabot, a.main(), gate.Partial, "whether Dependabot alerts are enabled", "500")
	a.fake.Fault(githubtest.Fault{Operation: "repos/get", After: 1, Times: -1, Status: 502})
	a.refused(github.SecretScanning, a.main(), gate.Partial, "whether secret scanning is enabled", "502")
}

func TestNobodyTakesTheNameOver(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		a := newAlerting(t)
		a.add(kind, 3)
		access := a.access()
		access.ID++
		c, err := github.Dial(access)
		require.NoError(t, err)
		of := a.main()
		l, err := c.Alerts(t.Context(), kind, &of)
		require.ErrorIs(t, err, github.ErrMoved)
		require.Zero(t, l.Alerts)
		require.Zero(t, a.fake.Calls(listOf[kind]), "it is not even asked for")
	}
}
