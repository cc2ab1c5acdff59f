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

// ran is a run of main, which some event has started.
func (w *town) ran(event string) *githubtest.Run {
	return w.repo.AddRun(githubtest.Run{Event: event, HeadSHA: w.repo.Ref("main"), HeadBranch: "main", HeadRepo: w.repo, Status: "completed", Conclusion: "success"})
}

// keptCheckpoint leaves the checkpoint of a run that took a comment as its artifact, as the workflow does.
func (w *town) keptCheckpoint(r result) {
	w.t.Helper()
	w.ran("issue_comment").AddArtifact(checkpointOf(w.t, r))
}

func checkpointOf(t *testing.T, r result) githubtest.Artifact {
	t.Helper()
	return checkpointNamed("defectgate", r.file(t, "checkpoint"))
}

func checkpointNamed(ledger, text string) githubtest.Artifact {
	return githubtest.Artifact{Name: github.CheckpointArtifact(ledger), Files: map[string]string{github.CheckpointFile: text}}
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
	require.NoError(w.t, os.RemoveAll(w.cache))
}

// revoked is a town in which a risk was accepted, and that revoked, by comments. What main was judged by before is recorded as well.
type revokedTown struct {
	*town
	pushed, accepted, revoked result
	record                    string            // that was revoked
	before                    map[string]string // files of the branch before it was
}

func newRevoked(t *testing.T) *revokedTown {
	t.Helper()
	w, line := failedTown(t)
	r := &revokedTown{town: w, pushed: w.push()}
	w.left(r.pushed)
	_, r.accepted = w.says("alice", line)
	require.Contains(t, r.accepted.stdout, "accept recorded as", r.accepted.stderr)
	w.keptCheckpoint(r.accepted)
	require.Zero(t, w.gate().code)
	r.before = w.repo.Files("defectgate")
	_, record, _ := strings.Cut(r.accepted.stdout, "accept recorded as ")
	r.record, _, _ = strings.Cut(record, ",")
	_, r.revoked = w.says("alice", "/defectgate revoke "+r.record+" because it is reachable after all")
	require.Contains(t, r.revoked.stdout, "revoke recorded as", r.revoked.stderr)
	return r
}

// found has the revocation taken out of the branch, and everything that asks for it notice that.
func (r *revokedTown) found() {
	r.t.Helper()
	r.withoutTheLast(r.before)
	for name, told := range map[string]result{"a change": r.gate(), "a push": r.push()} {
		require.Equal(r.t, 3, told.code, name+told.stdout)
		require.Contains(r.t, told.stdout, "the checkpoint that was kept does not hold", name)
	}
	_, asked := r.says("alice", "/defectgate status")
	require.Equal(r.t, 3, asked.code, asked.stdout)
	require.NoFileExists(r.t, filepath.Join(asked.folder, "checkpoint"), "of a log that does not hold")
}

