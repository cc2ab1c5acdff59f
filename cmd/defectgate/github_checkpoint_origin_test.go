package main

import (
	"os"
	"path/filepath"
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
	require.Contains(t, strings.Join(strings.Fields(r.stdout), " "), "begin it under another name")
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

// T29: what a command adds is missed by its checkpoint as well. Where it leaves none, it says so.
func TestT29ARevocationByCommand(t *testing.T) {
	r := newRevoked(t)
	r.keptCheckpoint(r.revoked)
	failed := r.gate()
	_, accepted := r.says("alice", failed.line(t, "not reachable from outside"))
	r.keptCheckpoint(accepted)
	_, id, _ := strings.Cut(accepted.stdout, "accept recorded as ")
	before := r.repo.Files("defectgate")
	revoke := func(more ...string) result {
		return r.step(job{name: "push", event: r.repo.Event(t, "push"), ref: "refs/heads/main", files: r.repo.Files("main"), permissions: appending},
			append([]string{"exception", "revoke", strings.SplitN(id, ",", 2)[0], "--ledger", "branch:defectgate", "--key", r.key, "--log-key", r.log,
				"--because", "it is reachable after all"}, more...)...)
	}
	told := revoke("--keep-checkpoint", "report.json/checkpoint")
	require.Equal(t, 2, told.code, told.stderr)
	require.Equal(t, before, r.repo.Files("defectgate"), "it is found before anything is recorded")
	told = revoke("--keep-checkpoint", "checkpoint")
	require.Zero(t, told.code, told.stderr)
	require.NotContains(t, told.stderr, "note: whoever takes this out")
	r.ran("workflow_dispatch").AddArtifact(checkpointOf(t, told))
	r.withoutTheLast(before)
	told = r.gate()
	require.Equal(t, 3, told.code, told.stdout)
	require.Contains(t, told.stdout, "the checkpoint that was kept does not hold")
}

// T29: an old checkpoint, which everybody has who reads the repository, does not stand for those of main that are gone.
func TestT29AnOldCheckpointOfSomebodyElse(t *testing.T) {
	w := newTown(t)
	old := w.push()
	require.Equal(t, 1, w.push().code)
	says := func() string { return strings.Join(strings.Fields(w.gate().stdout), " ") }
	const notKnown = `no run of "main" has left an artifact defectgate-checkpoint that counts`
	require.Contains(t, says(), notKnown)
	feature := w.repo.AddRun(githubtest.Run{Event: "push", HeadSHA: w.repo.Ref("feature"), HeadBranch: "feature", HeadRepo: w.repo})
	feature.AddArtifact(checkpointOf(t, old))
	require.Contains(t, says(), notKnown)
	w.left(old)
	require.NotContains(t, says(), "is not known")
	for range 11 {
		feature.AddArtifact(checkpointNamed("defectgate", "x"))
	}
	require.Contains(t, says(), "than are looked at; one of a release may be among them")
}

// What a step of the action leaves is named after a branch, and is that of nothing else.
func TestTheCheckpointOfADatabaseIsNotLeftForABranch(t *testing.T) {
	w := newTown(t)
	w.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{
		"defectgate.yaml": strings.Replace(townConfig, "branch:defectgate", "sqlite:ledger.db", 1)}})
	push := job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: appending, files: w.repo.Files("main")}
	for variable, is := range map[string]bool{"auto": false, "": true} {
		if variable != "" {
			push.variables = map[string]string{"DEFECTGATE_LEDGER": variable}
		} else {
			push.variables = nil
		}
		r := w.step(push, "check", "--log-key", w.log, "--keep-checkpoint", "checkpoint", "--output", "checkpoint=named")
		require.Equal(t, 1, r.code, r.stdout+r.stderr)
		require.FileExists(t, filepath.Join(r.folder, "named"))
		_, err := os.Stat(filepath.Join(r.folder, "checkpoint"))
		require.Equal(t, is, err == nil, variable)
	}
}

// An error stands in the log as any decision does, and its checkpoint is left.
func TestTheCheckpointOfAnError(t *testing.T) {
	w := newTown(t)
	r := w.step(job{name: "push", event: w.repo.Event(t, "push"), ref: "refs/heads/main", permissions: appending, files: map[string]string{"report.json": "{"}},
		"check", "--log-key", w.log, "--keep-checkpoint", "checkpoint")
	require.Equal(t, 3, r.code, r.stdout+r.stderr)
	require.Equal(t, 1, w.entries(), r.stdout)
	require.Equal(t, w.repo.Files("defectgate")["checkpoint"], r.file(t, "checkpoint"))
}

// What a wrong key would seal in the name of the log is found before a comment is taken.
func TestACommentWithTheKeyOfSomethingElse(t *testing.T) {
	w, line := failedTown(t)
	r := w.step(job{name: "issue_comment", event: w.repo.Event(t, "issue_comment.created", w.wrote("alice", line), w.pull), ref: "refs/heads/main",
		permissions: handlesComments}, "comment", "--key", w.key, "--log-key", w.key)
	require.Equal(t, 2, r.code, r.stderr)
	require.Contains(t, r.stderr, "--log-key: the key set has keys for the log, and this is none that counts today")
	require.Zero(t, w.entries())
}
