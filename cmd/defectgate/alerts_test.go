package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// alertJob is a job of GitHub Actions at the newest commit of the branch main.
type alertJob struct {
	*testing.T
	fake   *githubtest.Server
	repo   *githubtest.Repository
	env    map[string]string
	stdout bytes.Buffer
	stderr bytes.Buffer
}

func newAlertJob(t *testing.T) *alertJob {
	j := &alertJob{T: t, fake: githubtest.New(t, githubtest.Options{}), env: map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch",
		"GITHUB_RUN_ID": "1", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_JOB": "gate", "DEFECTGATE_LEDGER": "none"}}
	j.repo = j.fake.Repository("acme/shop")
	for _, variable := range j.fake.Environment(j.repo) {
		name, value, _ := strings.Cut(variable, "=")
		j.env[name] = value
	}
	j.env["GITHUB_SHA"] = j.repo.Ref("refs/heads/main")
	j.env["GITHUB_TOKEN"] = j.fake.AddToken(githubtest.Token{Permissions: githubtest.Permissions{
		"contents": "read", "security-events": "read", "vulnerability-alerts": "read"}})
	low, err := os.ReadFile("testdata/report/low.json")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	j.write("low.json", strings.Replace(string(low), "2026-11-21", "2026-11-02", 1))
	return j
}

func (j *alertJob) write(name, text string) {
	require.NoError(j, os.WriteFile(name, []byte(text), 0o600))
}

// exits runs the program, and wants an exit code and texts among what it prints.
func (j *alertJob) exits(code int, args []string, says ...string) {
	j.Helper()
	j.stdout.Reset()
	j.stderr.Reset()
	w := world{stdin: strings.NewReader(""), stdout: &j.stdout, stderr: &j.stderr, now: func() time.Time { return githubtest.Start.Add(time.Hour) },
		lookupenv: func(name string) (string, bool) { value, set := j.env[name]; return value, set }}
	have := run(j.Context(), w, args)
	all := strings.Join(strings.Fields(j.stdout.String()+" "+j.stderr.String()), " ")
	require.Equal(j, code, have, all)
	for _, text := range says {
		require.Contains(j, all, text)
	}
}

func TestCheckJudgesAlerts(t *testing.T) {
	j := newAlertJob(t)
	j.repo.AddAnalysis(githubtest.Analysis{Category: "/language:go", Results: 1})
	j.repo.AddCodeAlert(githubtest.CodeAlert{RuleID: "go/sql-injection", SecuritySeverity: "high", Path: "db.go", Line: 7})
	j.repo.AddDependabotAlert(githubtest.DependabotAlert{Package: "left-pad", CVE: "CVE-2024-1111", Severity: "critical", Patched: "1.2.3"})

	j.exits(exitPass, []string{"check", "--alerts", "code-scanning"}, "PASS", "go/sql-injection", "github:code-scanning")
	j.exits(exitFail, []string{"check", "--alerts", "code-scanning", "--alerts", "dependabot"}, "FAIL", "CVE-2024-1111", `are of the branch "main"`[7:])
	j.exits(exitPass, []string{"explain", "go/sql-injection", "--alerts", "code-scanning"}, "go/sql-injection")

	j.write("defectgate.yaml", "sources: [{alerts: code-scanning, subject: required}, {report: low.json}]")
	j.exits(exitPass, []string{"check"}, "PASS", "go/sql-injection", "CVE-2026-1")
	j.exits(exitPass, []string{"defects"}, "go/sql-injection", "CVE-2026-1")
	j.exits(exitPass, []string{"config", "show"}, "sources[0].alerts", "code-scanning", "sources[1].format", "sources[1].report")
	for _, other := range []string{"sources[0].report", "sources[0].format", "sources[0].max_database_age", "sources[1].alerts"} {
		require.NotContains(t, j.stdout.String(), other)
	}
	j.exits(exitPass, []string{"check", "--format", "json"}, `"source": "github:code-scanning"`, `"format": "github-code-scanning"`,
		`"commit": "`+j.env["GITHUB_SHA"]+`" }, "proof": "commit `, `"tool": { "name": "CodeQL" }`)
}

func TestCheckWithoutAnAnalysisCannotDecide(t *testing.T) {
	j := newAlertJob(t)
	j.repo.AddAnalysis(githubtest.Analysis{})
	j.env["GITHUB_SHA"] = j.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"a": "b"}})
	j.exits(exitError, []string{"check", "low.json", "--alerts", "code-scanning"}, "ERROR", `source "github:code-scanning" is missing: commit `+j.env["GITHUB_SHA"][:12]+" has no analysis")
	j.write("defectgate.yaml", "sources: [{alerts: code-scanning, required: false}, {report: low.json}]")
	j.exits(exitPass, []string{"check"}, "PASS", "absent-optional", "source/unproven")
	j.exits(exitError, []string{"check", "--alerts", "code-scanning"}, `source "github:code-scanning" is missing`) // what is named twice must hold twice
}

