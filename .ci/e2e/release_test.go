package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// tagged is the start of a run of a tag that is set on main.
func (s *site) tagged(found string) start {
	s.t.Helper()
	sha := s.repo.Ref("main")
	s.repo.SetRef("refs/tags/v1.0.0", sha)
	payload := s.repo.Event(s.t, "push.tag")
	githubtest.Set(payload, "ref", "refs/tags/v1.0.0")
	githubtest.Set(payload, "after", sha)
	return start{workflow: "release.yml", job: "gate", event: "push", payload: payload, ref: "refs/tags/v1.0.0", sha: sha, found: found}
}

// What is released is what was judged and attested: the same bytes.
func TestARelease(t *testing.T) {
	s := newSite(t)
	r := s.act(s.tagged(nothing))
	require.Equal(t, 0, r.code, r.log)
	require.Equal(t, "pass 0 0", r.verdict("gate/gate"), r.log)
	require.Contains(t, r.log, "entry 0 of the ledger, signed by key")
	require.Equal(t, s.repo.Files("defectgate")["checkpoint"], text(t, s.artifacts.of(t, r.run), "defectgate-checkpoint", "checkpoint"))

	require.Equal(t, "v1.0.0", text(t, r.kept, "released", "tag"))
	sum := sha256.Sum256([]byte(text(t, r.kept, "released", "app.tar.gz")))
	digest := hex.EncodeToString(sum[:])
	require.Equal(t, digest, text(t, r.kept, "attested", "subject"))
	require.Equal(t, gate.DecisionSchema, text(t, r.kept, "attested", "type"))
	var decision gate.Decision
	require.NoError(t, json.Unmarshal([]byte(text(t, r.kept, "attested", "predicate")), &decision))
	require.Equal(t, gate.Pass, decision.Verdict)
	require.Equal(t, r.outputs["gate/gate"]["decision-id"], decision.ID)
	require.Equal(t, []string{"sha256:" + digest}, decision.Artifact.Subject.Digests)
}

// What fails is not attested, and not released.
func TestNoRelease(t *testing.T) {
	s := newSite(t)
	for _, broken := range []string{"", "trivy.json"} {
		b := s.tagged(high)
		b.broken = broken
		r := s.act(b)
		require.Equal(t, 1, r.code, r.log)
		require.Empty(t, names(t, r.kept), r.log)
		require.NotContains(t, r.log, "publish |")
	}
}
