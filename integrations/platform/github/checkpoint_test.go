package github_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// everything counts, whoever left it.
func everything(string, bool) bool { return true }

// ofMain counts what the default branch left.
func ofMain(_ string, ofMain bool) bool { return ofMain }

// leaves has a run leave a checkpoint of the ledger in the branch `defectgate`.
func leaves(run *githubtest.Run, checkpoint string) {
	run.AddArtifact(githubtest.Artifact{Name: "defectgate-checkpoint", Files: map[string]string{github.CheckpointFile: checkpoint}})
}

func pushed(r *githubtest.Repository, branch string) *githubtest.Run {
	return r.AddRun(githubtest.Run{Event: "push", HeadSHA: r.Ref(branch), HeadBranch: branch, HeadRepo: r})
}

func last(t *testing.T, c *github.Client, counts func(string, bool) bool) []string {
	t.Helper()
	found, err := c.LastCheckpoints(t.Context(), "defectgate", "main", counts)
	require.NoError(t, err)
	return found.Notes
}

// The checkpoint that binds is that of a run of the branch of the repository itself, and not of a fork whose branch is called so, of a tag, or of a change.
func TestTheLastCheckpointIsOfTheBranchItself(t *testing.T) {
	s, r, c := asking(t)
	require.Empty(t, last(t, c, everything))
	leaves(pushed(r, "main"), "of main")
	fork := r.Fork(s.User("eve"))
	fork.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"x": "y"}})
	leaves(r.AddRun(githubtest.Run{Event: "push", HeadSHA: fork.Ref("main"), HeadBranch: "main", HeadRepo: fork}), "of a fork")
	leaves(r.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: r.Ref("main"), HeadBranch: "main", HeadRepo: r}), "of a change from main")
	aside := r.Commit(githubtest.Commit{Branch: "aside", Files: map[string]string{"z": "z"}})
	leaves(r.AddRun(githubtest.Run{Event: "push", HeadSHA: aside, HeadBranch: "main", HeadRepo: r}), "of a tag that is called main")
	leaves(r.AddRun(githubtest.Run{Event: "push", HeadSHA: r.Ref("main"), HeadBranch: "v1", HeadRepo: r}), "of a release")
	require.Equal(t, []string{"of main"}, last(t, c, ofMain))
	r.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"later": "z"}})
	require.Equal(t, []string{"of main"}, last(t, c, ofMain), "the branch went on")
	require.Equal(t, []string{"of a release", "of a tag that is called main", "of a change from main", "of main"}, last(t, c, everything), "what others left counts by what it says")
	require.Empty(t, last(t, c, func(string, bool) bool { return false }))
	s.Fault(githubtest.Fault{Operation: "storage", Times: -1, Status: http.StatusInternalServerError})
	_, err := c.LastCheckpoints(t.Context(), "defectgate", "main", ofMain)
	require.Error(t, err, "nobody can tell")
}

// The newest three of the default branch bind, and what cannot be read, is of others or of another ledger, is in nobody's way.
func TestTheNewestCheckpointsBind(t *testing.T) {
	s, r, c := asking(t)
	for _, name := range strings.Fields("first second third fourth") {
		leaves(pushed(r, "main"), name)
	}
	for range 20 { // other ledgers
		pushed(r, "main").AddArtifact(githubtest.Artifact{Name: github.CheckpointArtifact("other"), Files: map[string]string{github.CheckpointFile: "of another"}})
	}
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"x": "y"}})
	for range 120 {
		leaves(pushed(r, "feature"), "of a branch")
	}
	broken := pushed(r, "main")
	broken.AddArtifact(githubtest.Artifact{Name: "defectgate-checkpoint", Files: map[string]string{"other": "{}"}})
	broken.AddArtifact(githubtest.Artifact{Name: "defectgate-checkpoint", Zip: []byte("no archive")})
	broken.AddArtifact(githubtest.Artifact{Name: "defectgate-checkpoint", Zip: make([]byte, 1<<20)})
	require.Equal(t, []string{"fourth", "third", "second"}, last(t, c, ofMain))
	require.Equal(t, 3+2+10, s.Calls("storage"), "no more than ten of others are opened, and nothing that is large")
	require.Len(t, last(t, c, everything), 3+10, "those of others are in nobody's way")
}

