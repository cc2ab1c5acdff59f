package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// forked has dana ask for the change from a fork.
func (s *site) forked() {
	fork := s.repo.Fork(s.server.User("dana"))
	fork.Commit(githubtest.Commit{Branch: "better", Files: map[string]string{"src/app.js": "// better\n"}, Author: s.server.User("dana")})
	s.pull = s.repo.AddPull(githubtest.Pull{HeadRef: "better", HeadRepo: fork, User: s.server.User("dana")})
}

// The token of a run of a fork only reads, and there are no secrets: the gate decides all the same, and writes nothing.
func TestAForkIsGated(t *testing.T) {
	s := newSite(t)
	s.forked()
	var r *result
	for _, c := range []struct{ found, want string }{{nothing, "pass 0 0"}, {high, "fail 1 1"}} {
		b := s.change(c.found)
		b.fork = true
		r = s.act(b)
		require.Equal(t, c.want, r.verdict("gate/gate"), r.log)
		require.Equal(t, c.found == nothing, r.code == 0, r.log)
		require.Contains(t, r.log, "the token may not")
	}
	for _, w := range s.server.Writes() {
		require.Equal(t, 403, w.Status, "%s %s", w.Method, w.Path)
	}
	require.Empty(t, s.ours())
	require.Empty(t, s.checks())
	r = s.act(s.written(s.comment("alice", pasted(t, r.summary, "not reachable from outside"))))
	require.Equal(t, 0, r.code, r.log)
	require.Contains(t, r.log, "E_AUTH", "what comes from a fork is not signed off by comment")
	require.Empty(t, s.repo.Ref("defectgate"))
}
