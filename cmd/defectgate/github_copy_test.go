package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// The copy of the ledger is kept for the next run, sealed by the key of the log. One that somebody changed is told, and made anew.
func TestTheCopyOfABranchIsKept(t *testing.T) {
	w := newTown(t)
	asked := func(run func(...string) result) int {
		before := w.server.Calls("git/get-blob")
		require.Equal(t, 1, run().code)
		return w.server.Calls("git/get-blob") - before
	}
	for range 4 {
		require.Equal(t, 1, w.push().code)
	}
	require.Equal(t, 1, asked(w.gate), "the checkpoint alone")
	copies, err := filepath.Glob(filepath.Join(w.cache, "defectgate", "ledger", "*.db"))
	require.NoError(t, err)
	require.Len(t, copies, 1)
	require.NoError(t, os.WriteFile(copies[0], []byte("changed"), 0o600))
	r := w.gate()
	require.Equal(t, 1, r.code, r.stderr)
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "does not count, and was made anew")
	require.Equal(t, 5, asked(w.gate), "a run of a change keeps none")
	require.Equal(t, 1, w.push().code)
	require.Equal(t, 1, asked(w.gate))
}

// Where the set has a key of the log, it signs what the branch says of itself: others could leave entries out.
func TestT29TheCheckpointOfABranchIsSigned(t *testing.T) {
	w := newTown(t)
	require.Equal(t, 1, w.push().code)
	kept := w.repo.Ref("defectgate")
	r := w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"}},
		"check", "--output", "json=decision.json")
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stdout, "--log-key")
	require.Equal(t, kept, w.repo.Ref("defectgate"), "nothing is added without it")
	text := w.repo.Files("defectgate")["checkpoint"]
	body, _, _ := strings.Cut(text, "\n\n")
	w.repo.Commit(githubtest.Commit{Branch: "defectgate", Files: map[string]string{"checkpoint": body + "\n"}})
	require.NoError(t, os.RemoveAll(w.cache))
	for _, run := range []func(...string) result{w.push, w.gate} {
		r := run()
		require.Equal(t, 3, r.code)
		require.Contains(t, r.stdout, "the checkpoint is not signed")
	}
}

// A log of many entries is fetched with one question, and where that fails file by file: nothing is taken from an archive but what its id says.
func TestALongBranchIsFetchedAtOnce(t *testing.T) {
	w := newTown(t)
	for range 18 {
		require.Equal(t, 1, w.push().code)
	}
	asked := func() (archives, files int) {
		require.NoError(t, os.RemoveAll(w.cache))
		archives, files = w.server.Calls("repos/download-tarball-archive"), w.server.Calls("git/get-blob")
		r := w.gate()
		require.Equal(t, 1, r.code, r.stdout)
		require.Contains(t, r.file(t, "decision.json"), `"size": 18`)
		return w.server.Calls("repos/download-tarball-archive") - archives, w.server.Calls("git/get-blob") - files
	}
	for name, c := range map[string]struct {
		fault githubtest.Fault
		files int
	}{
		"an archive":             {githubtest.Fault{Operation: "none"}, 0},
		"none":                   {githubtest.Fault{Operation: "repos/download-tarball-archive", Status: 404, Body: "{}"}, 19},
		"one that is no archive": {githubtest.Fault{Operation: "storage", Status: 200, Body: "<html>"}, 19},
	} {
		t.Run(name, func(t *testing.T) {
			w.server.Fault(c.fault)
			archives, files := asked()
			require.Equal(t, []int{1, c.files}, []int{archives, files})
		})
	}
}

// A branch that is not believed leaves no copy: once it is put right, the gate goes on.
func TestWhatIsRefusedIsNotKept(t *testing.T) {
	w := newTown(t)
	w.left(w.push())
	good := w.repo.Ref("defectgate")
	other := t.TempDir()
	w.made("key", "generate", "--use", "sign-off", "--keys", other+"/keys.json", other+"/other.pem")
	push := job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: githubtest.Permissions{"contents": "write", "actions": "read"}}
	w.step(push, "check", "--keys", other+"/keys.json", "--cache", t.TempDir())
	require.Equal(t, 2, w.entries(), "somebody has added one without the key of the log")
	require.Equal(t, 3, w.push().code)
	w.repo.SetRef("refs/heads/defectgate", good)
	require.Equal(t, 1, w.push().code)
	require.NoError(t, os.MkdirAll(w.cache, 0o700))
	w.repo.SetRef("refs/heads/defectgate", good)
	r := w.push()
	require.Equal(t, 3, r.code)
	require.Contains(t, strings.Join(strings.Fields(r.stdout+r.stderr), " "), filepath.Join(w.cache, "defectgate", "ledger"), "the hint names the copy that knows better")
}
