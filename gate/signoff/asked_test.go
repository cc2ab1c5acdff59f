package signoff_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// asked is a world where dora, who may not approve, has asked for a sign-off.
func asked(t *testing.T) (*world, *gate.SignedOff) {
	w := newWorld(t)
	w.member(dora, "write")
	o := w.comment(dora, accept())
	require.Nil(t, o.Refusal, "%v", o.Refusal)
	require.True(t, o.Recorded.Asks)
	return w, o.Recorded
}

var dora = gate.Person{ID: "21", Login: "dora"} // writes

// What somebody asks for who may not approve is recorded, covers nothing, and says who may.
func TestWhoeverMayNotApproveAsks(t *testing.T) {
	w := newWorld(t)
	w.member(dora, "write")
	o := w.comment(dora, accept())
	require.Nil(t, o.Refusal, "%v", o.Refusal)
	require.NoError(t, o.Told)
	assert.Equal(t, dora, *o.Recorded.Requester)
	x := o.Book.Find(o.Recorded.ID)
	assert.Equal(t, "waits: 0 of 1 approvers", x.State(w.now))
	assert.Empty(t, x.Approvers())
	assert.Equal(t, []string{"React", "Reply"}, w.forge.writes(), "nothing runs again: nothing has changed")
	reply := o.Reply()
	assert.Contains(t, reply, "**defectgate: asked for, and waits for an approver**")
	for _, who := range []string{"the role maintain", "the role admin", "/defectgate approve " + o.Recorded.ID} {
		assert.Contains(t, strings.ReplaceAll(reply, `\`, ""), who)
	}
	assert.Equal(t, []signoff.Reaction{signoff.Seen}, w.forge.signs[o.Event.Comment])
}

func TestAnApproverGrantsWhatWasAskedFor(t *testing.T) {
	w, record := asked(t)
	o := w.comment(alice, "/defectgate approve "+record.ID)
	require.Nil(t, o.Refusal, "%v", o.Refusal)
	x := o.Book.Find(record.ID)
	assert.Equal(t, "in force", x.State(w.now))
	assert.Equal(t, "alice (maintain)", x.Approvers())
	assert.True(t, o.Rerun)
}

// Nobody grants what he asked for himself, whatever he has become since; neither does who has a part in the change.
func TestNobodyGrantsWhatHeAskedFor(t *testing.T) {
	w, record := asked(t)
	w.member(dora, "admin")
	assert.Equal(t, signoff.Self, w.comment(dora, "/defectgate approve "+record.ID).Refusal.Code)
	assert.Equal(t, signoff.Self, w.comment(author, "/defectgate approve "+record.ID).Refusal.Code)
	w.member(dora, "write")
	assert.Equal(t, signoff.Auth, w.comment(dora, "/defectgate approve "+record.ID).Refusal.Code)
}

// What is asked for must be something that can be granted: only who grants it is open.
func TestWhatIsAskedForIsJudged(t *testing.T) {
	w := newWorld(t)
	w.member(dora, "write")
	for body, code := range map[string]signoff.Code{
		"/defectgate accept CVE-2026-9999 until " + until + forReason:                                      signoff.Unknown,
		"/defectgate accept " + overdue + " until 2031-01-01" + forReason:                                  signoff.Date,
		"/defectgate accept " + critical + " until " + until + forReason:                                   signoff.Control,
		"/defectgate accept " + overdue + " until " + until + " because n/a n/a n/a":                       signoff.Reason,
		"/defectgate override for 4h because production is down, and this build repairs it\nticket: INC-7": signoff.Auth,
		"/defectgate revoke " + record + forReason:                                                         signoff.Auth,
	} {
		o := w.comment(dora, body)
		require.NotNil(t, o.Refusal, body)
		assert.Equal(t, code, o.Refusal.Code, body)
	}
}

// Who has no role from which anybody may ask is a stranger, and so is whoever comes from a fork; no setting lets a stranger ask.
func TestStrangersCannotAsk(t *testing.T) {
	for _, role := range []string{"", "read", "guest"} {
		w := newWorld(t)
		w.member(stranger, role)
		w.refusedFor(signoff.Auth, stranger, accept())
	}
	w := newWorld(t)
	w.member(dora, "write")
	w.settings("requesters: []")
	w.refusedFor(signoff.Auth, dora, accept())
	w = newWorld(t)
	w.member(dora, "write")
	w.forge.change.Fork = true
	w.refusedFor(signoff.Auth, dora, accept())
}

// An approver of other things asks where this one is not his to approve.
func TestAnApproverOfLessAsksForMore(t *testing.T) {
	w := newWorld(t)
	w.settings("severities: {high: {roles: [admin]}}")
	o := w.comment(alice, accept())
	require.Nil(t, o.Refusal, "%v", o.Refusal)
	assert.True(t, o.Recorded.Asks)
	assert.Equal(t, signoff.Auth, w.comment(bob, "/defectgate approve "+o.Recorded.ID).Refusal.Code)
	assert.Nil(t, w.comment(carol, "/defectgate approve "+o.Recorded.ID).Refusal)
}
