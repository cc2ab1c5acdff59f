package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

func TestSyncTakesWhatNoRunTook(t *testing.T) {
	w, line := failedTown(t)
	w.wrote("alice", "hello")
	w.wrote("stranger", line)
	w.wrote("alice", line)
	sync := func() result {
		return w.step(job{name: "schedule", event: w.repo.Event(t, "schedule"), ref: "refs/heads/main", permissions: handlesComments}, "sync", "--key", w.key, "--log-key", w.log)
	}
	r := sync()
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "E_AUTH")
	require.Contains(t, r.stdout, "recorded as")
	require.Len(t, w.replies(), 2)
	writes := len(w.server.Writes())
	r = sync()
	require.Zero(t, r.code, r.stderr)
	require.Empty(t, r.stdout, "all of them have answers")
	require.Equal(t, writes, len(w.server.Writes()))
	require.Zero(t, w.gate().code)
}

// However much somebody writes who may not sign off, who may is heard first, and what is refused once is not asked about for ever.
func TestSyncHearsThoseFirstWhoBelong(t *testing.T) {
	w, line := failedTown(t)
	for range 12 {
		w.wrote("stranger", line)
	}
	for range 10 {
		w.wrote("alice", "/defectgate help")
	}
	w.wrote("alice", line)
	sync := func() (r result, calls int) {
		before := len(w.server.Requests())
		r = w.step(job{name: "schedule", event: w.repo.Event(t, "schedule"), ref: "refs/heads/main", permissions: handlesComments}, "sync", "--key", w.key, "--log-key", w.log)
		require.Zero(t, r.code, r.stderr)
		return r, len(w.server.Requests()) - before
	}
	r, first := sync()
	require.Less(t, strings.Index(r.stdout, "recorded as"), strings.Index(r.stdout, "E_AUTH"))
	require.Equal(t, 10, strings.Count(r.stdout, "E_AUTH"))
	require.Contains(t, r.stdout, "left for later: comments of people outside of the repository, 2\n")
	r, _ = sync()
	require.Equal(t, 2, strings.Count(r.stdout, "E_AUTH"))
	writes := len(w.server.Writes())
	r, last := sync()
	require.Empty(t, r.stdout)
	require.Equal(t, writes, len(w.server.Writes()))
	require.Less(t, last, first/2)
	require.Len(t, w.replies(), 11+1, "one to each of alice, and one to the stranger")
}

// A sign of somebody else is not ours: the comment was not taken.
func TestSyncTakesWhatOthersFindConfusing(t *testing.T) {
	w, line := failedTown(t)
	w.takes(w.wrote("stranger", line))
	c, dana := w.wrote("stranger", line), w.server.User("dana")
	w.server.Do(func() {
		c.Reactions = append(c.Reactions, &githubtest.Reaction{ID: 9, Content: "confused", User: dana, Created: w.now})
	})
	r := w.step(job{name: "schedule", event: w.repo.Event(t, "schedule"), ref: "refs/heads/main", permissions: handlesComments}, "sync", "--key", w.key, "--log-key", w.log)
	require.Zero(t, r.code, r.stderr)
	require.Equal(t, 1, strings.Count(r.stdout, "E_AUTH"))
}
