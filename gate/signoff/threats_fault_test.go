package signoff_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

// handled handles a comment. A desk that panics leaves whoever waits for it without an answer.
func (w *world) handled(e signoff.Event) (o *signoff.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			assert.Fail(w.t, "the desk panicked", "%v", p)
			o = &signoff.Outcome{}
		}
	}()
	return w.desk().Handle(w.t.Context(), e)
}

func TestT36AFaultBeforeTheRecordRecordsNothing(t *testing.T) {
	for _, call := range []string{"Post", "Change#1", "Member", "Decision", "Change#2"} {
		for name, fault := range forgeFaults {
			t.Run(call+" "+name, func(t *testing.T) {
				w := newWorld(t)
				w.forge.fail(call, fault)
				p := w.wrote(alice, accept())
				o := w.handled(eventOf(p))
				require.NotNil(t, o.Refusal)
				assert.Equal(t, signoff.Upstream, o.Refusal.Code)
				require.ErrorIs(t, o.Refusal, fault)
				assert.Equal(t, 3, o.ExitCode())
				assert.Empty(t, recordsOf(t, w.log))
				assert.NotContains(t, w.memory().calls, "Append")
				assert.NotContains(t, w.forge.texts(), fault.Error(), "what went wrong elsewhere is nobody's business")
				assert.Empty(t, w.forge.reruns)

				clear(w.forge.script) // and the same comment may be handled again
				require.NotNil(t, w.handled(eventOf(p)).Recorded)
			})
		}
	}
}

func TestT36AFaultOfTheLogIsToldApart(t *testing.T) {
	for _, call := range []string{"Read#1", "Append"} {
		for _, c := range []struct {
			fault error
			code  signoff.Code
		}{{errDown, signoff.Upstream}, {fmt.Errorf("ledger: %w", signoff.ErrConflict), signoff.Conflict}, {context.Canceled, signoff.Upstream}} {
			t.Run(call+" "+c.fault.Error(), func(t *testing.T) {
				w := newWorld(t)
				w.memory().script[call] = func() error { return c.fault }
				p := w.wrote(alice, accept())
				o := w.handled(eventOf(p))
				require.NotNil(t, o.Refusal)
				assert.Equal(t, c.code, o.Refusal.Code)
				assert.Equal(t, 3, o.ExitCode())
				assert.Empty(t, recordsOf(t, w.log))
				assert.Contains(t, w.forge.texts(), "ry again")
				assert.NotContains(t, w.forge.texts(), "locked")
				clear(w.memory().script)
				require.NotNil(t, w.handled(eventOf(p)).Recorded)
			})
		}
	}
}

func TestT36AFaultOfThePolicyRecordsNothing(t *testing.T) {
	broken := errors.New("the policy ran out of time")
	for call, body := range map[string]string{"Against": accept(), "Object": accept(), "Demand": "/defectgate false-positive " + overdue + forReason} {
		t.Run(call, func(t *testing.T) {
			w := newWorld(t)
			w.judge.err = map[string]error{call: broken}
			o := w.refusedFor(signoff.Upstream, alice, body)
			require.ErrorIs(t, o.Refusal, broken)
			assert.Equal(t, 3, o.ExitCode())
			assert.NotContains(t, w.forge.texts(), "ran out")
		})
	}
	t.Run("of an approval", func(t *testing.T) {
		w := newWorld(t)
		made := w.recorded(alice, acceptCritical())
		w.judge.err = map[string]error{"Object": broken}
		w.refusedFor(signoff.Upstream, bob, "/defectgate approve "+made.ID)
	})
}

// TestT36WhatIsRecordedStands: whatever fails afterwards, it is recorded once, nobody is told that it was not, and the program ends as one that could
// not do all.
func TestT36WhatIsRecordedStands(t *testing.T) {
	for _, call := range []string{"Rerun", "React", "Reply"} {
		for name, fault := range forgeFaults {
			t.Run(call+" "+name, func(t *testing.T) {
				w := newWorld(t)
				w.forge.fail(call, fault)
				w.stands(fault)
			})
		}
	}
	t.Run("the log cannot be read again", func(t *testing.T) {
		w := newWorld(t)
		w.memory().script["Read#2"] = func() error { return errDown }
		w.recorded(alice, accept())
		assert.Equal(t, []string{"Read", "Append"}, w.memory().calls, "what was appended is given back")
	})
	t.Run("all that can fail does", func(t *testing.T) {
		w := newWorld(t)
		for _, call := range []string{"Rerun", "React", "Reply"} {
			w.forge.fail(call, errDown)
		}
		w.stands(errDown)
	})
}

func (w *world) stands(fault error) {
	p := w.wrote(alice, accept())
	o := w.handled(eventOf(p))
	require.NotNil(w.t, o.Recorded)
	assert.Nil(w.t, o.Refusal, "%v", o.Refusal)
	require.ErrorIs(w.t, o.Told, fault)
	assert.Equal(w.t, 3, o.ExitCode())
	assert.NotContains(w.t, w.forge.texts(), "refused")
	clear(w.forge.script)
	clear(w.memory().script)
	assert.NotContains(w.t, denied(w.check()), overdue)
	w.mustRefuse(signoff.Duplicate, eventOf(p))
	require.Len(w.t, recordsOf(w.t, w.log), 1)
}

func TestT36WhetherAStrangerWasAnsweredMustBeKnown(t *testing.T) {
	for _, fault := range forgeFaults {
		w := newWorld(t)
		w.forge.fail("Answered", fault)
		o := w.refusedFor(signoff.Auth, stranger, accept())
		require.ErrorIs(t, o.Told, fault)
		assert.Equal(t, 3, o.ExitCode())
		assert.Empty(t, w.forge.told)
	}
}

func TestT36ADecisionThatCannotBeUsedIsNone(t *testing.T) {
	for name, break_ := range map[string]func(w *world){
		"there is none":              func(w *world) { clear(w.forge.decisions) },
		"about another commit":       func(w *world) { w.forge.decisions[headSHA] = decidedAbout(t, artifactOf(otherSHA), findings()...) },
		"about another project":      func(w *world) { w.place.Repository, w.forge.found = 4712, 4712 },
		"about another component":    func(w *world) { w.place.Component = "shop" },
		"about another environment":  func(w *world) { w.place.Environment = "staging" },
		"its level was changed":      func(w *world) { w.forge.decisions[headSHA].Evaluation.Summary.Violations["deny"]++ },
		"a finding was taken out":    func(w *world) { d := w.forge.decisions[headSHA]; d.Evaluation.Findings = d.Evaluation.Findings[1:] },
		"it was called another name": func(w *world) { w.forge.decisions[headSHA].ID = sha256Of("x") },
		"a finding has no print": func(w *world) {
			w.forge.decisions[headSHA] = decidedAbout(t, artifactOf(headSHA), findings()...)
			w.forge.decisions[headSHA].Evaluation.Findings[0].Fingerprints = nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			own := decidedAbout(t, artifactOf(headSHA), findings()...)
			w.forge.decisions[headSHA] = own
			break_(w)
			for _, body := range []string{accept(), override(), "/defectgate false-positive " + overdue + forReason} {
				e := eventOf(w.wrote(alice, body))
				e.Repository = 0
				o := w.mustRefuse(signoff.Upstream, e)
				assert.Equal(t, 3, o.ExitCode())
			}
		})
	}
}