// What others leave need not even be an archive. In the place of what main left, that is no answer.
func TestAnArtifactThatIsNoArchive(t *testing.T) {
	_, r, c := asking(t)
	leaves(pushed(r, "main"), "of main")
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"x": "y"}})
	empty := githubtest.Artifact{Name: "defectgate-checkpoint", Zip: []byte{}}
	pushed(r, "feature").AddArtifact(empty)
	require.Equal(t, []string{"of main"}, last(t, c, ofMain))
	pushed(r, "main").AddArtifact(empty)
	_, err := c.LastCheckpoints(t.Context(), "defectgate", "main", ofMain)
	require.ErrorContains(t, err, "the answer is no archive")
}

// What one run leaves is asked about once, however much it is, and what is no longer there not at all.
func TestManyCheckpointsOfOneRun(t *testing.T) {
	s, r, c := asking(t)
	leaves(pushed(r, "main"), "of main")
	forged := r.AddRun(githubtest.Run{Event: "pull_request", HeadSHA: r.Ref("main"), HeadBranch: "main", HeadRepo: r})
	for range 200 {
		leaves(forged, "of a change from main")
	}
	pushed(r, "main").AddArtifact(githubtest.Artifact{Name: "defectgate-checkpoint", Expired: true})
	require.Equal(t, []string{"of main"}, last(t, c, ofMain))
	require.Equal(t, 2, s.Calls("actions/get-workflow-run"))
	require.Equal(t, 11, s.Calls("actions/download-artifact"))
}

// A branch may be called what no artifact is.
func TestTheCheckpointOfABranchWithASlash(t *testing.T) {
	_, r, c := asking(t)
	name := github.CheckpointArtifact("ledgers/main")
	require.Equal(t, "ledgers%2Fmain-checkpoint", name)
	pushed(r, "main").AddArtifact(githubtest.Artifact{Name: name, Files: map[string]string{github.CheckpointFile: "x"}})
	found, err := c.LastCheckpoints(t.Context(), "ledgers/main", "main", ofMain)
	require.NoError(t, err)
	require.Equal(t, github.Checkpoints{Notes: []string{"x"}, OfMain: 1}, found)
}

// What others leave can be more than is looked through. Then it is known only if another run of the branch has left something since.
func TestACheckpointThatIsBuried(t *testing.T) {
	_, r, c := asking(t)
	r.Commit(githubtest.Commit{Branch: "feature", Files: map[string]string{"x": "y"}})
	leaves(pushed(r, "main"), "of main")
	other := pushed(r, "feature")
	for range 1000 {
		leaves(other, "of a branch")
	}
	_, err := c.LastCheckpoints(t.Context(), "defectgate", "main", ofMain)
	require.ErrorIs(t, err, github.ErrBuried)
	require.Contains(t, gate.HintOf(err), "defectgate ledger checkpoint")
	leaves(pushed(r, "main"), "newer")
	require.Equal(t, []string{"newer"}, last(t, c, ofMain))
}

// How much GitHub is asked has a bound, whatever was left in the name of the default branch.
func TestCheckpointsThatDoNotCount(t *testing.T) {
	s, r, c := asking(t)
	for range 300 {
		leaves(pushed(r, "main"), "of main")
	}
	_, err := c.LastCheckpoints(t.Context(), "defectgate", "main", func(string, bool) bool { return false })
	require.ErrorIs(t, err, github.ErrBuried)
	require.Equal(t, 75, s.Calls("storage"), "a commit is asked about once, a run and what it left one by one")
}
