package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// keptCheckpoint leaves the checkpoint of a run that took a comment as its artifact, as the workflow does.
func (w *town) keptCheckpoint(r result) {
	w.t.Helper()
	run := w.repo.AddRun(githubtest.Run{Event: "issue_comment", HeadSHA: w.repo.Ref("main"), HeadBranch: "main", HeadRepo: w.repo, Status: "completed",
		Conclusion: "success"})
	run.AddArtifact(githubtest.Artifact{Name: github.CheckpointArtifact, Files: map[string]string{github.CheckpointFile: r.file(w.t, "checkpoint")}})
}

// withoutTheLast puts the state of before on top of what a branch has now: a commit that any ruleset lets through which asks for no more than that
// nothing is put back.
func (w *town) withoutTheLast(before map[string]string) {
	w.t.Helper()
	var gone []string
	for path := range w.repo.Files("defectgate") {
		if _, was := before[path]; !was {
			gone = append(gone, path)
		}
	}
	require.NotEmpty(w.t, gone)
	w.repo.Commit(githubtest.Commit{Branch: "defectgate", Files: before, Remove: gone})
}

// T29: a revocation by comment is taken out of the branch before any run of main has seen it.
func TestT29ARevocationThatIsTakenOutOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	_, accepted := w.says("alice", line)
	require.Contains(t, accepted.stdout, "accept recorded as", accepted.stderr)
	w.keptCheckpoint(accepted)
	require.Zero(t, w.gate().code)
	before := w.repo.Files("defectgate")
	_, record, _ := strings.Cut(accepted.stdout, "accept recorded as ")
	record, _, _ = strings.Cut(record, ",")
	_, revoked := w.says("alice", "/defectgate revoke "+record+" because it is reachable after all")
	require.Contains(t, revoked.stdout, "revoke recorded as", revoked.stderr)
	w.keptCheckpoint(revoked)
	require.Equal(t, 1, w.gate().code)
	w.withoutTheLast(before)
	require.NoError(t, os.RemoveAll(w.cache))
	for name, r := range map[string]result{"a change": w.gate(), "a push": w.push()} {
		require.Equal(t, 3, r.code, name+r.stdout)
		require.Contains(t, r.stdout, "the checkpoint that was kept does not hold", name)
	}
	_, asked := w.says("alice", "/defectgate status")
	require.Equal(t, 3, asked.code, asked.stdout)
}

// A checkpoint is left where something was recorded, and nowhere else: what found nothing new has seen nothing that binds.
func TestACheckpointIsLeftWhereSomethingWasRecorded(t *testing.T) {
	w, line := failedTown(t)
	for _, body := range []string{"/defectgate status", "/defectgate help", "/defectgate nonsense"} {
		_, r := w.says("alice", body)
		require.NoFileExists(t, filepath.Join(r.folder, "checkpoint"), body)
	}
	_, r := w.says("alice", line)
	require.Equal(t, w.repo.Files("defectgate")["checkpoint"], r.file(t, "checkpoint"))
	comment := w.wrote("alice", line)
	r = w.step(job{name: "issue_comment", event: w.repo.Event(t, "issue_comment.created", comment, w.pull), ref: "refs/heads/main", permissions: handlesComments},
		"comment", "--key", w.key, "--log-key", w.log, "--keep-checkpoint", "report.json/checkpoint")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stderr, "its checkpoint is not kept")
}
