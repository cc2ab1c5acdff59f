package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A workflow gives a job no right that it could do without: with one step less of any, GitHub refuses something. That it gives all that is needed,
// every other test shows.
func TestEveryRightIsNeeded(t *testing.T) {
	for name, begin := range map[string]func(*site) start{
		"a change": func(s *site) start { return s.change(high) },
		"main":     func(s *site) start { return s.pushed(high) },
		"a comment": func(s *site) start {
			s.act(s.change(high))
			return s.written(s.comment("alice", pasted(s.t, s.ours()[0].Body, "not reachable from outside")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.act(s.pushed(nothing))
			b := begin(s)
			for right := range jobOf(t, b).Permissions {
				if b.less = right; b.event == "issue_comment" {
					b.payload = begin(s).payload
				}
				r := s.act(b)
				require.True(t, r.refused, "%s: %s", b.workflow, right)
			}
		})
	}
}
