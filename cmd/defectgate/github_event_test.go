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
