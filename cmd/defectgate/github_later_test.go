package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// rechecks is a town where an accepted risk is asked about anew at every check.
func rechecks(t *testing.T) (*town, *githubtest.Comment) {
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": townConfig + "  exception: {terms: {recheck: true}}\n"}})
	r := w.gate()
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	c, taken := w.says("alice", r.line(t, "not reachable from outside"))
	require.Contains(t, taken.stdout, "recorded as", taken.stderr)
	require.Zero(t, w.gate().code)
	return w, c
}

// T10: an approver who may not approve any more has approved nothing, where each check asks anew.
func TestT10AnApproverWhoWasRemovedOnGitHub(t *testing.T) {
	w, _ := rechecks(t)
	w.repo.SetRole(w.server.User("alice"), "read")
	r := w.gate()
	require.Equal(t, 1, r.code, r.stdout)
	w.repo.SetRole(w.server.User("alice"), "maintain")
	require.Zero(t, w.gate().code)
	w.server.Fault(githubtest.Fault{Operation: "repos/get-collaborator-permission-level", Status: 404})
	require.Equal(t, 1, w.gate().code, "somebody who is no member any more")
	w.server.Fault(githubtest.Fault{Operation: "repos/get-collaborator-permission-level", Edit: func(answer any) any {
		answer.(map[string]any)["user"].(map[string]any)["id"] = float64(4711)
		return answer
	}})
	require.Equal(t, 1, w.gate().code, "somebody else who has taken the name")
	w.server.Fault(githubtest.Fault{Operation: "repos/get-collaborator-permission-level", Times: -1, Status: 500})
	require.Equal(t, 3, w.gate().code, "nobody can tell")
}

// T10: where nobody can be asked, what was signed off by comment is not known to stand: that is no pass, and no failure either.
func TestT10WithoutAPlatformToAsk(t *testing.T) {
	w, _ := rechecks(t)
	push := job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "read", "actions": "read", "pull-requests": "read"}}
	exported := w.step(push, "ledger", "export", "--ledger", "branch:defectgate")
	require.Zero(t, exported.code, exported.stderr)
	file := filepath.Join(t.TempDir(), "log.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(exported.stdout), 0o600))
	local := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	w.made("ledger", "init", "--ledger", local)
	w.made("ledger", "import", "--ledger", local, "--from", file)
	told := w.step(push, "check", "--ledger", local)
	require.Zero(t, told.code, told.stdout+told.stderr)
	push.variables = map[string]string{"GITHUB_TOKEN": ""}
	r := w.step(push, "check", "--ledger", local)
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stdout, "this run cannot ask GitHub")
}

// T17: the record is the authority. That its comment is gone is said.
func TestT17ACommentThatIsGoneOnGitHub(t *testing.T) {
	w, c := rechecks(t)
	c.Delete()
	r := w.gate()
	require.Zero(t, r.code, r.stdout+r.stderr)
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "the comment is gone; what was recorded of it stands")
}

// T21: a change from a fork has a token that reads, and no secrets. It is judged all the same, and writes nothing.
func TestT21AForkOnGitHub(t *testing.T) {
	w := newTown(t)
	fork := w.repo.Fork(w.server.User("forker"))
	fork.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"fork.go": "package main\n"}, Author: w.server.User("forker")})
	w.pull = w.repo.AddPull(githubtest.Pull{HeadRef: "feature", HeadRepo: fork, User: w.server.User("forker")})
	r := w.gate("--publish", "summary", "--publish", "comment", "--publish", "check", "--publish", "outputs")
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	require.Contains(t, r.outputs, "fail")
	require.Contains(t, r.stderr, "defectgate: note:")
	require.Empty(t, w.replies())
	require.Zero(t, w.entries())
	w.refused(w.wrote("alice", r.line(t, "not reachable from outside")), "E_AUTH")
}

// push runs the gate on the default branch, which adds to the log.
func (w *town) push(args ...string) result {
	w.t.Helper()
	return w.step(job{name: "push", event: w.repo.Event(w.t, "push"), ref: "refs/heads/main",
		permissions: githubtest.Permissions{"contents": "write", "actions": "read"}},
		append([]string{"check", "--log-key", w.log, "--output", "checkpoint=checkpoint"}, args...)...)
}

// left keeps the checkpoint of a run of main as its artifact, as the workflow does.
func (w *town) left(r result) {
	w.t.Helper()
	w.ran("push").AddArtifact(checkpointOf(w.t, r))
}

