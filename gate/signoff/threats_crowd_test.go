package signoff_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

const crowd = 20

// together has every person of a crowd write a comment, and handles all at the same time, each at a desk of its own.
func (w *world) together(body string) (list []*signoff.Outcome) {
	posts := make([]*signoff.Post, crowd)
	for i := range posts {
		posts[i] = w.wrote(person(i), body)
	}
	return w.atOnce(posts)
}

func (w *world) atOnce(posts []*signoff.Post) []*signoff.Outcome {
	list := make([]*signoff.Outcome, len(posts))
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i, p := range posts {
		desk, e := w.desk(), eventOf(p)
		all.Go(func() {
			<-begin
			list[i] = desk.Handle(w.t.Context(), e)
		})
	}
	close(begin)
	all.Wait()
	return list
}

// tally counts what became of comments: by the code of the refusal, "" for what was recorded.
func tally(t *testing.T, list []*signoff.Outcome) map[signoff.Code]int {
	n := map[signoff.Code]int{}
	for _, o := range list {
		require.NoError(t, o.Told)
		if o.Refusal != nil {
			n[o.Refusal.Code]++
		} else {
			require.NotNil(t, o.Recorded)
			n[""]++
		}
	}
	return n
}

// ordered holds records against their order: each has its number, its id and its comment for itself.
func ordered(t *testing.T, list []gate.SignedOff) {
	ids, comments := map[string]bool{}, map[int64]bool{}
	for i, s := range list {
		require.Equal(t, int64(i+1), s.Number)
		require.Empty(t, s.Fault)
		require.False(t, ids[s.ID] || comments[s.Comment.ID], s.ID)
		ids[s.ID], comments[s.Comment.ID] = true, true
	}
}

func crowded(t *testing.T, role string) (*world, *realLog) {
	log := newRealLog(t)
	w := newWorld(t, log)
	for i := range crowd {
		w.member(person(i), role)
	}
	return w, log
}

func TestT30TwentySignOffOneDefectAtTheSameTime(t *testing.T) {
	w, log := crowded(t, "admin")
	assert.Equal(t, map[signoff.Code]int{"": crowd}, tally(t, w.together(accept())))
	list := recordsOf(t, log)
	require.Len(t, list, crowd)
	ordered(t, list)
	for i, s := range list { // each saw all that came before it
		require.Zero(t, s.Renewals, "none lasts longer than what it renews")
		if i > 0 {
			require.Equal(t, list[i-1].ID, s.Previous)
		}
	}
	for _, x := range signoff.NewBook(list).All() {
		assert.Len(t, x.Approvals, 1, "nobody's word counts for another record")
	}
	assert.NotContains(t, denied(w.check()), overdue)
	assert.Equal(t, crowd, log.audited(t).Signed)
	for _, told := range w.forge.told {
		assert.Len(t, told, 1)
	}
	assert.Len(t, w.forge.told, crowd)
}

// TestT30WhatOthersRecordedMeanwhileCounts: who may renew but twice is held against what stands there when it is his turn, not when he wrote.
func TestT30WhatOthersRecordedMeanwhileCounts(t *testing.T) {
	w, log := crowded(t, "maintain")
	for i := range 3 {
		w.recorded(person(0), "/defectgate accept "+overdue+" until "+noon.AddDate(0, 0, 10+i).Format(time.DateOnly)+forReason)
	}
	assert.Equal(t, map[signoff.Code]int{signoff.Auth: crowd}, tally(t, w.together(accept())))
	list := recordsOf(t, log)
	ordered(t, list)
	require.Len(t, list, 3)
	log.audited(t)
}

func TestT30TheQuorumIsCountedRight(t *testing.T) {
	for name, c := range map[string]struct {
		terms string
		more  int // approvals that are still wanted
	}{"two": {"", 1}, "five": {"severities: {critical: {approvers: 5}}", 4}} {
		t.Run(name, func(t *testing.T) {
			w, log := crowded(t, "maintain")
			if c.terms != "" {
				w.settings(c.terms)
			}
			made := w.recorded(alice, acceptCritical())
			require.Contains(t, denied(w.check()), critical)
			outcomes := w.together("/defectgate approve " + made.ID)
			assert.Equal(t, map[signoff.Code]int{"": c.more, signoff.NoRecord: crowd - c.more}, tally(t, outcomes))
			waits := 0
			for _, o := range outcomes {
				if o.Verified != nil && o.Verified.Waits != "" {
					waits++
				}
			}
			assert.Equal(t, c.more-1, waits, "all but the last one wait")
			assert.Len(t, w.forge.reruns, 1, "the gate runs again when it counts")
			list := recordsOf(t, log)
			require.Len(t, list, 1+c.more)
			ordered(t, list)
			people := map[string]bool{}
			for _, a := range signoff.NewBook(list).Find(made.ID).Approvals {
				people[a.ID] = true
			}
			assert.Len(t, people, c.more+1)
			assert.NotContains(t, denied(w.check()), critical)
			log.audited(t)
		})
	}
}

func TestT30OneCommentThatIsDeliveredTwentyTimesIsRecordedOnce(t *testing.T) {
	w, log := crowded(t, "admin")
	p := w.wrote(alice, accept())
	posts := make([]*signoff.Post, crowd)
	for i := range posts {
		posts[i] = p
	}
	assert.Equal(t, map[signoff.Code]int{"": 1, signoff.Duplicate: crowd - 1}, tally(t, w.atOnce(posts)))
	assert.Len(t, recordsOf(t, log), 1)
	oneAnswer(t, w, p)
	log.audited(t)
}

// TestT32AFloodCostsLittle: ten thousand comments by anybody, most of them no commands.
func TestT32AFloodCostsLittle(t *testing.T) {
	w := newWorld(t)
	perCommand := 0
	for i := range 10_000 {
		before := len(w.forge.calls)
		who, body := person(i%7), fmt.Sprintf("I like /defectgate accept %d", i)
		if isCommand := i%20 == 0; isCommand {
			body = []string{accept(), "/defectgate nonsense", "/defectgate " + strings.Repeat("x", 60_000), "/defectgate", override()}[i/20%5]
		}
		p := w.wrote(who, body)
		require.Zero(t, w.desk().Handle(t.Context(), eventOf(p)).ExitCode())
		delete(w.forge.posts, p.ID)
		if cost := len(w.forge.calls) - before; i%20 == 0 {
			perCommand = max(perCommand, cost)
		} else {
			require.Zero(t, cost)
		}
	}
	assert.LessOrEqual(t, perCommand, 6, "Post, Change, Member, Answered, React, and Reply for the first")
	assert.Zero(t, w.forge.count("Decision"), "no decision is fetched for a stranger")
	assert.Empty(t, w.memory().calls, "and no log is read")
	assert.Equal(t, 7, w.forge.count("Reply"), "one for each stranger")
	assert.Equal(t, 500, w.forge.count("Post"))
	assert.Equal(t, 0, w.forge.count("Rerun"))
	assert.Empty(t, recordsOf(t, w.log))
}

func TestT32AStrangerIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{accept(), "/defectgate nonsense", override(), "/defectgate status", accept() + " ghp_" + strings.Repeat("a", 36)} {
		o := w.comment(stranger, body)
		assert.Equal(t, []signoff.Reaction{signoff.Confused}, w.forge.signs[o.Event.Comment])
	}
	assert.Equal(t, 1, w.forge.count("Reply"))
	for range 3 { // and an approver each time
		w.comment(alice, "/defectgate nonsense")
	}
	assert.Equal(t, 4, w.forge.count("Reply"))
}
