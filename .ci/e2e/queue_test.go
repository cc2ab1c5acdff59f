package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// queued is the start of the run of a merge queue that tries the pull request.
func (s *site) queued(found string) start {
	s.t.Helper()
	branch := fmt.Sprintf("gh-readonly-queue/main/pr-%d-%s", s.pull.Number, s.repo.Ref("main"))
	sha := s.repo.Commit(githubtest.Commit{Branch: branch, Files: map[string]string{"src/app.js": "// new\n"}, Author: s.server.User("dana")})
	payload := s.repo.Event(s.t, "merge_group")
	for path, value := range map[string]any{"head_sha": sha, "head_ref": "refs/heads/" + branch, "base_sha": s.repo.Ref("main"), "base_ref": "refs/heads/main"} {
		githubtest.Set(payload, "merge_group."+path, value)
	}
	return start{workflow: "gate.yml", job: "gate", event: "merge_group", payload: payload, ref: "refs/heads/" + branch, sha: sha, found: found}
}

// A queue builds a commit that nobody has commented on: what was signed off at the change holds there.
func TestTheMergeQueue(t *testing.T) {
	s := newSite(t)
	r := s.act(s.queued(high))
	require.Equal(t, 1, r.code, r.log)
	require.Equal(t, "fail 1 1", r.verdict("gate/gate"), r.log)

	s.act(s.change(high))
	r = s.act(s.written(s.comment("alice", pasted(t, s.ours()[0].Body, "not reachable from outside"))))
	require.Contains(t, r.log, "accept recorded as dgx_")
	recorded := s.repo.Ref("defectgate")
	r = s.act(s.queued(high))
	require.Equal(t, 0, r.code, r.log)
	require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)
	require.Contains(t, r.log, "accepted by alice (maintain)")
	require.Equal(t, recorded, s.repo.Ref("defectgate"), "the queue only reads")
	require.Equal(t, "success", s.repo.CheckRuns[len(s.repo.CheckRuns)-1].Conclusion)
}
