package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// Comments that nobody who may sign off has written as they stand are refused: nothing is recorded, nothing runs again, and the run is no failure.
func TestCommentsThatDoNotCount(t *testing.T) {
	s := newSite(t)
	failed := s.act(s.change(high))
	require.Equal(t, "fail 1 1", failed.verdict("gate/gate"), failed.log)
	line := pasted(t, s.ours()[0].Body, "not reachable from outside")
	s.server.OnRerun(func(int64) { t.Error("the gate runs again") })
	for _, c := range []struct {
		name, says string
		answered   bool
		start      func() start
	}{
		{"forged event", "no command", false, func() start {
			b := s.written(s.comment("alice", "looks good to me"))
			githubtest.Set(b.payload, "comment.body", line)
			return b
		}},
		{"forged event of another command", "E_EDITED", true, func() start {
			b := s.written(s.comment("alice", "/defectgate help"))
			githubtest.Set(b.payload, "comment.body", line)
			return b
		}},
		{"forged author", "E_AUTH", true, func() start {
			b := s.written(s.comment("mallory", line))
			alice := s.written(s.comment("alice", "hello")).payload["comment"].(map[string]any)
			githubtest.Set(b.payload, "comment.user", alice["user"])
			return b
		}},
		{"edited", "E_EDITED", true, func() start {
			c := s.comment("alice", "hello")
			c.Edit(s.server.User("alice"), line)
			return s.written(c)
		}},
		{"author of the change", "E_SELF", true, func() start { return s.written(s.comment("dana", line)) }},
		{"stranger, once more", "E_AUTH", false, func() start { return s.written(s.comment("mallory", line)) }}, // who is answered once
		{"bot", "E_BOT", false, func() start {
			return s.written(s.repo.AddComment(githubtest.Comment{Number: s.pull.Number, User: s.server.App("helper").Bot, Body: line}))
		}},
		{"posted by an app for somebody", "E_BOT", false, func() start {
			return s.written(s.repo.AddComment(githubtest.Comment{Number: s.pull.Number, User: s.server.User("alice"), App: s.server.App("helper"), Body: line}))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, before := c.start(), len(s.ours())
			r := s.within(t).act(b)
			require.Equal(t, 0, r.code, r.log)
			require.Contains(t, r.log, c.says)
			require.Empty(t, s.repo.Ref("defectgate"), "something was recorded")
			told := s.ours()[before:]
			require.Equal(t, c.answered, len(told) == 1, told)
			if c.answered {
				require.Equal(t, "**defectgate: refused** ("+c.says+")", first(told[0].Body))
			}
		})
	}
	require.Equal(t, "fail 1 1", s.act(s.change(high)).verdict("gate/gate"))
}

// What is no command does not start the job.
func TestOtherCommentsCostNothing(t *testing.T) {
	s := newSite(t)
	before := len(s.server.Requests())
	r := s.act(s.written(s.comment("alice", "I like /defectgate")))
	require.Equal(t, 0, r.code, r.log)
	require.Empty(t, r.outputs)
	issue := s.repo.AddIssue(s.server.User("dana"))
	c := s.repo.AddComment(githubtest.Comment{Number: issue.Number, User: s.server.User("alice"), Body: "/defectgate help"})
	b := s.written(c)
	b.payload = s.repo.Event(t, "issue_comment.created", c)
	r = s.act(b)
	require.Empty(t, r.outputs, r.log)
	require.Len(t, s.server.Requests(), before)
}