func TestCheckWithoutTheRightCannotDecide(t *testing.T) {
	j := newAlertJob(t)
	j.exits(exitError, []string{"check", "--alerts", "secret-scanning", "low.json"}, `source "github:secret-scanning" is unavailable`, "that of the job never may")
	j.repo.Off["dependabot"] = true
	j.exits(exitError, []string{"check", "--alerts", "dependabot", "low.json"}, `source "github:dependabot" is unavailable`, "Dependabot alerts are disabled")
}

func TestCheckOffGitHubCannotDecide(t *testing.T) {
	j := newAlertJob(t)
	delete(j.env, "GITHUB_TOKEN")
	j.exits(exitError, []string{"check", "low.json", "--alerts", "dependabot"}, "is unavailable", "there is no token", "give the step one as GITHUB_TOKEN")
	j.write("defectgate.yaml", "sources: [{alerts: dependabot, required: false}, {report: low.json}]")
	j.exits(exitPass, []string{"check"}, "PASS", "unavailable")
	j.env = map[string]string{"DEFECTGATE_LEDGER": "none"}
	j.exits(exitError, []string{"check", "low.json", "--alerts", "code-scanning"}, "GitHub cannot be asked", "run it in a job of GitHub Actions")
	require.Empty(t, j.fake.Requests())
}

func TestAnEmptyListOfAlertsNeedsAProof(t *testing.T) {
	j := newAlertJob(t)
	enabled := func(status int) {
		j.fake.Fault(githubtest.Fault{Operation: "repos/check-vulnerability-alerts", Status: status})
	}
	enabled(404)
	j.exits(exitError, []string{"check", "low.json", "--alerts", "dependabot"}, `source "github:dependabot" is empty: no alerts, and no proof`, "- alerts: dependabot empty: allowed")
	enabled(204)
	j.exits(exitPass, []string{"check", "low.json", "--alerts", "dependabot"}, "PASS")
	enabled(404)
	j.write("defectgate.yaml", "sources: [{alerts: dependabot, empty: allowed}, {report: low.json}]")
	j.exits(exitPass, []string{"check"}, "PASS", "`empty: allowed`")
	j.repo.AddAnalysis(githubtest.Analysis{})
	j.exits(exitPass, []string{"check", "--alerts", "code-scanning"}, "PASS")
}

func TestNobodyIsAskedForAlertsThatNobodyWants(t *testing.T) {
	j := newAlertJob(t)
	j.exits(exitPass, []string{"check", "low.json"}, "PASS")
	require.Empty(t, j.fake.Requests())
}

func TestSettingsOfAlerts(t *testing.T) {
	j := newAlertJob(t)
	j.exits(exitMisuse, []string{"check", "low.json", "--alerts", "all"}, `--alerts "all" is no kind of alerts`, "use one of code-scanning, dependabot, secret-scanning")
	j.exits(exitMisuse, []string{"check", "low.json", "--alerts", ""}, `--alerts "" is no kind of alerts`)
	schema, err := compiledSchema()
	require.NoError(t, err)
	for text, says := range map[string]string{
		"{alerts: code-scanning}": "",
		"{alerts: dependabot, required: false, empty: allowed, max_age: 7d, subject: any, suppressions: ignore, statements: trusted}": "",
		"{alerts: secret-scanning, max_age: yesterday}": "no time span",
		"{alerts: gitlab}":                                            `sources[0].alerts: "gitlab" is none of code-scanning, dependabot, secret-scanning`,
		"{alerts: ''}":                                                "sources[0].alerts: the value is empty",
		"{alerts: [dependabot]}":                                      "want a text, have a list",
		"{alerts: code-scanning, report: low.json}":                   "sources[0]: a source of alerts has no report: remove it",
		"{alerts: code-scanning, format: github-code-scanning}":       "sources[0]: a source of alerts has no format: remove it",
		"{alerts: code-scanning, max_database_age: 1d}":               "sources[0]: a source of alerts has no max_database_age: remove it",
		"{required: true}":                                            "sources[0]: report is missing: name one, or alerts",
		"{report: low.json, empty: allowed, max_age: 7d, format: ''}": "sources[0].format: the value is empty",
	} {
		text = "sources: [" + text + "]"
		_, err := config.Parse("x.yaml", []byte(text))
		var document any
		require.NoError(t, yaml.Unmarshal([]byte(text), &document))
		if says == "" {
			require.NoError(t, err, text)
			require.NoError(t, schema.Validate(document), text)
			continue
		}
		require.ErrorContains(t, err, says, text)
		require.Error(t, schema.Validate(document), text)
	}
}

// listedAlerts is what a platform lists.
type listedAlerts struct {
	github.Listing
	err error
}

func (l listedAlerts) Alerts(_ context.Context, _ github.AlertKind, _ *gate.Artifact) (github.Listing, error) {
	return l.Listing, l.err
}