// T29: a revocation by comment is taken out of the branch before any run of main has seen it.
func TestT29ARevocationThatIsTakenOutOnGitHub(t *testing.T) {
	r := newRevoked(t)
	r.keptCheckpoint(r.revoked)
	require.Equal(t, 1, r.gate().code)
	r.found()
	main := job{name: "push", event: r.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"}}
	for _, args := range [][]string{{"ledger", "verify", "--key", "keys.json"}, {"ledger", "status"}, {"exception", "list"}, {"decision", "list"}} {
		told := r.step(main, append(args, "--ledger", "branch:defectgate")...)
		require.Equal(t, 3, told.code, "%v: %s", args, told.stdout)
		require.Contains(t, told.stderr, "rollback", args)
	}
}

// T29: what the pull request of main into a branch of somebody's own leaves is by the workflows of that one, and binds nobody. Neither does what
// cannot be read hide what can be.
func TestT29ForgedArtifactsHideNothing(t *testing.T) {
	r := newRevoked(t)
	r.keptCheckpoint(r.revoked)
	forged := r.ran("pull_request")
	for range 3 {
		forged.AddArtifact(checkpointOf(t, r.accepted))
		forged.AddArtifact(checkpointOf(t, r.pushed))
	}
	broken := r.ran("push")
	for range 7 {
		broken.AddArtifact(githubtest.Artifact{Name: github.CheckpointArtifact("defectgate"), Zip: []byte("no archive")})
	}
	r.found()
}

// T29: of runs that end at once, the one with the older log may be the last to leave its checkpoint.
func TestT29CheckpointsInAnyOrder(t *testing.T) {
	r := newRevoked(t)
	r.keptCheckpoint(r.revoked)
	r.keptCheckpoint(r.accepted)
	r.found()
}

// T29: a job ended behind the entry and before its checkpoint was left. Whoever takes the comment again leaves it.
func TestT29ACommentThatIsTakenAgainLeavesTheCheckpoint(t *testing.T) {
	r := newRevoked(t)
	var last *githubtest.Comment
	r.server.Do(func() {
		for _, c := range r.repo.Comments {
			if strings.HasPrefix(c.Body, "/defectgate revoke") {
				last = c
			}
		}
	})
	again := r.takes(last)
	require.Contains(t, again.stdout, "E_DUP")
	r.keptCheckpoint(again)
	r.found()
}

// More artifacts than are looked at hide nothing; whoever looks gets the checkpoint by which the next run may go on.
func TestABuriedCheckpoint(t *testing.T) {
	w := newTown(t)
	bury := func() {
		run := w.repo.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: w.pull.HeadSHA, HeadBranch: "feature", HeadRepo: w.repo, Status: "completed"})
		for range 1000 {
			run.AddArtifact(githubtest.Artifact{Name: github.CheckpointArtifact("defectgate")})
		}
	}
	looks := func() string {
		r := w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "read", "actions": "read"}},
			"ledger", "checkpoint", "--ledger", "branch:defectgate")
		require.Zero(t, r.code, r.stderr)
		require.Contains(t, r.stderr, "note: whether the branch of the ledger was put back is not known")
		kept := filepath.Join(t.TempDir(), "checkpoint")
		require.NoError(t, os.WriteFile(kept, []byte(r.stdout), 0o600))
		return kept
	}
	for range 2 { // of a log that nobody has begun, and of one that has an entry
		bury()
		told := w.push()
		require.Equal(t, 3, told.code, told.stdout)
		require.Contains(t, strings.Join(strings.Fields(told.stdout), " "), "the last one is not found")
		told = w.push("--checkpoint", looks())
		require.Equal(t, 1, told.code, told.stdout)
		w.left(told)
		require.Equal(t, 1, w.push().code)
	}
	bury()
	w.repo.DeleteRef("refs/heads/defectgate")
	require.Equal(t, 3, w.push().code, "a branch that is gone looks like one that nobody has begun")
}

// What ends while a run reads the branch is no rollback.
func TestARunThatEndsMeanwhileIsNoRollback(t *testing.T) {
	w := newTown(t)
	w.left(w.push())
	late := false
	w.server.Fault(githubtest.Fault{Operation: "actions/list-artifacts-for-repo", Before: func() {
		if !late {
			late = true
			w.left(w.push())
		}
	}})
	r := w.gate()
	require.Equal(t, 1, r.code, r.stdout)
	require.Equal(t, 2, w.entries())
}

// The checkpoints of another ledger say nothing of this one.
func TestALedgerMoves(t *testing.T) {
	w := newTown(t)
	w.left(w.push())
	for range 4 {
		r := w.push("--ledger", "branch:other")
		require.Equal(t, 1, r.code, r.stdout)
		w.ran("push").AddArtifact(checkpointNamed("other", r.file(t, "checkpoint")))
	}
	require.Equal(t, 1, w.push().code)
	w.repo.DeleteRef("refs/heads/defectgate")
	require.Equal(t, 3, w.push().code, "nor are they in the way of its own")
}

