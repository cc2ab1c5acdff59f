package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// gate runs the gate of the pull request.
func (s *site) gate(found string) *result {
	s.t.Helper()
	return s.act(s.change(found))
}

// change is the start of a run of the pull request.
func (s *site) change(found string) start {
	return start{workflow: "gate.yml", job: "gate", event: "pull_request", payload: s.repo.Event(s.t, "pull_request.synchronize", s.pull),
		ref: fmt.Sprintf("refs/pull/%d/merge", s.pull.Number), sha: s.pull.MergeSHA, found: found}
}

func TestPrototype(t *testing.T) {
	s := newSite(t)
	r := s.gate(high)
	fmt.Println(r.log)
	fmt.Println(r.outputs, r.failed)
	for _, c := range s.repo.CommentsAt(s.pull.Number) {
		fmt.Println(c.User.Login, c.Body)
	}
	for _, q := range s.server.Requests() {
		fmt.Println(q.Method, q.Path, q.Status)
	}
	require.Equal(t, 1, r.code)
}
