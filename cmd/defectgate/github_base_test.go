package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// A public repository has its decisions in a branch only where somebody asked for that, and then without what the public may not know of secrets.
func TestAutoIsNotForThePublic(t *testing.T) {
	const leak = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks","rules":[{"id":"aws-key"}]}},"results":[{"ruleId":"aws-key",
"message":{"text":"AWS key AKIAHALF in hidden.env"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"hidden.env"},"region":{"startLine":3}}}]}]}]}`
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": strings.Replace(townConfig, "ledger: branch:defectgate\n", "", 1),
		"leaks.sarif": leak}})
	variables := map[string]string{ledgerVariable: autoLedger}
	auto := func(more ...string) result {
		return w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"},
			variables: variables}, append([]string{"check", "--log-key", w.log, "--output", "proof=p", "leaks.sarif"}, more...)...)
	}
	require.Equal(t, 1, auto().code)
	require.Equal(t, 1, w.entries(), "it is private")
	w.server.Do(func() { w.repo.Private, w.repo.Visibility = false, "public" })
	r := auto()
	require.Equal(t, 1, r.code, r.stderr)
	require.Contains(t, r.stdout, "Open secret")
	require.Equal(t, 1, w.entries())
	require.NotContains(t, r.stdout, "hidden.env")
	r = auto("--ledger", "branch:defectgate", "--disclosure", "full")
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "would tell secrets")
	r = auto("--ledger", "branch:defectgate")
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "`disclosure: public` in defectgate.yaml")
	require.Equal(t, 1, w.entries())
	r = auto("--disclosure", "public")
	require.Equal(t, 2, r.code, r.stdout)
	require.Contains(t, r.stderr, "DEFECTGATE_SECRET_KEY is not set: digests of secrets in its branch could be guessed")
	require.Equal(t, 1, w.entries())
	variables[secretKeyVariable] = strings.Repeat("0f", 32)
	r = auto("--disclosure", "public")
	require.Equal(t, 1, r.code, r.stderr)
	require.Equal(t, 2, w.entries())
	said := strings.Join(strings.Fields(r.stdout), " ")
	require.Contains(t, said, "the key set has no key for decisions")
	require.NotContains(t, said, "the key set has no key for the log")
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": strings.Replace(townConfig, "ledger:", "disclosure: public\nledger:", 1)}})
	require.Equal(t, 1, auto().code)
	require.Equal(t, 3, w.entries(), "and by the configuration")
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"keys.json": `{"keys":[]}`}})
	r = auto("--disclosure", "public")
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "the key set has no key for the log", r.stderr)
}

// An event that does not say who can read the repository lets nothing be recorded for the public by itself, and that is said.
func TestAutoWithoutReadersIsTold(t *testing.T) {
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": strings.Replace(townConfig, "ledger: branch:defectgate\n", "", 1)}})
	for name, event := range map[string]map[string]any{"of an older server": {"schedule": "17 3 * * *"}, "of now": w.repo.Event(t, "schedule")} {
		r := w.step(job{name: "schedule", event: event, ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"},
			variables: map[string]string{ledgerVariable: autoLedger}, files: w.repo.Files("main")}, "check", "--log-key", w.log)
		require.Equal(t, 1, r.code, r.stderr)
		said := strings.Contains(strings.Join(strings.Fields(r.stdout), " "), "nothing is recorded: the event of this run does not say")
		require.Equal(t, name == "of an older server", said, name+r.stdout)
	}
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": "disclosure: full\n" + townConfig}})
	r := w.step(job{name: "push", event: map[string]any{"repository": map[string]any{"default_branch": "main"}}, ref: "refs/heads/main",
		permissions: githubtest.Permissions{"contents": "write", "actions": "read"}, files: w.repo.Files("main")}, "check", "--log-key", w.log)
	require.Equal(t, 2, r.code, r.stdout)
	require.Contains(t, r.stderr, "or nothing says that it is not")
}

// A change that was green for an easier branch is not green for the one that it was pointed at afterwards.
func TestT06AChangeThatIsPointedElsewhere(t *testing.T) {
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "lax", Files: map[string]string{"defectgate.yaml": "ledger: branch:defectgate\nsources: [{report: report.json, max_age: 100000h}]\n"}})
	lax := w.repo.AddPull(githubtest.Pull{HeadRef: "feature", BaseRef: "lax", User: w.server.User("puppet")})
	w.pull = lax
	require.Zero(t, w.gate().code)
	event := w.repo.Event(t, "pull_request.synchronize", lax)
	w.server.Do(func() { lax.BaseRef = "main" })
	r := w.step(job{name: "pull_request", event: event, ref: fmt.Sprintf("refs/pull/%d/merge", lax.Number),
		permissions: githubtest.Permissions{"contents": "read", "pull-requests": "read", "actions": "read"}, variables: map[string]string{"GITHUB_BASE_REF": "lax"}},
		"check", "--output", "bundle=b.json")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, `is to be merged into "main" by now`)
}

// The record of a run that adds nothing is its bundle: it must be written somewhere.
func TestABundleIsWantedOfARunThatAddsNothing(t *testing.T) {
	w := newTown(t)
	r := w.step(job{name: "pull_request", event: w.repo.Event(t, "pull_request.synchronize", w.pull), ref: "refs/pull/1/merge",
		permissions: githubtest.Permissions{"contents": "read", "actions": "read"}}, "check")
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "--output bundle=decision.bundle.json")
	require.Equal(t, 1, w.gate().code)
}

// Whether the branch was put back must be known, where it can be: no right is a notice, an outage is exit code 3.
func TestTheOlderCheckpointIsAskedFor(t *testing.T) {
	w := newTown(t)
	require.Equal(t, 1, w.push().code)
	w.server.Fault(githubtest.Fault{Operation: "actions/list-artifacts-for-repo", Status: 403})
	r := w.gate()
	require.Equal(t, 1, r.code)
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "whether the branch of the ledger was put back is not known")
	w.server.Fault(githubtest.Fault{Operation: "actions/list-artifacts-for-repo", Times: -1, Status: 500, Body: "{}"})
	require.Equal(t, 3, w.gate().code)
}

// Policies are those of the base as well: a change is not judged by what comes with it.
func TestPoliciesAreThoseOfTheBase(t *testing.T) {
	const rule = "# METADATA\n# title: No zip\n# description: d\n# custom:\n#   remedy: r\npackage custom.rules.team.zip\n\nreport contains {\"message\": \"WORD\"} if input.defect.component.name == \"zip\"\n"
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": townConfig + "policies: [{path: policies}]\n",
		"policies/zip.rego": strings.Replace(rule, "WORD", "no zip here", 1)}})
	r := w.gate()
	require.Equal(t, 1, r.code, r.stderr)
	require.Contains(t, r.stdout, "no zip here")
	w.repo.Commit(githubtest.Commit{Branch: "main", Remove: []string{"policies/zip.rego"}, Files: map[string]string{"x": "y"}})
	r = w.gate()
	require.NotEqual(t, 0, r.code)
	require.Contains(t, r.stderr, `policy "policies": the branch "main" has none`)
}

// T06: whose word counts is said by the default branch. A branch with terms of his own, and a change into it, anybody can make who may push.
func TestT06ABranchWithTermsOfItsOwn(t *testing.T) {
	w, _ := failedTown(t)
	mallory := w.server.User("mallory")
	w.repo.SetRole(mallory, "write")
	w.repo.Commit(githubtest.Commit{Branch: "lax", Files: map[string]string{"defectgate.yaml": townConfig + "  exception: {terms: {roles: [write]}}\n"}})
	honest := w.pull
	w.pull = w.repo.AddPull(githubtest.Pull{HeadRef: "feature", BaseRef: "lax", User: w.server.User("puppet")})
	r := w.gate()
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	taken := w.takes(w.wrote("mallory", r.line(t, "not reachable from outside")))
	require.Contains(t, taken.stdout, "accept asked for as", taken.stderr)
	w.pull = honest
	r = w.gate()
	require.Equal(t, 1, r.code, "nobody who may has approved it: "+r.stdout)
}

// T29: a copy of the ledger that lies in the checkout comes with the change, and is none.
func TestT29ACopyInTheCheckoutIsNotUsed(t *testing.T) {
	w := newTown(t)
	require.Equal(t, 1, w.push().code)
	r := w.gate()
	require.NoFileExists(t, filepath.Join(r.folder, ".defectgate"))
	require.NoDirExists(t, filepath.Join(r.folder, ".defectgate", "branch"))
}

// T32: what a stranger writes does not cost the reading of the ledger.
func TestT32AStrangerDoesNotReadTheLedger(t *testing.T) {
	w, line := failedTown(t)
	for range 3 {
		require.Equal(t, 1, w.push().code)
	}
	reads := w.server.Calls("git/get-blob")
	w.refused(w.wrote("stranger", line), "E_AUTH")
	require.Equal(t, reads, w.server.Calls("git/get-blob"))
}

// A platform that takes a question and does not answer is waited for as long as the check may take, and no longer.
func TestAPlatformThatDoesNotAnswerIsNotWaitedFor(t *testing.T) {
	w := newTown(t)
	w.server.Fault(githubtest.Fault{Times: -1, Delay: time.Minute})
	begun := time.Now()
	for name, r := range map[string]result{"a change": w.gate("--timeout", "300ms"), "a push": w.push("--timeout", "300ms")} {
		require.Equal(t, 3, r.code, name)
		require.Contains(t, r.stdout+r.stderr, "give it more time with --timeout", name)
	}
	require.Less(t, time.Since(begun), 20*time.Second)
}

// What is printed may be little; what is shown elsewhere is whole.
func TestQuietIsForWhatIsPrinted(t *testing.T) {
	w := newTown(t)
	r := w.gate("--quiet", "--output", "markdown=page.md")
	require.Equal(t, 1, r.code)
	require.NotContains(t, r.stdout, "Next 14 days")
	page := r.file(t, "page.md")
	require.Contains(t, page, "/defectgate accept CVE-2026-0002")
	require.Contains(t, page, "14 days")
}

// What is red for whoever looks at the job is green nowhere else.
func TestWhatCouldNotBeToldIsNoPassElsewhere(t *testing.T) {
	w := newTown(t)
	r := w.step(job{name: "push", event: w.repo.Event(w.t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read", "checks": "write"}},
		"check", "--log-key", w.log, "--output", "json=made/d.json", "--output", "text=made", "--publish", "check", "--publish", "outputs")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, "write output text", "where it is to be, the other one has made a folder")
	require.Contains(t, r.outputs, "error")
	w.server.Do(func() {
		require.Len(t, w.repo.CheckRuns, 1)
		require.Equal(t, "failure", w.repo.CheckRuns[0].Conclusion)
		require.Contains(t, w.repo.CheckRuns[0].Title, "ERROR")
	})
}

// In a change, nobody knows by which rules it is judged without the branch that it is to be merged into.
func TestAChangeWithoutItsBaseIsNotJudged(t *testing.T) {
	w := newTown(t)
	r := w.step(job{name: "pull_request", event: w.repo.Event(t, "pull_request.synchronize", w.pull), ref: "refs/pull/1/merge",
		variables: map[string]string{"GITHUB_TOKEN": ""}}, "check", "--quiet", "--ledger", "none", "report.json")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, `whether the branch "main" has a configuration is not known`)
	require.Contains(t, r.stderr, "hint: give the step GITHUB_TOKEN, or fetch the branch: git fetch origin main")
}

// Jobs know the project by its number. Whoever looks at the branch from a clone means the same one.
func TestACloneMeansTheSameProject(t *testing.T) {
	w, line := failedTown(t)
	_, taken := w.says("alice", line)
	require.Contains(t, taken.stdout, "recorded as", taken.stderr)
	r := w.step(job{files: w.repo.Files("main"), permissions: githubtest.Permissions{"contents": "read", "actions": "read"},
		variables: map[string]string{"CI": "", "GITHUB_ACTIONS": "", "GITHUB_EVENT_NAME": "", "GITHUB_REPOSITORY_ID": "", "GITHUB_REF": ""}},
		"exception", "list", "--ledger", "branch:defectgate")
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "dgx_")
}

// The clock of a secret does not begin anew when others may read the repository than before.
func TestAChangeOfReadersRestartsNoClock(t *testing.T) {
	const leak = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks","rules":[{"id":"aws-key"}]}},"results":[{"ruleId":"aws-key",
"message":{"text":"a key"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"hidden.env"},"region":{"startLine":3}}}]}]}]}`
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"leaks.sarif": leak}})
	secret := map[string]string{secretKeyVariable: strings.Repeat("0f", 32)}
	for day, readers := range []string{"internal", "public", "full", "public"} {
		w.now = githubtest.Start.AddDate(0, 0, day)
		r := w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"},
			variables: secret}, "check", "--log-key", w.log, "--disclosure", readers, "--output", "json=d.json", "leaks.sarif")
		require.Equal(t, 1, r.code, r.stderr)
		var d gate.Report
		require.NoError(t, json.Unmarshal([]byte(r.file(t, "d.json")), &d))
		at := slices.IndexFunc(d.Decision.Evaluation.Findings, func(j gate.Judged) bool { return j.Kind == gate.Secret })
		require.Equal(t, githubtest.Start, d.Decision.Evaluation.Findings[at].Clocks.FirstSeen, readers)
	}
}
