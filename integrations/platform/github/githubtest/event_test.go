package githubtest

import (
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-github/v62/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEventsAreThoseOfWebhooks(t *testing.T) {
	assert.Equal(t, []string{"issue_comment.created", "issue_comment.edited", "merge_group", "pull_request.opened", "pull_request.synchronize", "push",
		"push.tag", "schedule", "workflow_run.completed"}, Events())
	assert.Equal(t, "created", Event(t, "issue_comment.created")["action"])
	assert.Equal(t, "refs/tags/simple-tag", Event(t, "push.tag")["ref"])
	assert.Equal(t, "checks_requested", Event(t, "merge_group")["action"])
	assert.NotNil(t, Event(t, "pull_request.opened")["pull_request"])
}

func TestAnEventIsOfAComment(t *testing.T) {
	w := newWorld(t)
	event := w.repo.Event(t, "issue_comment.created", w.comment)
	Set(event, "comment.body", "/defectgate help")
	Set(event, "something.else.again", 1)
	text, err := os.ReadFile(WriteEvent(t, event))
	require.NoError(t, err)
	got, err := github.ParseWebHook("issue_comment", text)
	require.NoError(t, err)
	read := got.(*github.IssueCommentEvent)
	assert.Equal(t, w.comment.ID, read.GetComment().GetID())
	assert.Equal(t, "/defectgate help", read.GetComment().GetBody())
	assert.Equal(t, 1, read.GetIssue().GetNumber())
	assert.True(t, read.GetIssue().IsPullRequest())
	assert.Equal(t, w.repo.ID, read.GetRepo().GetID())
	assert.Equal(t, "dana", read.GetSender().GetLogin())
	assert.Equal(t, "/defectgate status", w.comment.Body, "the state is as it was")

	issue := w.repo.AddIssue(w.dana)
	event = w.repo.Event(t, "issue_comment.created", w.repo.AddComment(Comment{Number: issue.Number}))
	assert.NotContains(t, event["issue"], "pull_request")
}

func TestAnEventIsOfAPullOrARun(t *testing.T) {
	w := newWorld(t)
	text, err := json.Marshal(w.repo.Event(t, "pull_request.synchronize", w.pull))
	require.NoError(t, err)
	got, err := github.ParseWebHook("pull_request", text)
	require.NoError(t, err)
	assert.Equal(t, w.pull.HeadSHA, got.(*github.PullRequestEvent).GetPullRequest().GetHead().GetSHA())
	assert.Equal(t, 1, got.(*github.PullRequestEvent).GetNumber())

	text, err = json.Marshal(w.repo.Event(t, "workflow_run.completed", w.run))
	require.NoError(t, err)
	got, err = github.ParseWebHook("workflow_run", text)
	require.NoError(t, err)
	assert.Equal(t, w.run.ID, got.(*github.WorkflowRunEvent).GetWorkflowRun().GetID())
	assert.Equal(t, ".github/workflows/gate.yml", got.(*github.WorkflowRunEvent).GetWorkflow().GetPath())
}

func TestTheEnvironmentOfARunner(t *testing.T) {
	w := newWorld(t)
	all := w.Environment(w.repo)
	assert.Contains(t, all, "GITHUB_API_URL="+w.URL())
	assert.Contains(t, all, "GITHUB_SERVER_URL="+w.ServerURL())
	assert.Contains(t, all, "GITHUB_REPOSITORY=acme/shop")
}
