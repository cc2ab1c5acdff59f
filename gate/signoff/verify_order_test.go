package signoff_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// facts are those of a comment that is accepted, with the parts of what it says.
type facts struct {
	signoff.Facts
	verb, target, at, until, because, below string
}

func newFacts(t testing.TB) *facts {
	w := newWorld(t)
	p := w.wrote(alice, "")
	return &facts{verb: "accept", target: critical, at: headSHA[:12], until: until, because: forReason, below: "\ncontrol: the firewall blocks the path",
		Facts: signoff.Facts{Now: noon, Place: w.place, Found: 4711, Post: *p, Change: w.forge.change, Member: w.forge.members[alice.ID], Decision: decided(t),
			Event: signoff.Event{Action: "created", Repository: 4711, Change: changeNo, Comment: p.ID},
			Book:  signoff.NewBook(nil), Judge: engine(t, "")}}
}

// verify judges what the parts say.
func (f *facts) verify() (*signoff.Verified, *signoff.Refusal) {
	f.Post.Body = fmt.Sprintf("/defectgate %s %s at %s until %s%s%s", f.verb, f.target, f.at, f.until, f.because, f.below)
	if f.Event.Body == nil {
		f.Event.Body = new(f.Post.Body)
	}
	return signoff.Verify(context.Background(), &f.Facts)
}

// step is one that Verify takes, with what makes it refuse.
type step struct {
	name  string
	code  signoff.Code
	wrong func(f *facts)
}

// steps are those of Verify, in their order.
var steps = []step{
	{"1 the grammar", signoff.Syntax, func(f *facts) { f.verb = "acept" }},
	{"2 the event", signoff.Edited, func(f *facts) { f.Event.Action = "edited" }},
	{"3 it is a change", signoff.NotChange, func(f *facts) { f.Change.IsChange = false }},
	{"3 which is open", signoff.Closed, func(f *facts) { f.Change.Open = false }},
	{"4 the repository", signoff.Repository, func(f *facts) { f.Found = 5 }},
	{"5 the comment stands there", signoff.Misplaced, func(f *facts) { f.Post.Change = 8 }},
	{"5 and is a plain one", signoff.Bot, func(f *facts) { f.Post.System = true }},
	{"6 by a human", signoff.Bot, func(f *facts) { f.Post.Bot = true }},
	{"7 who left it as it was", signoff.Edited, func(f *facts) { f.Post.Edit = signoff.WasEdited }},
	{"8 it is that of the event", signoff.Edited, func(f *facts) { f.Event.Body = new("/defectgate help") }},
	{"9 its author is a member", signoff.Auth, func(f *facts) { f.Member.Active = false }},
	{"9 who may", signoff.Auth, func(f *facts) { f.Member.Role = "read" }},
	{"10 and has no part in it", signoff.Self, func(f *facts) { f.Change.Author = alice }},
	{"10 nor committed any of it", signoff.Self, func(f *facts) { f.Change.Committers = []gate.Person{bob, alice} }},
	{"13 the reason is clean", signoff.Reason, func(f *facts) { f.because = " because \u202eit is not reachable" }},
	{"14 it is not recorded yet", signoff.Duplicate, func(f *facts) { f.Book = bookWith(f.Post.ID) }},
	{"3 the commit is the newest", signoff.HeadMoved, func(f *facts) { f.at = "fffffff" }},
	{"11 it was judged", signoff.Upstream, func(f *facts) { f.Decision = nil }},
	{"11 the defects block", signoff.Unknown, func(f *facts) { f.target = "CVE-2026-9999" }},
	{"12 the day is to come", signoff.Date, func(f *facts) { f.until = "2026-03-01" }},
	{"12 a control is named", signoff.Control, func(f *facts) { f.below = "" }},
	{"13 the reason says something", signoff.Reason, func(f *facts) { f.because = " because n/a n/a n/a" }},
}

func bookWith(comment int64) *signoff.Book {
	return signoff.NewBook([]gate.SignedOff{{SignOff: gate.SignOff{ID: record, Kind: gate.AcceptedRisk, Host: "forge.example", Comment: &gate.Comment{ID: comment},
		NotAfter: noon.Add(time.Hour)}}})
}