// A branch that is gone may never have been there: that nobody knows is said.
func TestABranchThatIsGoneWithAllThatWasLeft(t *testing.T) {
	w := newTown(t)
	require.Contains(t, strings.Join(strings.Fields(w.push().stdout), " "), "nobody has begun it, or somebody has deleted it")
	require.Contains(t, strings.Join(strings.Fields(w.push().stdout), " "), `no run of "main" has left an artifact defectgate-checkpoint that counts`)
}

// A checkpoint is left where the ledger was asked, and nowhere else.
func TestACheckpointIsLeftWhereTheLedgerWasAsked(t *testing.T) {
	w, line := failedTown(t)
	_, r := w.says("stranger", line)
	require.NoFileExists(t, filepath.Join(r.folder, "checkpoint"))
	comment := w.wrote("alice", line)
	r = w.step(job{name: "issue_comment", event: w.repo.Event(t, "issue_comment.created", comment, w.pull), ref: "refs/heads/main", permissions: handlesComments},
		"comment", "--key", w.key, "--log-key", w.log, "--keep-checkpoint", "report.json/checkpoint")
	require.Equal(t, 2, r.code, r.stdout)
	require.Contains(t, r.stderr, "--keep-checkpoint: report.json is no folder")
	require.Zero(t, w.entries(), "it is found before anything is recorded")
	r = w.takes(comment)
	require.Equal(t, w.repo.Files("defectgate")["checkpoint"], r.file(t, "checkpoint"))
	_, r = w.says("alice", "/defectgate status")
	require.Equal(t, w.repo.Files("defectgate")["checkpoint"], r.file(t, "checkpoint"))
}

// Commands about exceptions add to the branch what other runs would believe: only in runs whose word counts, and sealed as they want it.
func TestExceptionCommandsOverABranch(t *testing.T) {
	w, line := failedTown(t)
	_, accepted := w.says("alice", line)
	_, record, _ := strings.Cut(accepted.stdout, "accept recorded as ")
	r := &revokedTown{town: w, record: strings.SplitN(record, ",", 2)[0]}
	entries := r.entries()
	revoke := func(branch string, more ...string) result {
		return r.step(job{name: "push", event: r.repo.Event(t, "push"), ref: "refs/heads/" + branch, files: r.repo.Files("main"),
			permissions: githubtest.Permissions{"contents": "write", "actions": "read"}},
			append([]string{"exception", "revoke", r.record, "--ledger", "branch:defectgate", "--key", r.key, "--because", "it is reachable after all"}, more...)...)
	}
	told := revoke("feature", "--log-key", r.log)
	require.Equal(t, 2, told.code, told.stdout)
	require.Contains(t, told.stderr, "this run adds nothing to the branch of the ledger")
	told = revoke("main")
	require.NotZero(t, told.code, told.stdout)
	require.Contains(t, told.stderr, "--log-key", told.code)
	require.Equal(t, entries, r.entries())
	told = r.step(job{name: "push", event: r.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"}},
		"ledger", "checkpoint", "--ledger", "branch:defectgate", "--log-key", r.log)
	require.Equal(t, 2, told.code, told.stdout)
	require.Contains(t, told.stderr, "is signed by who adds to it")
}

// The printed command has the keys without which a branch takes nothing.
func TestTheCommandNamesTheKeysOfABranch(t *testing.T) {
	r := newTown(t).push()
	require.Equal(t, 1, r.code, r.stdout)
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "--key KEY.pem --log-key LOG.pem")
}

// What the public would read is written only where somebody has said so, by whatever command.
func TestCommentsOfAPublicRepository(t *testing.T) {
	w, line := failedTown(t)
	w.server.Do(func() { w.repo.Private, w.repo.Visibility = false, "public" })
	_, r := w.says("alice", line)
	require.Equal(t, 2, r.code, r.stdout)
	require.Contains(t, r.stderr, "`disclosure: public` in defectgate.yaml")
	require.Zero(t, w.entries())
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": "disclosure: public\n" + townConfig}})
	_, r = w.says("alice", line)
	require.Contains(t, r.stdout, "recorded as", r.stderr)
}
