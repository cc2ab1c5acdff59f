package e2e

import "testing"

// A workflow gives a job no right that it could do without: with one step less of any of them, something is refused, see [site.act]. That it gives
// all that are needed, the other tests show.
func TestEveryRightIsNeeded(t *testing.T) {
	for _, c := range []struct {
		workflow, job string
		begin         func(*site) start
	}{
		{"gate.yml", "gate", func(s *site) start { return s.change(high) }},
		{"gate.yml", "main", func(s *site) start { return s.pushed(high) }},
		{"signoff.yml", "signoff", func(s *site) start {
			s.act(s.change(high))
			return s.written(s.comment("alice", pasted(s.t, s.ours()[0].Body, "not reachable from outside")))
		}},
	} {
		for right := range workflowOf(t, c.workflow).Jobs[c.job].Permissions {
			t.Run(c.job+" "+right, func(t *testing.T) {
				s := newSite(t)
				b := c.begin(s)
				b.less = right
				s.act(b)
			})
		}
	}
}