// TestVerifyDecidesInItsOrder: where two things are wrong, the one that comes first is told.
func TestVerifyDecidesInItsOrder(t *testing.T) {
	f := newFacts(t)
	v, refusal := f.verify()
	require.Nil(t, refusal)
	require.NotNil(t, v.Record)
	for i, earlier := range steps {
		alone := newFacts(t)
		earlier.wrong(alone)
		_, want := alone.verify()
		require.NotNil(t, want, earlier.name)
		require.Equal(t, earlier.code, want.Code, "%s: %v", earlier.name, want)
		for _, later := range steps[i+1:] {
			if earlier.code == signoff.Reason && later.code == signoff.Reason {
				continue // both are what the reason says
			}
			both := newFacts(t)
			later.wrong(both)
			earlier.wrong(both)
			v, have := both.verify()
			require.Nil(t, v)
			require.NotNil(t, have)
			assert.Equal(t, want.Code, have.Code, "%s, and %s: %v", earlier.name, later.name, have)
			assert.Equal(t, want.Message, have.Message, "%s, and %s", earlier.name, later.name)
		}
	}
}

// TestACredentialIsToldBeforeAnythingElseOfTheText, and after who wrote it: a stranger is not told what is looked for.
func TestACredentialIsToldBeforeAnythingElseOfTheText(t *testing.T) {
	const token = " ghp_0123456789012345678901234567890123456"
	for _, s := range steps {
		f := newFacts(t)
		s.wrong(f)
		f.below += "\n" + token
		_, refusal := f.verify()
		require.NotNil(t, refusal)
		switch s.name[:2] {
		case "1 ", "11", "12", "13", "14":
			assert.Equal(t, signoff.Secret, refusal.Code, s.name)
		case "3 ":
			assert.Contains(t, []signoff.Code{s.code, signoff.Secret}, refusal.Code)
		default:
			assert.Equal(t, s.code, refusal.Code, s.name)
		}
		assert.NotContains(t, refusal.Error(), token)
	}
}

// objecting is a policy that objects as it is told to.
type objecting struct {
	signoff.Judge
	say []gate.Objection
}

func (o objecting) Object(context.Context, gate.Asking, gate.Candidate, *gate.Defect) (gate.Advice, error) {
	return gate.Advice{Objections: o.say}, nil
}

// TestObjectionsAreToldInTheirOrder: of several that a policy has, the one that says most about who and what.
func TestObjectionsAreToldInTheirOrder(t *testing.T) {
	order := []string{"E_NEW", "E_SYNTAX", "E_AUTH", "E_SELF", "E_SCOPE", "E_RECORD", "E_DATE", "E_HOURS", "E_CONTROL", "E_TICKET", "E_REASON",
		"E_REGISTER", "E_NEEDS_SECOND"}
	for i, earlier := range order {
		for _, later := range order[i+1:] {
			for _, turned := range []bool{false, true} {
				f := newFacts(t)
				say := []gate.Objection{{Code: earlier, Sentence: "z"}, {Code: later, Sentence: "a"}}
				if turned {
					slices.Reverse(say)
				}
				f.Judge = objecting{f.Judge, say}
				_, refusal := f.verify()
				require.NotNil(t, refusal)
				assert.Equal(t, signoff.Code(earlier), refusal.Code, "%s and %s", earlier, later)
			}
		}
	}
	f := newFacts(t)
	f.Judge = objecting{f.Judge, []gate.Objection{{Code: "E_NEEDS_SECOND", Sentence: "ask another one"}}}
	v, refusal := f.verify()
	require.Nil(t, refusal, "what only lacks another approver is recorded")
	assert.Equal(t, "ask another one", v.Waits)
	f = newFacts(t)
	f.Judge = objecting{f.Judge, []gate.Objection{{Code: "E_DATE", Sentence: "b"}, {Code: "E_DATE", Sentence: "a"}}}
	_, refusal = f.verify()
	assert.Equal(t, "a", refusal.Message, "the same for the same")
}

// TestVerifyChangesNothing: it is asked again with another book.
func TestVerifyChangesNothing(t *testing.T) {
	f := newFacts(t)
	first, refusal := f.verify()
	require.Nil(t, refusal)
	before := fmt.Sprintf("%+v %+v %+v", f.Place, f.Change, f.Member)
	again, refusal := f.verify()
	require.Nil(t, refusal)
	assert.Equal(t, first, again)
	assert.Equal(t, before, fmt.Sprintf("%+v %+v %+v", f.Place, f.Change, f.Member))
	require.NoError(t, f.Decision.Check())
	f.Post.Body = "thanks"
	v, refusal := signoff.Verify(t.Context(), &f.Facts)
	assert.Nil(t, v)
	assert.Nil(t, refusal)
}
