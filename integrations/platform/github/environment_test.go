package github_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// started is the environment of a run, with the event that started it and no id of the repository among the variables.
func started(t *testing.T, s *githubtest.Server, event map[string]any, more map[string]string) func(string) string {
	t.Helper()
	return func(name string) string {
		switch name {
		case "GITHUB_ACTIONS":
			return "true"
		case "GITHUB_EVENT_PATH":
			return githubtest.WriteEvent(t, event)
		case "GITHUB_SERVER_URL":
			return s.ServerURL()
		case "GITHUB_REPOSITORY":
			return "acme/shop"
		}
		return more[name]
	}
}

const builtSHA = "0123456789abcdef0123456789abcdef01234567"

// What a run is about is told by its event: with numeric ids, and of another workflow by what that one ran for.
func TestWhatARunIsAbout(t *testing.T) {
	s, r, _ := asking(t)
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"a": "a"}})
	p := r.AddPull(githubtest.Pull{HeadRef: "feature", User: s.User("dana")})
	number := strconv.Itoa(p.Number)
	ofPull := r.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: p.HeadSHA, HeadBranch: "feature", HeadRepo: r, Pulls: []*githubtest.Pull{p}})
	ofFork := r.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: builtSHA, HeadBranch: "main", HeadRepo: r.Fork(s.User("eve"))})
	ofMain := r.AddRun(githubtest.Run{Event: "push", HeadSHA: r.Ref("main"), HeadBranch: "main", HeadRepo: r})
	for name, c := range map[string]struct {
		event   map[string]any
		more    map[string]string
		ref     string
		commit  string
		change  *gate.Change
		appends bool
	}{
		"a pull request": {r.Event(t, "pull_request.synchronize", p), map[string]string{"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main",
			"GITHUB_REF": "refs/pull/" + number + "/merge", "GITHUB_REF_NAME": number + "/merge", "GITHUB_SHA": builtSHA}, number + "/merge", builtSHA,
			&gate.Change{ID: number, Base: "main", Head: p.HeadSHA}, false},
		"a pull request by the workflow of its base": {r.Event(t, "pull_request.synchronize", p), map[string]string{"GITHUB_EVENT_NAME": "pull_request_target",
			"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "feature", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_SHA": builtSHA}, "feature", builtSHA,
			&gate.Change{ID: number, Base: "main", Head: p.HeadSHA}, false},
		"a merge queue": {r.Event(t, "merge_group"), map[string]string{"GITHUB_EVENT_NAME": "merge_group",
			"GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-" + number + "-" + builtSHA, "GITHUB_REF_NAME": "gh-readonly-queue/main/pr-" + number + "-" + builtSHA,
			"GITHUB_SHA": builtSHA}, "gh-readonly-queue/main/pr-" + number + "-" + builtSHA, builtSHA, &gate.Change{ID: number, Base: "main"}, false},
		"a push to the default branch": {r.Event(t, "push"), map[string]string{"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main",
			"GITHUB_REF_NAME": "main", "GITHUB_SHA": builtSHA}, "main", builtSHA, nil, true},
		"a push to another branch": {r.Event(t, "push"), map[string]string{"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/x", "GITHUB_REF_NAME": "x",
			"GITHUB_SHA": builtSHA}, "x", builtSHA, nil, false},
		"a tag": {r.Event(t, "push"), map[string]string{"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1",
			"GITHUB_SHA": builtSHA}, "tags/v1", builtSHA, nil, true},
		"a schedule": {r.Event(t, "schedule"), map[string]string{"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main",
			"GITHUB_SHA": builtSHA}, "main", builtSHA, nil, true},
		"a workflow that ran for a pull request": {r.Event(t, "workflow_run.completed", ofPull), onMain("workflow_run"), "feature", p.HeadSHA,
			&gate.Change{ID: number, Base: "main", Head: p.HeadSHA}, false},
		"a workflow that ran for a fork": {r.Event(t, "workflow_run.completed", ofFork), onMain("workflow_run"), "main", builtSHA,
			&gate.Change{Base: "main", Head: builtSHA}, false},
		"a workflow that ran for the default branch": {r.Event(t, "workflow_run.completed", ofMain), onMain("workflow_run"), "main", r.Ref("main"), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			getenv := started(t, s, c.event, c.more)
			a, run, ok := github.Environment(getenv)
			require.True(t, ok)
			require.Equal(t, strconv.FormatInt(r.ID, 10), a.Project)
			require.Equal(t, c.ref, a.Ref)
			require.Equal(t, c.commit, a.Subject.Commit)
			require.Equal(t, c.change, a.Change)
			require.Contains(t, run.Key, a.Project)
			require.Equal(t, c.appends, github.Appends(getenv, "main"))
			require.Equal(t, r.ID, github.AccessFrom(getenv, nil).ID)
		})
	}
}

