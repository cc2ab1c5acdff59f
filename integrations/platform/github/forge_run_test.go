package github_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// left is a run that left a decision about a commit.
func left(t *testing.T, r *githubtest.Repository, run githubtest.Run) *githubtest.Run {
	t.Helper()
	g := gate.Gate{Now: func() time.Time { return githubtest.Start }, Mode: gate.Enforce, Run: gate.Run{Key: "x"}, Policy: silence{}}
	report, err := g.Check(t.Context(), gate.Artifact{Environment: "production", Subject: gate.Subject{Commit: run.HeadSHA}})
	require.NoError(t, err)
	text, err := json.Marshal(&report)
	require.NoError(t, err)
	made := r.AddRun(run)
	made.AddJob("gate", "failure")
	made.AddArtifact(githubtest.Artifact{Name: github.DecisionArtifact, Files: map[string]string{github.DecisionFile: string(text)}})
	return made
}

// silence is a policy that says nothing.
type silence struct{}

func (silence) Evaluate(_ context.Context, in gate.Input) (gate.Judgements, error) {
	return gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}, nil
}

// A rerun is of the run whose decision was read, of that commit, and only of one that has failed.
func TestOnlyTheRunThatWasReadRunsAgain(t *testing.T) {
	s, r, c := asking(t)
	forge, head := &github.Forge{Client: c}, r.Ref("main")
	again := false
	rerun := func() (err error) {
		again, err = forge.Rerun(t.Context(), head)
		return err
	}
	require.ErrorContains(t, rerun(), "no run of the gate is known")
	d, err := forge.Decision(t.Context(), head)
	require.NoError(t, err)
	require.Nil(t, d, "no run left one")
	run := left(t, r, githubtest.Run{HeadSHA: head, HeadBranch: "main", HeadRepo: r, Status: "completed", Conclusion: "failure"})
	r.AddRun(githubtest.Run{HeadSHA: head, HeadBranch: "main", HeadRepo: r, Status: "completed", Conclusion: "success"})
	d, err = forge.Decision(t.Context(), head)
	require.NoError(t, err)
	require.Equal(t, head, d.Artifact.Subject.Commit, "of the newest run that left one")
	s.Do(func() { run.Status, run.Conclusion = "in_progress", "" })
	require.ErrorContains(t, rerun(), "is running at this moment")
	s.Do(func() { run.Status, run.Conclusion, run.HeadSHA = "completed", "failure", strings.Repeat("d", 40) })
	require.ErrorContains(t, rerun(), "and the change is at")
	s.Do(func() { run.Status, run.Conclusion, run.HeadSHA = "completed", "success", head })
	require.NoError(t, rerun())
	require.False(t, again, "it has passed")
	require.Zero(t, s.Calls("actions/re-run-workflow-failed-jobs"))
	s.Do(func() { run.Conclusion = "failure" })
	require.NoError(t, rerun())
	require.True(t, again)
	require.Equal(t, 1, s.Calls("actions/re-run-workflow-failed-jobs"))
}

// A run of another commit, which GitHub should not have listed, is none.
func TestARunOfAnotherCommitIsNone(t *testing.T) {
	s, r, c := asking(t)
	head := r.Ref("main")
	left(t, r, githubtest.Run{HeadSHA: head, HeadBranch: "main", HeadRepo: r, Status: "completed", Conclusion: "failure"})
	s.Fault(githubtest.Fault{Operation: "actions/list-workflow-runs-for-repo", Edit: func(answer any) any {
		answer.(map[string]any)["workflow_runs"].([]any)[0].(map[string]any)["head_sha"] = strings.Repeat("d", 40)
		return answer
	}})
	d, err := (&github.Forge{Client: c}).Decision(t.Context(), head)
	require.NoError(t, err)
	require.Nil(t, d)
}
