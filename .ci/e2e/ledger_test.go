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

// What main is judged by is recorded in the branch, signed, and a change reads it.
func TestTheLedgerInABranch(t *testing.T) {
	for _, visibility := range []string{"private", "public"} {
		t.Run(visibility, func(t *testing.T) {
			s := newSite(t)
			s.server.Do(func() { s.repo.Private, s.repo.Visibility = visibility == "private", visibility })
			r := s.act(s.pushed(nothing))
			require.Equal(t, 0, r.code, r.log)
			require.Equal(t, "pass 0 0", r.verdict("main/gate"), r.log)
			require.Contains(t, r.log, "entry 0 of the ledger, signed by key")
			require.NotEmpty(t, r.outputs["main/gate"]["receipt"], "there is a proof")
			r = s.act(s.pushed(nothing))
			require.Contains(t, r.log, "entry 1 of the ledger, signed by key")
			require.Len(t, s.repo.Log("defectgate"), 2)
			r = s.act(s.change(nothing))
			require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)
			require.Len(t, s.repo.Log("defectgate"), 2)
		})
	}
}

// A branch that was put back is noticed by whatever runs next, and by all that runs until somebody has looked into it: nothing is added to it.
func TestALedgerThatWasPutBack(t *testing.T) {
	s := newSite(t)
	s.act(s.pushed(nothing))
	before := s.repo.Ref("defectgate")
	s.act(s.pushed(nothing))
	require.Equal(t, "fail 1 1", s.act(s.change(high)).verdict("gate/gate"))
	line := pasted(t, s.ours()[0].Body, "not reachable from outside")

	s.repo.SetRef("refs/heads/defectgate", before)
	for _, b := range []start{s.change(high), s.pushed(high), s.pushed(high), s.change(high)} {
		r := s.act(b)
		require.Equal(t, 1, r.code, r.log)
		require.Equal(t, "error 3 1", r.verdict(b.job+"/gate"), r.log)
		require.Contains(t, r.log, "rollback:")
		require.Equal(t, before, s.repo.Ref("defectgate"), "nothing is added to it")
	}
	r := s.act(s.written(s.comment("alice", line)))
	require.Equal(t, "3", r.verdict("signoff/0"), r.log)
	require.Equal(t, before, s.repo.Ref("defectgate"))
}