// onMain is a run of a workflow that another one started: in the default branch, whatever that one ran for.
func onMain(event string) map[string]string {
	return map[string]string{"GITHUB_EVENT_NAME": event, "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "ffff"}
}

// Of a repository whose event does not say who can read it, anybody is taken to.
func TestWhoCanRead(t *testing.T) {
	s, r, _ := asking(t)
	event := r.Event(t, "push")
	require.Equal(t, gate.Public, github.Readers(started(t, s, event, nil)))
	githubtest.Set(event, "repository.private", true)
	require.Equal(t, gate.Internal, github.Readers(started(t, s, event, nil)))
	githubtest.Set(event, "repository.private", false)
	githubtest.Set(event, "repository.visibility", "internal")
	require.Equal(t, gate.Internal, github.Readers(started(t, s, event, nil)))
	require.Equal(t, gate.Public, github.Readers(started(t, s, map[string]any{}, nil)))
	pushed := map[string]string{"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
	require.False(t, github.Appends(started(t, s, map[string]any{}, pushed), ""), "nobody knows which branch is the default one")
	require.False(t, github.Appends(started(t, s, map[string]any{}, map[string]string{"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/"}), ""))
	require.False(t, github.Appends(started(t, s, map[string]any{"workflow_run": map[string]any{"head_branch": "main"}},
		map[string]string{"GITHUB_EVENT_NAME": "workflow_run"}), "main"), "nobody knows of which repository")
}

// A run has one verdict. Pull requests into different branches, which have rules of their own, cannot share it; those that ask for the same can.
func TestAWorkflowThatRanForSeveralPullRequests(t *testing.T) {
	s, r, _ := asking(t)
	p, main := pulls(r, s, "main"), map[string]any{"id": r.ID}
	of := func(list ...any) func(string) string {
		event := r.Event(t, "workflow_run.completed", r.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: p.HeadSHA, HeadBranch: "feature", HeadRepo: r}))
		githubtest.Set(event, "workflow_run.pull_requests", list)
		return started(t, s, event, onMain("workflow_run"))
	}
	into := func(number int, base string, repository any) any {
		return map[string]any{"number": number, "base": map[string]any{"ref": base, "repo": repository}, "head": map[string]any{"sha": builtSHA}}
	}
	for _, equal := range [][]any{{into(9, "main", main), into(7, "main", main)}, {into(7, "main", nil), into(9, "main", nil)},
		{into(7, "main", main), into(3, "release", map[string]any{"id": 4711})}} {
		getenv := of(equal...)
		require.NoError(t, github.EventFault(getenv))
		a, _, _ := github.Environment(getenv)
		require.Equal(t, &gate.Change{ID: "7", Base: "main", Head: p.HeadSHA}, a.Change, "what was run for, and the oldest of equals")
	}
	err := github.EventFault(of(into(7, "main", main), into(9, "release", main)))
	require.EqualError(t, err,
		`the workflow ran for several pull requests, and each branch has rules of its own: 7 into "main", 9 into "release"`)
	require.Contains(t, gate.HintOf(err), "run the gate on pull_request")
}

func pulls(r *githubtest.Repository, s *githubtest.Server, base string) *githubtest.Pull {
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"a": "a"}})
	return r.AddPull(githubtest.Pull{HeadRef: "feature", BaseRef: base, User: s.User("dana")})
}

// An event that cannot be read says nothing, and that must be said: a change would be judged as the default branch is.
func TestAnEventThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"empty": "", "garbage": "<html>", "cut off": `{"repository": {"id": 1`, "a list": "[]", "null": "null", "other types": `{"action":1}`} {
		path := filepath.Join(folder, "event.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		requireFault(t, name, map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": path})
	}
	requireFault(t, "none there", map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": filepath.Join(folder, "none.json")})
	requireFault(t, "a folder", map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": folder})
	requireFault(t, "not named", map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "workflow_run"})
	for _, whole := range []map[string]string{{}, {"GITHUB_EVENT_PATH": "none.json"}, {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"}} {
		require.NoError(t, github.EventFault(func(name string) string { return whole[name] }))
	}
}

func requireFault(t *testing.T, what string, variables map[string]string) {
	t.Helper()
	err := github.EventFault(func(name string) string { return variables[name] })
	require.ErrorContains(t, err, "read the event of this run (GITHUB_EVENT_PATH)", what)
	require.NotEmpty(t, gate.HintOf(err), what)
}
