package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

var appending = githubtest.Permissions{"contents": "write", "actions": "read"}

// renamed is the first check of main, by which the log is begun, before the server got the name that it has now.
func (w *town) renamed() result {
	w.t.Helper()
	r := w.step(job{name: "push", event: w.repo.Event(w.t, "push"), ref: "refs/heads/main", permissions: appending,
		variables: map[string]string{"GITHUB_SERVER_URL": "https://old.example"}}, "check", "--log-key", w.log, "--output", "checkpoint=checkpoint")
	require.Equal(w.t, 1, r.code, r.stdout)
	return r
}

// T29: a log may have another name than its branch would be given today, as where the server was renamed. It is missed all the same.
func TestT29ALogOfAnotherName(t *testing.T) {
	w := newTown(t)
	w.left(w.renamed())
	r := w.push()
	require.Equal(t, 1, r.code, r.stdout)
	require.Equal(t, 2, w.entries(), "it goes on")
	w.repo.DeleteRef("refs/heads/defectgate")
	require.NoError(t, os.RemoveAll(w.cache))
	r = w.push()
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stdout, "the older checkpoint is of the log")
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "delete the artifacts defectgate-checkpoint")
	require.Empty(t, w.repo.Ref("defectgate"), "and nothing is begun in its place")
}

// released is a check in the run of a tag.
func (w *town) released(args ...string) result {
	w.t.Helper()
	return w.step(job{name: "push", event: w.repo.Event(w.t, "push"), ref: "refs/tags/v1", permissions: appending},
		append([]string{"check", "--keys", w.keys, "--output", "checkpoint=checkpoint"}, args...)...)
}

// T29: what a release has recorded is missed before main runs again, if the key of the log has signed for it: a tag may be on anybody's commit.
func TestT29WhatAReleaseHasRecorded(t *testing.T) {
	w := newTown(t)
	w.left(w.renamed())
	before := w.repo.Files("defectgate")
	r := w.released("--log-key", w.log)
	require.Equal(t, 1, r.code, r.stdout+r.stderr)
	require.Equal(t, 2, w.entries())
	text := r.file(t, "checkpoint")
	tag := w.repo.AddRun(githubtest.Run{Event: "push", HeadSHA: w.repo.Ref("main"), HeadBranch: "v1", HeadRepo: w.repo, Status: "completed", Conclusion: "failure"})
	body, _, _ := strings.Cut(text, "\n\n")
	tag.AddArtifact(checkpointNamed("defectgate", body+"\n"))
	w.withoutTheLast(before)
	require.Equal(t, 1, w.gate().code, "nobody has signed it")
	tag.AddArtifact(checkpointNamed("defectgate", text))
	r = w.gate()
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stdout, "the checkpoint that was kept does not hold")
}

// T29: what another branch has, signed by the same key, is put in the place of a log that only a release has seen.
func TestT29AnotherLogInItsPlace(t *testing.T) {
	w := newTown(t)
	require.Equal(t, 1, w.push("--ledger", "branch:other").code)
	r := w.released("--log-key", w.log)
	require.Equal(t, 1, r.code, r.stdout)
	w.repo.AddRun(githubtest.Run{Event: "push", HeadSHA: w.repo.Ref("main"), HeadBranch: "v1", HeadRepo: w.repo}).AddArtifact(checkpointOf(t, r))
	w.repo.SetRef("refs/heads/defectgate", w.repo.Ref("other"))
	require.NoError(t, os.RemoveAll(w.cache))
	r = w.gate()
	require.Equal(t, 3, r.code, r.stdout)
	require.Contains(t, r.stdout, "the older checkpoint is of the log")
}

// T29: a checkpoint that the key has signed for another log binds no other, whoever brings it here.
func TestT29TheCheckpointOfAnotherLog(t *testing.T) {
	w := newTown(t)
	elsewhere := w.push("--ledger", "branch:other")
	other := elsewhere.file(t, "checkpoint")
	require.Equal(t, 1, w.push().code)
	w.repo.AddRun(githubtest.Run{Event: "push", HeadSHA: w.repo.Ref("feature"), HeadBranch: "feature", HeadRepo: w.repo}).AddArtifact(checkpointNamed("defectgate", other))
	require.Equal(t, 1, w.gate().code)
}

// The schedule of an older server does not say which repository it is about. What it adds counts all the same.
func TestAScheduleThatNamesNoRepository(t *testing.T) {
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"defectgate.yaml": "disclosure: public\n" + townConfig}})
	for i, ref := range []string{"refs/heads/main", "refs/heads/feature"} {
		r := w.step(job{name: "schedule", event: map[string]any{"schedule": "17 3 * * *"}, ref: ref, permissions: appending, files: w.repo.Files("main"),
			variables: map[string]string{"DEFECTGATE_SECRET_KEY": strings.Repeat("k", 32)}}, "check", "--log-key", w.log, "--output", "bundle=b.json")
		require.Equal(t, 1, r.code, r.stdout+r.stderr)
		require.Equal(t, 1, w.entries(), "%d: of main alone", i)
	}
}
