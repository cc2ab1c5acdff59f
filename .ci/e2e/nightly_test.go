package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// night is the start of a nightly run, of which one job is run.
func (s *site) night(job start) start {
	s.t.Helper()
	job.workflow, job.event, job.payload = "nightly.yml", "schedule", s.repo.Event(s.t, "schedule")
	job.ref, job.sha = "refs/heads/main", s.repo.Ref("main")
	return job
}

// Without a push, main is judged each night, and comments are taken that no run has taken.
func TestTheNight(t *testing.T) {
	s := newSite(t)
	r := s.act(s.night(start{called: "gate.yml", job: "main", only: "gate", found: nothing}))
	require.Equal(t, 0, r.code, r.log)
	require.Equal(t, "pass 0 0", r.verdict("main/gate"), r.log)
	require.Contains(t, r.log, "entry 0 of the ledger, signed by key")

	r = s.act(s.night(start{called: "gate.yml", job: "main", only: "gate", found: high}))
	require.Equal(t, 1, r.code, r.log)
	require.Equal(t, "fail 1 1", r.verdict("main/gate"), r.log)
	require.Contains(t, r.log, "entry 1 of the ledger, signed by key")
	require.Equal(t, s.repo.Files("defectgate")["checkpoint"], text(t, s.artifacts.of(t, r.run), "defectgate-checkpoint", "checkpoint"))

	s.act(s.change(high))
	c := s.comment("alice", pasted(t, s.ours()[0].Body, "not reachable from outside"))
	r = s.act(s.night(start{job: "comments", only: "comments"}))
	require.Equal(t, 0, r.code, r.log)
	require.Contains(t, r.log, "accept recorded as dgx_")
	s.server.Do(func() { require.Len(t, c.Reactions, 1) })
	require.Equal(t, s.repo.Files("defectgate")["checkpoint"], text(t, s.artifacts.of(t, r.run), "defectgate-checkpoint", "checkpoint"))
	require.Equal(t, "pass 0 0", s.act(s.change(high)).verdict("gate/gate"))
}
