package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// Where GitHub does not answer nothing is decided, and that is no pass.
func TestAnOutage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]githubtest.Fault{"502": {Status: 502, Times: -1}, "silence": {Hangup: true, Times: -1}} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			change, pushed, comment := s.change(nothing), s.pushed(nothing), s.written(s.comment("alice", "/defectgate status"))
			s.server.Fault(fault)
			r := s.act(change)
			require.Equal(t, 1, r.code, r.log)
			require.Equal(t, "error 3", r.verdict("gate/gate"), r.log)
			r = s.act(pushed)
			require.Equal(t, 1, r.code, r.log)
			require.Equal(t, "error 3 0", r.verdict("main/gate"), r.log)
			r = s.act(comment)
			require.Equal(t, 1, r.code, r.log)
			require.Equal(t, "3", r.verdict("signoff/signoff"), r.log)
			require.Empty(t, s.repo.Ref("defectgate"))
		})
	}
}
