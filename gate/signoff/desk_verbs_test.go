package signoff_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// TestARecordSaysAllThatItRestsOn reads one back from a real ledger.
func TestARecordSaysAllThatItRestsOn(t *testing.T) {
	w := newWorld(t, newRealLog(t))
	p := w.wrote(alice, "/defectgate accept "+critical+","+overdue+" in "+leftPad+"@1.0.0 at "+headSHA[:9]+" until 2026-03-20"+forReason+
		"\nticket: SEC-7\nscope: branch main\ncontrol: the firewall blocks the path")
	o := w.desk().Handle(t.Context(), eventOf(p))
	require.Nil(t, o.Refusal, "%v", o.Refusal)
	s := recordsOf(t, w.log)[0].SignOff
	require.NoError(t, s.Check())
	assert.Equal(t, o.Recorded.SignOff, s)
	assert.Equal(t, gate.SignOff{Schema: gate.SignOffSchema, ID: s.ID, Kind: gate.AcceptedRisk, Number: 1, Host: "forge.example", Project: project,
		Repository: "acme/shop", Environment: "production", Actor: gate.Actor{Person: alice, Role: "maintain", Source: gate.FromForge, CheckedAt: noon},
		Requester: &author, Needed: 2, Defects: s.Defects, Scope: gate.Scope{Environment: "production", Branch: "main"},
		NotAfter: time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC), Reason: strings.TrimPrefix(forReason, " because "),
		Controls: []string{"the firewall blocks the path"}, Ticket: "SEC-7", RecordedAt: noon, Tool: "1.0.0", Policy: engine(t, "").Digest(),
		Decision: decided(t).ID, Signer: s.Signer,
		Change:  &gate.SignedAt{Number: changeNo, Head: headSHA, Base: "main", Author: author, Committers: []gate.Person{author, committer}},
		Comment: &gate.Comment{ID: p.ID, URL: p.URL, Created: p.Created, SHA256: sha256Of(p.Body)}}, s)
	require.Len(t, s.Defects, 2)
	for i, f := range w.found[:2] {
		b := s.Defects[i]
		assert.Equal(t, []any{f.ID, f.Rating.Severity, leftPad + "@1.0.0", false, true}, []any{b.ID, b.Severity, b.Package, b.Exploited, b.Fixable})
		assert.NotEmpty(t, b.Fingerprints)
	}
}

func TestEveryVerbIsHandled(t *testing.T) {
	w := newWorld(t)
	for body, says := range map[string]string{"/defectgate": "how to sign off", "/defectgate help": "how to sign off", "/defectgate status": "what is signed off here"} {
		o := w.comment(alice, body)
		require.Nil(t, o.Refusal)
		require.Nil(t, o.Recorded)
		assert.Contains(t, o.Reply(), "**defectgate: "+says+"**")
		assert.Empty(t, w.forge.reruns)
		w.refusedFor(signoff.Auth, stranger, body)
	}
	for body, kind := range map[string]gate.SignOffKind{accept(): gate.AcceptedRisk, "/defectgate false-positive " + overdue2 + forReason: gate.NoDefect,
		override(): gate.Overriding} {
		assert.Equal(t, kind, w.recorded(alice, body).Kind)
	}
	assert.Len(t, w.forge.reruns, 3)
	status := w.comment(bob, "/defectgate status").Reply()
	for _, s := range recordsOf(t, w.log) {
		assert.Contains(t, status, s.ID)
	}
	w.refusedFor(signoff.Ticket, alice, "/defectgate override for 4h because production is down and this repairs it")
	w.refusedFor(signoff.Control, alice, "/defectgate accept "+critical+" until "+until+forReason)
	w.recorded(alice, "/defectgate false-positive "+critical+forReason) // what is none needs no control
	w.refusedFor(signoff.Field, alice, "/defectgate revoke "+overdue+" because it was wrong\nticket: X-1")
}

func TestOneNameForSeveralComponentsIsNoName(t *testing.T) {
	w := newWorld(t)
	other := vulnerable(overdue, gate.High, 40)
	other.Component.PURL, other.Component.Name = "pkg:npm/right-pad@1.0.0", "right-pad"
	w.found = append(w.found, other)
	w.settings("{}")
	o := w.refusedFor(signoff.Unknown, alice, accept())
	assert.Equal(t, []string{overdue + " in " + leftPad, overdue + " in pkg:npm/right-pad"}, o.Refusal.Known)
	w.recorded(alice, "/defectgate accept "+overdue+" in pkg:npm/right-pad until "+until+forReason)
	d := w.check()
	assert.Equal(t, []string{critical, overdue, overdue2}, denied(d), "the other one counts")
	assert.Equal(t, 1, d.Evaluation.Exceptions[0].Covered)
}

func TestADefectIsNamedByEachOfItsNames(t *testing.T) {
	w := newWorld(t)
	w.found[1].Aliases = []string{"GHSA-abcd-2345-wxyz"}
	w.settings("{}")
	var print string
	for i := range w.forge.decisions[headSHA].Evaluation.Findings {
		if j := &w.forge.decisions[headSHA].Evaluation.Findings[i]; j.ID == overdue {
			print = j.Fingerprints[0].String()
		}
	}
	for _, name := range []string{overdue, "cve-2026-0002", "GHSA-abcd-2345-wxyz", print, strings.ToUpper(print)} {
		w.log = &memoryLog{script: map[string]func() error{}}
		made := w.recorded(alice, "/defectgate accept "+name+" until "+until+forReason)
		assert.Equal(t, overdue, made.Defects[0].ID)
	}
}

// TestTheAuthorOfAChangeIsAnsweredEachTime: he is somebody to talk to.
func TestTheAuthorOfAChangeIsAnsweredEachTime(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.refusedFor(signoff.Self, author, accept())
	}
	assert.Equal(t, 2, w.forge.count("Reply"))
}

// TestAnEditAfterwardsDoesNotTakeTheAnswerBack: what is recorded stands, and so does what was said of it.
func TestAnEditAfterwardsDoesNotTakeTheAnswerBack(t *testing.T) {
	w := newWorld(t)
	p := w.wrote(alice, accept())
	require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
	p.Edit = signoff.WasEdited
	w.desk().Handle(t.Context(), signoff.Event{Change: changeNo, Comment: p.ID}) // as one does who looks through all comments
	require.Len(t, w.forge.told[p.ID], 1, "%v", w.forge.told[p.ID])
}

// TestWhatWasNotToldIsToldAgain: the run that recorded it ended before it could answer.
func TestWhatWasNotToldIsToldAgain(t *testing.T) {
	w := newWorld(t)
	p := w.wrote(alice, accept())
	for _, call := range []string{"Reply", "Rerun", "React"} {
		w.forge.fail(call, context.Canceled)
	}
	require.NotNil(t, w.desk().Handle(t.Context(), eventOf(p)).Recorded)
	clear(w.forge.script)
	w.desk().Handle(t.Context(), eventOf(p))
	assert.NotEmpty(t, w.forge.reruns, "the gate has not run since")
	assert.NotEmpty(t, w.forge.told[p.ID])
}
