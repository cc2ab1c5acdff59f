package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// Without its event nobody knows what a run is about: neither is anything judged, nor is anybody asked.
func TestWithoutItsEventARunDecidesNothing(t *testing.T) {
	w := newTown(t)
	folder := t.TempDir()
	for name, text := range map[string]string{"empty": "", "garbage": "<html>", "null": "null"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	before := len(w.server.Requests())
	for _, name := range []string{"empty", "garbage", "null", "none"} {
		for _, args := range [][]string{{"check"}, {"comment", "--key", w.key}, {"comment", "--key", w.key, "--change", "1", "--comment-id", "1"},
			{"sync", "--key", w.key}} {
			r := w.step(job{name: "issue_comment", ref: "refs/heads/main", permissions: handlesComments, variables: map[string]string{
				"GITHUB_EVENT_PATH": filepath.Join(folder, name)}}, args...)
			require.Equal(t, 3, r.code, "%s %v: %s", name, args, r.stdout)
			require.Contains(t, r.stderr, "read the event of this run (GITHUB_EVENT_PATH)")
			require.Contains(t, r.stderr, "hint: ")
		}
	}
	require.Len(t, w.server.Requests(), before)
}

func TestOnePullRequestOfSeveralIsNotTaken(t *testing.T) {
	w := newTown(t)
	event := w.repo.Event(t, "workflow_run.completed", w.repo.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: w.pull.HeadSHA,
		HeadBranch: "feature", HeadRepo: w.repo}))
	into := func(number int, base string) any {
		return map[string]any{"number": number, "base": map[string]any{"ref": base, "repo": map[string]any{"id": w.repo.ID}}}
	}
	githubtest.Set(event, "workflow_run.pull_requests", []any{into(1, "main"), into(2, "easy")})
	r := w.step(job{name: "workflow_run", event: event, ref: "refs/heads/main", permissions: handlesComments}, "check")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, `1 into "main", 2 into "easy"`)
	require.Contains(t, r.stderr, "run the gate on pull_request")
}

// A run of a change of which nobody says into what it is to be merged is not judged by what the change itself says.
func TestAChangeIntoNowhereIsNotJudged(t *testing.T) {
	w := newTown(t)
	lax := map[string]string{"defectgate.yaml": "ledger: none\nsources: [{report: report.json, max_age: 100000h}]\n"}
	for name, variables := range map[string]map[string]string{
		"no event":             {"GITHUB_BASE_REF": "", "GITHUB_HEAD_REF": "", "GITHUB_EVENT_PATH": ""},
		"an event of nothing":  {"GITHUB_BASE_REF": "", "GITHUB_HEAD_REF": ""},
		"nor what the run was": {"GITHUB_BASE_REF": "", "GITHUB_EVENT_NAME": "", "GITHUB_EVENT_PATH": ""},
	} {
		r := w.step(job{name: "pull_request", event: map[string]any{}, ref: "refs/pull/1/merge", files: lax, permissions: handlesComments, variables: variables}, "check")
		require.Equal(t, 3, r.code, name+r.stdout)
		require.Contains(t, r.stderr, "nothing says into which branch it is to be merged", name)
		require.Contains(t, r.stderr, "hint: give the step the variables GITHUB_BASE_REF", name)
	}
}

// What followed a run of a tag that is called like the default branch adds nothing: its commit, and so what ran, may be anybody's.
func TestATagThatIsCalledMainIsNotMain(t *testing.T) {
	w := newTown(t)
	aside := w.repo.Commit(githubtest.Commit{Branch: "aside", Files: map[string]string{"evil.go": "package main\n"}})
	for commit, added := range map[string]int{w.repo.Ref("main"): 1, aside: 0} {
		before := w.entries()
		event := w.repo.Event(t, "workflow_run.completed", w.repo.AddRun(githubtest.Run{Event: "push", HeadSHA: commit, HeadBranch: "main", HeadRepo: w.repo}))
		githubtest.Set(event, "workflow_run.pull_requests", []any{})
		r := w.step(job{name: "workflow_run", event: event, ref: "refs/heads/main", files: w.repo.Files("main"),
			permissions: githubtest.Permissions{"contents": "write", "actions": "read", "pull-requests": "read"}},
			"check", "--log-key", w.log, "--output", "bundle=b.json")
		require.Equal(t, 1, r.code, r.stdout+r.stderr)
		require.Equal(t, before+added, w.entries(), commit)
	}
}

// What is no comment is misuse, which names the trigger that is missing.
func TestACommentIsTakenOnItsOwnEvent(t *testing.T) {
	w := newTown(t)
	for name, event := range map[string]map[string]any{"push": w.repo.Event(t, "push"), "issue_comment": {}, "pull_request_review_comment": {"comment": map[string]any{"id": 1}}} {
		r := w.step(job{name: name, event: event, ref: "refs/heads/main", permissions: handlesComments}, "comment", "--key", w.key)
		require.Equal(t, 2, r.code, name)
		require.Contains(t, r.stderr, "there is no comment to take")
		require.Contains(t, r.stderr, "on: { issue_comment: { types: [created] } }")
	}
}

