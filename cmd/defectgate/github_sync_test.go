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
	require.NotContains(t, r.stdout, "comment ", "all of them have answers")
	require.Contains(t, r.stdout, "2 commands since 2026-")
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
	require.Contains(t, r.stdout, "23 commands since 2026-10-26T09:00:00Z; not looked at: 2 more of people whose last 10 were refused\n")
	_, _ = sync()
	writes := len(w.server.Writes())
	r, last := sync()
	require.NotContains(t, r.stdout, "E_AUTH")
	require.Equal(t, writes, len(w.server.Writes()))
	require.Less(t, last, first/2)
	require.Len(t, w.replies(), 11+1, "one to each of alice, and one to the stranger")
}

// What is wrong with its flags does not wait for the night on which there is a comment.
func TestSyncWithoutACommentSaysWhatIsWrong(t *testing.T) {
	w := newTown(t)
	sync := func(args ...string) result {
		return w.step(job{name: "schedule", event: w.repo.Event(t, "schedule"), ref: "refs/heads/main", permissions: handlesComments},
			append([]string{"sync", "--key", w.key, "--log-key", w.log}, args...)...)
	}
	r := sync()
	require.Zero(t, r.code, r.stderr)
	require.Equal(t, "0 commands since 2026-10-26T09:00:00Z\n", r.stdout)
	for _, args := range [][]string{{"--key", w.log}, {"--config", "none.yaml"}, {"-e", "nowhere"}, {"--change", "-1"}} {
		require.Equal(t, 2, sync(args...).code, args)
	}
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

// What nobody could decide is tried again, whatever sign and reply it left: an outage must not swallow a revocation.
func TestSyncTakesAgainWhatWasNotDecided(t *testing.T) {
	for name, fault := range map[string]githubtest.Fault{
		"with a reply":    {Operation: "none"},
		"without a reply": {Operation: "issues/create-comment", Times: 1, Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			w, line := failedTown(t)
			_, taken := w.says("alice", line)
			id := taken.stdout[strings.Index(taken.stdout, "dgx_"):][:30]
			require.Zero(t, w.gate().code)
			w.server.Fault(githubtest.Fault{Operation: "git/update-ref", Times: 1, Status: 422})
			w.server.Fault(fault)
			_, taken = w.says("alice", "/defectgate revoke "+id+" because it is reachable after all")
			require.Equal(t, 3, taken.code, taken.stdout)
			r := w.step(job{name: "schedule", event: w.repo.Event(t, "schedule"), ref: "refs/heads/main", permissions: handlesComments}, "sync", "--key", w.key, "--log-key", w.log)
			require.Zero(t, r.code, r.stderr)
			require.Contains(t, r.stdout, "recorded as")
			require.Equal(t, 1, w.gate().code)
		})
	}
}