func load(t *testing.T, x gate.Expectation, l github.Listing, err error) (found int, e gate.Evidence) {
	t.Helper()
	a := &alertSource{kind: github.CodeScanning, expectation: x, limits: scanner.DefaultLimits,
		artifact: func(context.Context) (gate.Artifact, error) {
			return gate.Artifact{Subject: gate.Subject{Commit: "abc"}}, nil
		},
		lister: func() (alertLister, error) { return listedAlerts{l, err}, nil }}
	require.Equal(t, x, a.Expect())
	e = a.Load(t.Context(), func(*gate.Finding) error { found++; return nil })
	require.Equal(t, "github:code-scanning", e.Source)
	require.Equal(t, gate.ReportKind, e.Kind)
	require.Equal(t, x.Required, e.Required)
	return found, e
}

const twoAlerts = `[[{"number":1,"rule":{"id":"a"},"tool":{"name":"CodeQL"},"most_recent_instance":{}}],[{"number":2,"rule":{"id":"b"},"tool":{"name":"CodeQL"},"most_recent_instance":{}}]]`

func TestWhatIsKnownOfAListIsEvidence(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := github.Listing{Body: []byte(twoAlerts), Commit: "abc", Made: at, Repository: "https://forge.example/acme/shop", Proof: "analysed", Unproven: "no",
		Tools: []gate.Tool{{Name: "CodeQL", Version: "2"}}, Warnings: []string{"half blind"}}
	found, e := load(t, gate.Expectation{Required: true}, l, nil)
	require.Equal(t, 2, found)
	require.Empty(t, e.Status, e.Problem)
	require.Equal(t, gate.Scan{Tool: gate.Tool{Name: "CodeQL", Version: "2"}, Ended: at, Proof: "analysed", Unproven: "no", Warnings: []string{"half blind"}, Read: 2,
		Subject: gate.Subject{Repository: "https://forge.example/acme/shop", Commit: "abc"}}, e.Scan)
	require.Len(t, e.SHA256, 64)
	require.EqualValues(t, len(twoAlerts), e.Size)

	l.Commit, l.Tools = "def", append(l.Tools, gate.Tool{Name: "Trivy"})
	_, e = load(t, gate.Expectation{}, l, nil)
	require.Empty(t, e.Scan.Subject.Commit, "it stands for what is judged, and is another one")
	require.Equal(t, "github code scanning", e.Scan.Tool.Name)
}

func TestARefusalIsEvidence(t *testing.T) {
	because := func(status gate.Status) error {
		return &github.AlertsError{Status: status, Err: gate.WithHint(errors.New("because"), "do that")}
	}
	for _, c := range []struct {
		required bool
		err      error
		body     string
		found    int
		want     gate.Status
	}{
		{true, because(gate.Missing), "", 0, gate.Missing},
		{false, because(gate.Missing), "", 0, gate.AbsentOptional},
		{true, because(gate.Unavailable), "", 0, gate.Unavailable},
		{false, because(gate.Unavailable), "", 0, gate.Unavailable},
		{true, because(gate.Partial), twoAlerts, 2, gate.Partial},
		{true, because(gate.WrongSubject), "", 0, gate.WrongSubject},
		{true, gate.WithHint(errors.New("because"), "do that"), "", 0, gate.Unavailable},
	} {
		found, e := load(t, gate.Expectation{Required: c.required, EmptyAllowed: true}, github.Listing{Body: []byte(c.body)}, c.err)
		require.Equal(t, c.want, e.Status)
		require.Equal(t, "because", e.Problem)
		require.Equal(t, "do that", e.Hint)
		require.Equal(t, c.found, found, "what came is told")
	}
}

func TestAListThatIsNoneIsEvidenceToo(t *testing.T) {
	for body, want := range map[string]gate.Status{`{}`: gate.Malformed, `[[{}]]`: gate.Malformed, `[[`: gate.Truncated, "": gate.Empty, `[[]]`: gate.Empty} {
		_, e := load(t, gate.Expectation{Required: true}, github.Listing{Body: []byte(body)}, nil)
		require.Equal(t, want, e.Status, body)
		require.NotEmpty(t, e.Hint, body)
	}
	_, e := load(t, gate.Expectation{Required: true}, github.Listing{Body: []byte("[[]]"), Unproven: "it has no rules"}, nil)
	require.Equal(t, "no alerts, and no proof that GitHub looked for any: it has no rules", e.Problem)
	_, e = load(t, gate.Expectation{Required: true}, github.Listing{Body: []byte("[[]]"), Proof: "looked"}, nil)
	require.Empty(t, e.Status)
}

func TestEachKindOfAlertsHasItsFormat(t *testing.T) {
	for _, kind := range github.AlertKinds() {
		_, err := scanner.Lookup(kind.Format())
		require.NoError(t, err)
	}
}