// Whoever mistyped a key or a ledger is told so, and nobody was asked.
func TestWhatFlagsNameIsLookedAtFirst(t *testing.T) {
	w := newTown(t)
	folder := t.TempDir()
	none, garbage := filepath.Join(folder, "none.pem"), filepath.Join(folder, "garbage.pem")
	require.NoError(t, os.WriteFile(garbage, []byte("no key"), 0o600))
	before := len(w.server.Requests())
	for says, flags := range map[string][]string{
		"no key signs":                  {},
		"none.pem":                      {"--key", none},
		"garbage.pem":                   {"--key", garbage},
		"NO_KEY is not set":             {"--key", "env:NO_KEY"},
		"--log-key: read private key":   {"--key", w.key, "--log-key", none},
		"both read standard input":      {"--key", "-", "--log-key", "-"},
		"keys: ":                        {"--key", w.key, "--keys", none},
		`"bogus" begins no address`:     {"--key", w.key, "--ledger", "bogus:x"},
		"branch:NAME of the repository": {"--key", w.key, "--ledger", "x.db"},
		"names no file":                 {"--key", w.key, "--ledger", "sqlite:"},
		`"a..b" is no name`:             {"--key", w.key, "--ledger", "branch:a..b"},
		`"refs/heads/x" is no name`:     {"--key", w.key, "--ledger", "branch:refs/heads/x"},
		`"" is no name`:                 {"--key", w.key, "--ledger", "branch:"},
		`"main" is the default branch`:  {"--key", w.key, "--ledger", "branch:main"},
		"no ledger in which sign-offs":  {"--key", w.key, "--ledger", "none"},
		"or leave the flag out":         {"--key", w.key, "--ledger", ""},
	} {
		for _, command := range [][]string{{"comment"}, {"comment", "--change", "1", "--comment-id", "2"}, {"sync"}} {
			c := &githubtest.Comment{ID: 4711, Number: w.pull.Number, User: w.server.User("alice"), Body: "/defectgate status"}
			r := w.step(job{name: "issue_comment", event: w.repo.Event(t, "issue_comment.created", w.repo.AddComment(*c), w.pull), ref: "refs/heads/main",
				permissions: handlesComments}, append(command, flags...)...)
			require.Equal(t, 2, r.code, "%v %v: %s", command, flags, r.stderr)
			require.Contains(t, r.stderr, says)
			require.Contains(t, r.stderr, "hint: ", "%v", flags)
		}
	}
	require.Len(t, w.server.Requests(), before, "nobody was asked")
}

// A branch holds the log where GitHub is. Elsewhere that is misuse, and so is the name of the branch with the code, whoever says which one it is.
func TestABranchThatCannotBeTheLedger(t *testing.T) {
	w := newTown(t)
	nowhere := map[string]string{"CI": "", "GITHUB_ACTIONS": "", "GITHUB_REPOSITORY": "", "GITHUB_API_URL": "", "GITHUB_TOKEN": ""}
	silent := w.repo.Event(t, "push")
	delete(silent, "repository")
	before := len(w.server.Requests())
	for name, c := range map[string]struct {
		variables map[string]string
		event     map[string]any
		ledger    string
		says      []string
	}{
		"elsewhere":      {nowhere, nil, "branch:defectgate", []string{"ledger branch:defectgate: GitHub cannot be asked", "in a job of GitHub Actions; here use"}},
		"no name":        {nowhere, nil, "branch:", []string{`"" is no name for the branch`}},
		"a reference":    {nil, nil, "branch:refs/heads/x", []string{`"refs/heads/x" is no name`, "leave out refs/heads/"}},
		"not for git":    {nil, nil, "branch:a.lock/b", []string{`"a.lock/b" is no name`}},
		"the code":       {nil, nil, "branch:main", []string{`"main" is the default branch`, "name one that does not exist yet"}},
		"unknown scheme": {nil, nil, "bogus:x", []string{"branch:NAME of the repository on GitHub, auto, or none"}},
	} {
		for _, args := range [][]string{{"check", "report.json"}, {"ledger", "verify"}, {"decision", "list"}} {
			event := c.event
			if event == nil {
				event = w.repo.Event(t, "push")
			}
			r := w.step(job{name: "push", event: event, ref: "refs/heads/main", variables: c.variables, permissions: handlesComments},
				append(args, "--ledger", c.ledger)...)
			require.Equal(t, 2, r.code, "%s %v: %s%s", name, args, r.stdout, r.stderr)
			for _, says := range c.says {
				require.Contains(t, r.stderr, says, name)
			}
		}
	}
	require.Len(t, w.server.Requests(), before, "nobody was asked")
	r := w.step(job{name: "push", event: silent, ref: "refs/heads/main", permissions: handlesComments}, "check", "report.json", "--ledger", "branch:main",
		"--disclosure", "public")
	require.Equal(t, 2, r.code, r.stdout+r.stderr)
	require.Contains(t, r.stderr, `"main" is the default branch`)
	require.NotContains(t, w.repo.Files("main"), "checkpoint")
}