// T29: a branch that was put back to an older state is found by the checkpoint of the last decision, by whoever asks next.
func TestT29ABranchThatWasPutBackOnGitHub(t *testing.T) {
	w := newTown(t)
	r0 := w.push()
	require.Equal(t, 1, r0.code, r0.stderr)
	w.left(r0)
	first := w.repo.Ref("defectgate")
	require.NotEmpty(t, first)
	last := w.push()
	require.Equal(t, 1, last.code, last.stdout+last.stderr)
	w.left(last)
	require.Equal(t, 1, w.gate().code)
	w.repo.SetRef("refs/heads/defectgate", first)
	r := w.gate()
	require.Equal(t, 3, r.code)
	require.Contains(t, r.stdout, "the branch does not have what it had", "by the copy that the last run kept")
	require.NoError(t, os.RemoveAll(w.cache))
	for name, r := range map[string]result{"a push": w.push(), "a change": w.gate()} {
		require.Equal(t, 3, r.code, name)
		require.Contains(t, r.stdout, "the checkpoint that was kept does not hold", name)
	}
	for name, run := range map[string]func(...string) result{"the push": w.push, "the change": w.gate} {
		r := run()
		require.Equal(t, 3, r.code, "it stays so: %s has added nothing that would make it good", name)
	}
	require.Equal(t, first, w.repo.Ref("defectgate"))
	w.repo.DeleteRef("refs/heads/defectgate")
	require.Equal(t, 3, w.gate().code, "and one that is gone")
}

// What a change says it saw is no checkpoint that binds others: anybody can leave one.
func TestAForgedCheckpointStopsNobody(t *testing.T) {
	w := newTown(t)
	w.left(w.push())
	origin, _, _ := strings.Cut(w.repo.Files("defectgate")["checkpoint"], "\n")
	forged := origin + "\n9\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	run := w.repo.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: w.pull.HeadSHA, HeadBranch: "feature", HeadRepo: w.repo, Status: "completed", Conclusion: "failure"})
	run.AddArtifact(checkpointNamed("defectgate", forged))
	require.Equal(t, 1, w.gate().code)
	w.ran("push").AddArtifact(checkpointNamed("defectgate", forged))
	require.Equal(t, 3, w.gate().code, "of main it would bind")
}

// T30: of runs that add at once, each is added.
func TestT30SomebodyWasFasterOnGitHub(t *testing.T) {
	w := newTown(t)
	require.Equal(t, 1, w.push().code)
	w.server.Fault(githubtest.Fault{Operation: "git/update-ref", Before: func() {
		w.repo.Commit(githubtest.Commit{Branch: "defectgate", Files: map[string]string{"x": "y"}})
	}})
	r := w.push()
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	require.Contains(t, r.stdout, "entry 1 of the ledger")
	require.Equal(t, 2, w.entries())
	w.server.Fault(githubtest.Fault{Operation: "git/update-ref", Late: true, Status: 502})
	r = w.push()
	require.Equal(t, 1, r.code, "the answer was lost, and not the entry: "+r.stdout)
	require.Equal(t, 3, w.entries())
}

// T32: anybody can comment. Ten thousand comments cost a bounded number of calls, and whoever may not approve is not answered each time.
func TestT32ACrowdOnGitHub(t *testing.T) {
	w, line := failedTown(t)
	for i := range 10_000 {
		w.repo.AddComment(githubtest.Comment{Number: w.pull.Number, User: w.server.User(fmt.Sprintf("user%d", i%50)), Body: "me too"})
	}
	before := len(w.server.Requests())
	c, taken := w.says("alice", line)
	require.Contains(t, taken.stdout, "recorded as", taken.stderr)
	require.LessOrEqual(t, len(w.server.Requests())-before, 140)
	require.Equal(t, 101, w.server.Calls("issues/list-comments"), "each page once")
	require.Equal(t, 1, len(w.replies()), c.ID)

	before = len(w.server.Requests())
	w.talk(w.wrote("user1", "just talking"))
	require.Equal(t, before, len(w.server.Requests()), "what is no command is not asked for")
}

// talk takes a comment that is none of ours.
func (w *town) talk(c *githubtest.Comment) {
	w.t.Helper()
	require.Contains(w.t, w.takes(c).stdout, "no command")
}

// T35: whatever stands beside the commit, the exit code carries the verdict.
func TestT35TheExitCodeIsTheVerdictOnGitHub(t *testing.T) {
	w := newTown(t)
	w.repo.AddCheckRun(githubtest.CheckRun{Name: "defectgate / production", HeadSHA: w.pull.HeadSHA, Status: "completed", Conclusion: "success"})
	require.Equal(t, 1, w.gate("--publish", "check").code)
}

// An outage of the platform is no pass, and no failure of the change either.
func TestAnOutageIsExitCodeThree(t *testing.T) {
	w := newTown(t)
	w.server.Fault(githubtest.Fault{Times: -1, Status: 503})
	r := w.gate()
	require.Equal(t, 3, r.code, r.stdout+r.stderr)
}
