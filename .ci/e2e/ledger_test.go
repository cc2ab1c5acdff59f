package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// pushed is the start of a run of main.
func (s *site) pushed(found string) start {
	s.t.Helper()
	payload := s.repo.Event(s.t, "push")
	sha := s.repo.Ref("main")
	for path, value := range map[string]any{"ref": "refs/heads/main", "after": sha, "head_commit.id": sha} {
		githubtest.Set(payload, path, value)
	}
	return start{workflow: "gate.yml", job: "main", event: "push", payload: payload, ref: "refs/heads/main", sha: sha, found: found}
}

// What main is judged by is recorded in the branch, signed. A branch that was put back is noticed by the next run, whatever that run is of.
func TestTheLedgerInABranch(t *testing.T) {
	s := newSite(t)
	r := s.act(s.pushed(nothing))
	require.Equal(t, 0, r.code, r.log)
	require.Equal(t, "pass 0 0", r.verdict("main/gate"), r.log)
	require.Contains(t, r.log, "entry 0 of the ledger, signed by key")
	before := s.repo.Ref("defectgate")
	require.NotEmpty(t, before)

	s.repo.Commit(githubtest.Commit{Branch: "main", Files: map[string]string{"src/app.js": "// newer\n"}, Author: s.server.User("dana")})
	r = s.act(s.pushed(nothing))
	require.Contains(t, r.log, "entry 1 of the ledger, signed by key", r.log)
	after := s.repo.Ref("defectgate")
	require.NotEqual(t, before, after)
	r = s.act(s.change(nothing))
	require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)

	require.Equal(t, "fail 1 1", s.act(s.change(high)).verdict("gate/gate"))
	line := pasted(t, s.ours()[0].Body, "not reachable from outside")

	s.repo.SetRef("refs/heads/defectgate", before)
	for step, b := range map[string]start{"gate/gate": s.change(high), "main/gate": s.pushed(high)} {
		r = s.act(b)
		require.Equal(t, 1, r.code, r.log)
		require.Equal(t, "error 3 1", r.verdict(step), r.log)
		require.Contains(t, r.log, "rollback:")
	}
	r = s.act(s.written(s.comment("alice", line)))
	require.Equal(t, "3", r.verdict("signoff/0"), r.log)
	require.Equal(t, before, s.repo.Ref("defectgate"), "nothing is added to it")
}
