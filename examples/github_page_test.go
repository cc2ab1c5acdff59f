package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// pageOfGitHub is the page with the first ten minutes.
func pageOfGitHub(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("github/README.md")
	require.NoError(t, err)
	return string(text)
}

// shows holds that a page has a text, without telling all of the page.
func shows(t *testing.T, page, text string) {
	t.Helper()
	require.True(t, strings.Contains(page, text), "github/README.md does not have %q", text)
}

// The page says of every file where it goes.
func TestGitHubFiles(t *testing.T) {
	files, err := filepath.Glob("github/*")
	require.NoError(t, err)
	page := pageOfGitHub(t)
	for _, file := range files {
		if name := filepath.Base(file); name != "README.md" {
			shows(t, page, fmt.Sprintf("\n| [%s](%[1]s) | ", name))
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^\| \[(\S+)\]\(`).FindAllStringSubmatch(page, -1) {
		require.Contains(t, files, filepath.Join("github", row[1]))
	}
}

// ruleset is what the tests want of one.
type ruleset struct {
	Target, Enforcement string
	Conditions          struct {
		RefName struct{ Include []string } `json:"ref_name"`
	}
	Rules []struct {
		Type       string
		Parameters struct {
			Workflows []struct{ Path string }
			Checks    []struct{ Context string } `json:"required_status_checks"`
		}
	}
}

func rulesetOf(t *testing.T, name string) (r ruleset) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("github", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &r))
	require.Equal(t, "active", r.Enforcement)
	return r
}

// What a ruleset requires is there: the workflow where the page says that it goes, and the job that judges a change.
func TestGitHubRulesets(t *testing.T) {
	workflows := rulesetOf(t, "ruleset.json").Rules[0]
	require.Equal(t, "workflows", workflows.Type)
	shows(t, pageOfGitHub(t), "to `"+workflows.Parameters.Workflows[0].Path+"`")

	checks := rulesetOf(t, "ruleset-gate.json").Rules[0]
	require.Equal(t, "required_status_checks", checks.Type)
	job := jobsOf(t, "github/gate.yml")[checks.Parameters.Checks[0].Context]
	require.NotNil(t, job, "gate.yml has no job %q", checks.Parameters.Checks[0].Context)
	require.Contains(t, job["if"], "always() && (github.event_name == 'pull_request'", "a job that is skipped counts as passed")
	require.NotContains(t, job, "name", "it would be the name of the check")

	log := rulesetOf(t, "ruleset-ledger.json")
	require.Equal(t, []string{"refs/heads/defectgate"}, log.Conditions.RefName.Include)
	require.Equal(t, []string{"deletion", "non_fast_forward"}, []string{log.Rules[0].Type, log.Rules[1].Type})

	tags := rulesetOf(t, "ruleset-tags.json")
	require.Equal(t, "tag", tags.Target)
	require.Equal(t, []string{"refs/tags/v*"}, tags.Conditions.RefName.Include, "those to which the environment is given")
	require.Equal(t, []string{"creation", "update", "deletion"}, []string{tags.Rules[0].Type, tags.Rules[1].Type, tags.Rules[2].Type})
}

// The change that adds the gate has no rules yet that it could be judged by. The page shows what its run prints.
func TestGitHubFirstChange(t *testing.T) {
	server := githubtest.New(t, githubtest.Options{})
	repo := server.Repository("acme/shop")
	repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"package.json": "{}\n"}, Author: server.User("owner")})
	configuration, err := os.ReadFile("github/defectgate.yaml")
	require.NoError(t, err)
	repo.Commit(githubtest.Commit{Branch: "gate", Files: map[string]string{"defectgate.yaml": string(configuration)}, Author: server.User("dana")})
	pull := repo.AddPull(githubtest.Pull{HeadRef: "gate", User: server.User("dana")})
	rights := githubtest.Permissions{"contents": "read", "actions": "read", "checks": "write", "pull-requests": "write"}

	command := exec.Command(filepath.Join(tools, "defectgate"), "check", "--output", "bundle=b.json")
	command.Dir = t.TempDir()
	command.Env = slices.Concat(environment(), server.Environment(repo), []string{"CI=true", "GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=pull_request",
		"GITHUB_BASE_REF=main", "GITHUB_HEAD_REF=gate", "GITHUB_RUN_ID=1", "GITHUB_RUN_ATTEMPT=1", "GITHUB_JOB=gate",
		fmt.Sprintf("GITHUB_REF=refs/pull/%d/merge", pull.Number), "GITHUB_SHA=" + pull.MergeSHA,
		"GITHUB_EVENT_PATH=" + githubtest.WriteEvent(t, repo.Event(t, "pull_request.synchronize", pull)),
		"GITHUB_TOKEN=" + server.AddToken(githubtest.Token{Permissions: rights, Repository: repo})})
	out, err := command.CombinedOutput()
	code := exitCode(t, err)
	shows(t, pageOfGitHub(t), fmt.Sprintf("exit code %d", code))
	shows(t, pageOfGitHub(t), "\n```\n"+string(out)+"```\n")
}

// What the page says of a critical defect are the terms that ship, under the configuration of the example.
func TestGitHubCriticalTerms(t *testing.T) {
	shown := shell(t, "github")("defectgate config show")
	for setting, value := range map[string]string{"critical.approvers": "2", "critical.control": "true", "critical.days": "30"} {
		require.Regexp(t, `(?m)^rules\.exception\.terms\.severities\.`+regexp.QuoteMeta(setting)+` +`+value+` `, shown)
	}
	_, step, found := strings.Cut(pageOfGitHub(t), "**8. A critical defect wants more**")
	require.True(t, found)
	for _, demanded := range []string{"an end within 30 days", "a second approver", "\ncontrol: ", "/defectgate approve dgx_"} {
		shows(t, step, demanded)
	}
}

// A receipt gives the report of a scanner the time that it lacks, as the page says.
func TestGitHubReportsWithoutATime(t *testing.T) {
	const timeless = "the report does not say when it was made"
	page := pageOfGitHub(t)
	shows(t, page, timeless)
	step := regexp.MustCompile(`(?s)\n( +defectgate run .*?)\n` + "```").FindStringSubmatch(page)
	require.NotNil(t, step)
	workflow, err := os.ReadFile("github/gate.yml")
	require.NoError(t, err)
	_, scan, _ := strings.Cut(step[1], "-- \\\n")
	require.True(t, strings.Contains(string(workflow), "run: "+strings.TrimSpace(scan)+"\n"), "gate.yml runs another command than %s", scan)

	run := shell(t, "quickstart")
	run("mkdir programs; printf '%s\n' '#!/bin/sh' 'for last; do :; done' 'cp semgrep.txt \"$last\"' >programs/docker; chmod +x programs/docker")
	const empty = `{"version":"1.177.0","results":[],"errors":[],"paths":{"scanned":["a.js"]},"skipped_rules":[]}`
	run("printf '%s' '" + empty + "' >semgrep.txt; cp semgrep.txt semgrep.json")
	const check = "defectgate check --ledger none semgrep.json"
	require.Contains(t, run(check), timeless)
	require.Contains(t, run("PATH=$PWD/programs:$PATH; IMAGE=semgrep\n"+step[1]), "receipt in semgrep.json.receipt.json")
	out := run(check)
	require.Contains(t, out, "semgrep 1.177.0 · 0 findings · proven-empty")
	require.NotContains(t, out, timeless)
}
