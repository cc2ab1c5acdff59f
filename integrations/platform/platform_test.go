package platform_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestGitHubIsKnownByNumericIDAndAttempt(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY_ID": "4711", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SERVER_URL": "https://github.com",
		"GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567", "GITHUB_REF_NAME": "main",
		"GITHUB_RUN_ID": "99", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "gate",
	}))
	require.Equal(t, gate.Artifact{Project: "4711", Ref: "main", Subject: gate.Subject{
		Repository: "https://github.com/acme/shop", Commit: "0123456789abcdef0123456789abcdef01234567"}}, a)
	require.Equal(t, gate.Run{Key: "github/4711/99/2/gate", Platform: "github", ID: "99", Attempt: "2", Job: "gate"}, run)
}

func TestAPullRequestIsAChange(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REF_NAME": "7/merge",
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_ACTOR_ID": "12", "GITHUB_ACTOR": "dana", "RUNNER_NAME": "r1",
		"GITHUB_WORKFLOW_REF": "acme/shop/.github/workflows/gate.yml@refs/heads/main", "GITHUB_WORKFLOW_SHA": "abc",
	}))
	require.Equal(t, &gate.Change{ID: "7", Base: "main"}, a.Change)
	require.Equal(t, "12 dana", run.Actor)
	require.Equal(t, "pull_request", run.Event)
	require.Equal(t, "r1", run.Runner)
	require.Equal(t, "acme/shop/.github/workflows/gate.yml@refs/heads/main", run.Workflow)
	require.Equal(t, "abc", run.WorkflowAt)
}

func TestAMergeRequestIsAChange(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc",
		"CI_COMMIT_REF_NAME": "main", "CI_MERGE_REQUEST_REF_PATH": "refs/merge-requests/9/head",
		"CI_JOB_NAME": "gate", "GITLAB_USER_ID": "3", "GITLAB_USER_LOGIN": "dana", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_RUNNER_ID": "8",
	}))
	require.Equal(t, &gate.Change{ID: "9", Base: "main", From: "abc"}, a.Change)
	require.Equal(t, "merge-requests/9/head", a.Ref, "the name of its branch may be that of one of ours")
	require.Equal(t, "change 9", a.Line())
	require.Equal(t, "gate", run.Job)
	require.Equal(t, "3 dana", run.Actor)
	require.Equal(t, "merge_request_event", run.Event)
	require.Equal(t, "8", run.Runner)
}

func TestGitLabIsKnownByNumericIDAndJob(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{
		"GITLAB_CI": "true", "CI_PROJECT_ID": "17", "CI_PROJECT_URL": "https://gitlab.example/acme/shop", "CI_COMMIT_SHA": "abc",
		"CI_COMMIT_REF_NAME": "v1.2.3", "CI_PIPELINE_ID": "5", "CI_JOB_ID": "6",
	}))
	require.Equal(t, gate.Artifact{Project: "17", Ref: "v1.2.3", Subject: gate.Subject{
		Repository: "https://gitlab.example/acme/shop", Commit: "abc"}}, a)
	require.Equal(t, gate.Run{Key: "gitlab/17/5/6", Platform: "gitlab", WorkflowAt: "abc", ID: "5"}, run)
}

// What is built of a pull request is a trial merge; people look at the newest commit of the change.
func TestTheHeadOfAChangeIsKnown(t *testing.T) {
	event := filepath.Join(t.TempDir(), "event.json")
	require.NoError(t, os.WriteFile(event, []byte(`{"action": "synchronize", "pull_request": {"number": 7, "head": {"sha": "c0ffee"}}}`), 0o600))
	for path, head := range map[string]string{event: "c0ffee", t.TempDir(): "", "/nowhere": "", "": ""} {
		a, _ := platform.Detect(environment(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_SHA": "0123",
			"GITHUB_REF": "refs/pull/7/merge", "GITHUB_EVENT_PATH": path}))
		require.Equal(t, head, a.Change.Head, path)
		require.Equal(t, cmp.Or(head, "0123"), a.Head())
	}
	a, _ := platform.Detect(environment(map[string]string{"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_SHA": "0123",
		"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "c0ffee"}))
	require.Equal(t, "c0ffee", a.Head())
}

// What waits in a merge queue is a change as it was before: what its base has only warns.
func TestAMergeQueueIsAChange(t *testing.T) {
	a, _ := platform.Detect(environment(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/gh-readonly-queue/release/1.2/pr-104-0123abc", "GITHUB_EVENT_NAME": "merge_group",
		"GITHUB_REF_NAME": "gh-readonly-queue/release/1.2/pr-104-0123abc", "GITHUB_REF_TYPE": "branch",
	}))
	require.Equal(t, &gate.Change{ID: "104", Base: "release/1.2"}, a.Change)
	for _, ref := range []string{"refs/heads/gh-readonly-queue/main", "refs/heads/pr-1-a", "refs/heads/gh-readonly-queue/pr-1-a"} {
		a, _ := platform.Detect(environment(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REF": ref, "GITHUB_EVENT_NAME": "merge_group"}))
		require.Nil(t, a.Change, ref)
	}
	a, _ = platform.Detect(environment(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-1-a",
		"GITHUB_EVENT_NAME": "push"}))
	require.Nil(t, a.Change, "anybody may call a branch so")
}

// The ref of pull_request_target is that of the base, and its number is not among the variables.
func TestAPullRequestTargetIsNotItsBase(t *testing.T) {
	a, _ := platform.Detect(environment(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "feature", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main",
	}))
	require.Equal(t, "feature → main", a.Line())
}

// Who may push a tag must not have it stand in for a branch.
func TestATagIsNoBranch(t *testing.T) {
	for _, values := range []map[string]string{
		{"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/tags/main", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "main"},
		{"GITLAB_CI": "true", "CI_COMMIT_TAG": "main", "CI_COMMIT_REF_NAME": "main"},
	} {
		a, _ := platform.Detect(environment(values))
		require.Equal(t, "tags/main", a.Ref)
		require.Equal(t, "tags/main", a.Line())
		require.Nil(t, a.Change)
	}
}

func TestElsewhereNothingIsKnown(t *testing.T) {
	a, run := platform.Detect(environment(map[string]string{"CI": "true", "GITHUB_SHA": "not ours"}))
	require.Equal(t, gate.Artifact{}, a)
	require.Equal(t, gate.Run{}, run)
}

// A run about a commit that is none is about nothing.
func TestACommitThatIsNone(t *testing.T) {
	for commit, fine := range map[string]bool{"": true, strings.Repeat("a1", 20): true, strings.Repeat("a1", 32): true, "xyz": false,
		strings.Repeat("a1", 20) + "\n": false, "v1.2": false, strings.Repeat("A1", 20): false} {
		for _, names := range [][2]string{{"GITHUB_ACTIONS", "GITHUB_SHA"}, {"GITLAB_CI", "CI_COMMIT_SHA"}} {
			err := platform.Fault(environment(map[string]string{names[0]: "true", names[1]: commit}))
			require.Equal(t, fine, err == nil, "%s %q: %v", names[1], commit, err)
		}
	}
}
