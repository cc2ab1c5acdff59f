package signoff_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

func TestAnAcceptedCommentIsRecordedAndAnswered(t *testing.T) {
	logs(t, func(t *testing.T, log signoff.Log) {
		w := newWorld(t, log)
		o := w.comment(alice, accept())
		require.Nil(t, o.Refusal, "%v", o.Refusal)
		require.NoError(t, o.Told)
		assert.Equal(t, []string{critical, overdue2}, denied(w.check()))
		assert.Equal(t, []string{headSHA}, w.forge.reruns)
		assert.Equal(t, []signoff.Reaction{signoff.Done}, w.forge.signs[o.Event.Comment])
		require.Len(t, w.forge.told[o.Event.Comment], 1)
		assert.Contains(t, w.forge.texts(), "**defectgate: accepted** (record "+o.Recorded.ID+")\n")
	})
}

func TestT01AnEditedCommentIsRefused(t *testing.T) {
	t.Run("it was edited", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		p.Edit = signoff.WasEdited
		w.mustRefuse(signoff.Edited, eventOf(p))
	})
	for _, action := range []string{"edited", "update", "updated", "deleted", "CREATED", "created ", "x"} {
		t.Run("the event says "+action, func(t *testing.T) {
			w := newWorld(t)
			e := eventOf(w.wrote(alice, accept()))
			e.Action = action
			w.mustRefuse(signoff.Edited, e)
		})
	}
	t.Run("it says something else than the event", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		e := eventOf(p)
		p.Body = "/defectgate accept " + critical + " until " + until + forReason + "\ncontrol: the firewall blocks it"
		w.mustRefuse(signoff.Edited, e)
	})
	t.Run("it says no command any more", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		e := eventOf(p)
		p.Body = "never mind"
		o := w.desk().Handle(t.Context(), e)
		assert.False(t, o.IsCommand())
		assert.Empty(t, recordsOf(t, w.log))
		assert.Empty(t, w.forge.writes())
	})
	t.Run("between two deliveries", func(t *testing.T) {
		w := newWorld(t)
		p := w.wrote(alice, accept())
		o := w.desk().Handle(t.Context(), eventOf(p))
		require.NotNil(t, o.Recorded)
		p.Edit, p.Body = signoff.WasEdited, acceptCritical()
		w.mustRefuse(signoff.Duplicate, eventOf(p))
		assert.Len(t, w.forge.told[p.ID], 1, "and so does the answer")
		assert.Equal(t, []string{critical, overdue2}, denied(w.check()), "what was recorded stands, and nothing more")
	})
	for _, action := range []string{"", "created", "create"} {
		w := newWorld(t)
		e := eventOf(w.wrote(alice, accept()))
		e.Action = action
		require.NotNil(t, w.desk().Handle(t.Context(), e).Recorded, action)
	}
	t.Run("the record keeps the hash of what was read", func(t *testing.T) {
		w := newWorld(t)
		made := w.recorded(alice, accept())
		assert.Equal(t, sha256Of(accept()), made.Comment.SHA256)
	})
}

func TestT02WhetherItWasEditedMustBeKnown(t *testing.T) {
	w := newWorld(t)
	p := w.wrote(alice, accept())
	p.Edit = signoff.EditUnknown
	o := w.mustRefuse(signoff.Edited, eventOf(p))
	assert.Contains(t, o.Refusal.Message, "cannot be told")

	// A forge that knows it to be unedited is believed, however late it was updated: our own sign at a comment moves that time. So there is no such
	// time in what a desk is told.
	w = newWorld(t)
	p = w.wrote(alice, accept())
	require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
	require.NotEmpty(t, w.forge.signs[p.ID])
	w.mustRefuse(signoff.Duplicate, eventOf(p))
}

func TestT03TheNewestCommitIsTheOneThatWasLookedAt(t *testing.T) {
	moves := func(w *world, at string, to func(*signoff.Change)) {
		w.forge.script[at] = func() error {
			to(&w.forge.change)
			return nil
		}
	}
	for name, to := range map[string]func(*signoff.Change){
		"moves": func(c *signoff.Change) { c.Head = otherSHA },
		"ends":  func(c *signoff.Change) { c.Head = "" },
	} {
		t.Run("it "+name+" before it is recorded", func(t *testing.T) {
			w := newWorld(t)
			moves(w, "Change#2", to)
			o := w.refusedFor(signoff.HeadMoved, alice, accept())
			assert.Equal(t, []string{"Read"}, w.memory().calls, "nobody asked to append")
			assert.Contains(t, w.forge.texts(), short(w.forge.change.Head))
			assert.Zero(t, o.ExitCode())
			assert.Empty(t, w.forge.reruns)
		})
	}
	t.Run("the change is closed before it is recorded", func(t *testing.T) {
		w := newWorld(t)
		moves(w, "Change#2", func(c *signoff.Change) { c.Open = false })
		w.refusedFor(signoff.Closed, alice, accept())
	})
	t.Run("it moved before the comment was read", func(t *testing.T) {
		w := newWorld(t)
		w.forge.change.Head = otherSHA
		o := w.refusedFor(signoff.HeadMoved, alice, "/defectgate accept "+overdue+" at "+headSHA[:12]+" until "+until+forReason)
		assert.Contains(t, o.Refusal.Message, otherSHA[:12])
		w.refusedFor(signoff.Upstream, alice, accept()) // nobody has judged the newest one
	})
	for at, good := range map[string]bool{headSHA[:7]: true, headSHA[:12]: true, headSHA: true, "1A2B3C4": true, headSHA + "0": false, headSHA[1:12]: false,
		"fffffff": false, otherSHA: false} {
		w := newWorld(t)
		body := "/defectgate accept " + overdue + " at " + at + " until " + until + forReason
		if good {
			w.recorded(alice, body)
		} else {
			w.refusedFor(signoff.HeadMoved, alice, body)
		}
	}
	t.Run("strict terms want it named", func(t *testing.T) {
		w := newWorld(t)
		w.settings("strict: true")
		o := w.refusedFor(signoff.Syntax, alice, accept())
		assert.Contains(t, o.Refusal.Message, "name the commit")
		w.recorded(alice, "/defectgate accept "+overdue+" at "+headSHA[:7]+" until "+until+forReason)
	})
	for _, verb := range []string{"override for 4h at fffffff because production is down now\nticket: OPS-1", "false-positive " + overdue + " at fffffff" + forReason} {
		newWorld(t).refusedFor(signoff.HeadMoved, alice, "/defectgate "+verb)
	}
}
