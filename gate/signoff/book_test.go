package signoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// signed is a record of the log.
func signed(kind gate.SignOffKind, n int, by gate.Person) gate.SignedOff {
	s := gate.SignOff{ID: "dgx_0" + string(rune('0'+n)), Kind: kind, Number: int64(n), Actor: gate.Actor{Person: by, Role: "maintain", Source: gate.FromForge},
		RecordedAt: noon.Add(time.Duration(n) * time.Minute), NotAfter: noon.AddDate(0, 0, 10), Needed: 1,
		Scope: gate.Scope{Environment: "production"}, Reason: "not reachable from outside"}
	if kind == gate.AcceptedRisk || kind == gate.NoDefect {
		s.Defects = []gate.Binding{{ID: overdue, Fingerprints: []gate.Fingerprint{{1}}, Severity: gate.High}}
	}
	return gate.SignedOff{SignOff: s, Leaf: "leaf"}
}

func (w *world) ended(s *gate.SignedOff) string {
	return signoff.NewBook(recordsOf(w.t, w.log)).Find(s.ID).Ended(w.now)
}

func TestARecordThatSaysNothingOfAnotherStandsAlone(t *testing.T) {
	approve, revoke := signed(gate.ApprovalOf, 1, bob), signed(gate.RevocationFor, 2, bob)
	approve.Target, revoke.Target = "dgx_03", "dgx_03"
	b := signoff.NewBook([]gate.SignedOff{approve, revoke, signed(gate.AcceptedRisk, 3, alice)})
	x := b.Find("dgx_03")
	require.NotNil(t, x)
	assert.Len(t, x.Approvals, 1, "it was approved before it was there")
	assert.Nil(t, x.Revoked)
	assert.Nil(t, b.Find("dgx_01"))
	assert.Len(t, b.All(), 1)
	assert.Len(t, b.Records(), 3)
}

func TestWhatAKeyDoesNotVouchForGivesNothingAndTakesAllTheSame(t *testing.T) {
	made, approve, revoke := signed(gate.AcceptedRisk, 1, alice), signed(gate.ApprovalOf, 2, bob), signed(gate.RevocationFor, 3, carol)
	approve.Target, revoke.Target = made.ID, made.ID
	approve.Fault, revoke.Fault = "the key was taken back", "the key was taken back"
	x := signoff.NewBook([]gate.SignedOff{made, approve}).Find(made.ID)
	require.Len(t, x.Approvals, 2)
	assert.Equal(t, approve.Fault, x.Approvals[1].Fault)
	assert.Equal(t, "alice (maintain)", x.Approvers())
	assert.Empty(t, x.Ended(noon.Add(time.Hour)))
	assert.NotEmpty(t, signoff.NewBook([]gate.SignedOff{made, approve, revoke}).Find(made.ID).Ended(noon.Add(time.Hour)))

	made.Fault = "the key was taken back"
	b := signoff.NewBook([]gate.SignedOff{made})
	e := b.Exceptions(gate.Artifact{}, noon)
	require.Len(t, e, 1)
	assert.Equal(t, made.Fault, e[0].Fault)
	assert.Equal(t, made.Fault, e[0].Approvals[0].Fault)
	newer := signed(gate.AcceptedRisk, 4, alice)
	newer.Fault = "the key was taken back"
	older := signed(gate.AcceptedRisk, 1, alice)
	assert.NotEmpty(t, signoff.NewBook([]gate.SignedOff{older, newer}).Find(older.ID).Ended(noon.Add(time.Hour)),
		"what was replaced does not come to life again with the key of the other")
}

func TestARecordIsReplacedByOneForTheSame(t *testing.T) {
	w := newWorld(t)
	first := w.recorded(alice, accept())
	both := w.recorded(bob, "/defectgate accept "+overdue+","+overdue2+" until 2026-03-10"+forReason)
	assert.Contains(t, w.ended(first), "replaced by "+both.ID)
	w.recorded(bob, "/defectgate revoke "+both.ID+" because it was wrong")
	assert.Contains(t, denied(w.check()), overdue, "the older one does not come to life again")

	one := w.recorded(alice, accept())
	assert.Empty(t, w.ended(w.recorded(bob, "/defectgate accept "+overdue2+" until "+until+forReason)), "another defect")
	assert.Empty(t, w.ended(one))
	narrow := w.recorded(carol, accept()+"\nscope: branch main")
	assert.Empty(t, w.ended(one), "it holds for more")
	w.recorded(alice, override())
	assert.Empty(t, w.ended(one))
	assert.Empty(t, w.ended(narrow))
	wide := w.recorded(carol, accept()+"\nscope: repository")
	assert.Empty(t, w.ended(one))
	w.recorded(bob, "/defectgate approve "+wide.ID)
	assert.NotEmpty(t, w.ended(one), "it holds for all of that, and more")
}

func TestWhatWaitsReplacesNothingYet(t *testing.T) {
	w := newWorld(t)
	first := w.recorded(alice, acceptCritical())
	w.recorded(bob, "/defectgate approve "+first.ID)
	second := w.recorded(alice, acceptCritical())
	assert.Empty(t, w.ended(first))
	assert.NotContains(t, denied(w.check()), critical)
	w.recorded(bob, "/defectgate approve "+second.ID)
	assert.Contains(t, w.ended(first), "replaced by "+second.ID)
	w.refusedFor(signoff.NoRecord, carol, "/defectgate approve "+first.ID)
	w.refusedFor(signoff.NoRecord, carol, "/defectgate revoke "+first.ID+" because it was wrong")
}

func TestRevoking(t *testing.T) {
	w := newWorld(t, newRealLog(t))
	byDefect := "/defectgate revoke " + overdue + " because it is reachable after all"
	w.refusedFor(signoff.NoRecord, alice, byDefect)
	w.refusedFor(signoff.NoRecord, alice, "/defectgate revoke "+record+" because it is reachable after all")
	one := w.recorded(alice, accept())
	narrow := w.recorded(alice, accept()+"\nscope: branch main")
	o := w.refusedFor(signoff.NoRecord, bob, byDefect)
	assert.Equal(t, []string{one.ID, narrow.ID}, o.Refusal.Known, "which one is not guessed")
	w.recorded(bob, "/defectgate revoke "+narrow.ID+" because it is reachable after all")
	assert.NotContains(t, denied(w.check()), overdue)
	made := w.recorded(bob, byDefect)
	assert.Equal(t, one.ID, made.Target)
	assert.Contains(t, denied(w.check()), overdue)
	w.refusedFor(signoff.NoRecord, bob, byDefect)
	w.refusedFor(signoff.NoRecord, bob, "/defectgate revoke "+one.ID+" because it is reachable after all")
	w.refusedFor(signoff.NoRecord, bob, "/defectgate approve "+one.ID)
	w.refusedFor(signoff.NoRecord, bob, "/defectgate approve "+made.ID)
	w.refusedFor(signoff.NoRecord, bob, "/defectgate revoke "+made.ID+" because revoking was wrong")
}

func TestWhatHasEndedIsNeitherApprovedNorRevoked(t *testing.T) {
	w := newWorld(t)
	made := w.recorded(alice, acceptCritical())
	w.now = made.NotAfter.Add(-1)
	w.recorded(bob, "/defectgate approve "+made.ID)
	w = newWorld(t)
	made = w.recorded(alice, acceptCritical())
	w.now = made.NotAfter
	w.refusedFor(signoff.NoRecord, bob, "/defectgate approve "+made.ID)
	w.refusedFor(signoff.NoRecord, bob, "/defectgate revoke "+made.ID+" because it is reachable")

	w = newWorld(t)
	faulty := signed(gate.AcceptedRisk, 1, alice)
	faulty.ID, faulty.Fault, faulty.Needed = record, "the key was taken back", 2
	w.memory().list = []gate.SignedOff{faulty}
	w.refusedFor(signoff.NoRecord, bob, "/defectgate approve "+record)
}

func TestAnOverrideIsLookedAtAfterwards(t *testing.T) {
	w := newWorld(t, newRealLog(t))
	made := w.recorded(alice, override())
	assert.Empty(t, denied(w.check()))
	blocks := func() bool {
		for _, v := range w.check().Evaluation.Violations {
			if v.Rule == "exception/follow_up" && v.Level == gate.Deny {
				return true
			}
		}
		return false
	}
	w.now = noon.AddDate(0, 0, 7).Add(-1)
	assert.False(t, blocks())
	w.now = noon.AddDate(0, 0, 7)
	assert.True(t, blocks(), "it is overdue")
	w.refusedFor(signoff.Self, alice, "/defectgate approve "+made.ID)
	w.refusedFor(signoff.Self, author, "/defectgate approve "+made.ID)
	w.now = noon.AddDate(0, 0, 200)
	assert.True(t, blocks(), "and is not forgotten")
	w.recorded(bob, "/defectgate approve "+made.ID)
	assert.False(t, blocks())
	w.refusedFor(signoff.NoRecord, carol, "/defectgate approve "+made.ID)
	assert.Contains(t, denied(w.check()), overdue, "it lifts nothing any more")
}

func TestAnOverrideLiftsNoFaultOfExceptions(t *testing.T) {
	w := newWorld(t)
	w.recorded(alice, override())
	w.now, w.found = noon.AddDate(0, 0, 8), []gate.Finding{vulnerable(warnedOf, gate.Low, 1)}
	d := w.check()
	require.Equal(t, gate.Fail, d.Verdict)
	w.forge.decisions[headSHA] = d
	w.refusedFor(signoff.Unknown, bob, override())
}

func TestARenewalIsOfTheNewestForOneOfTheDefects(t *testing.T) {
	w := newWorld(t)
	longer := func(days int) string {
		return " until " + noon.AddDate(0, 0, 30+days).Format(time.DateOnly) + forReason
	}
	first := w.recorded(alice, accept())
	second := w.recorded(bob, "/defectgate accept "+overdue2+","+overdue+longer(1))
	assert.Equal(t, []any{first.ID, 1}, []any{second.Previous, second.Renewals})
	w.recorded(bob, "/defectgate revoke "+second.ID+" because it was wrong")
	third := w.recorded(alice, "/defectgate accept "+overdue2+longer(2))
	assert.Equal(t, []any{second.ID, 2}, []any{third.Previous, third.Renewals}, "also of one that was revoked")
	o := w.refusedFor(signoff.Auth, alice, "/defectgate accept "+overdue2+longer(3))
	assert.Contains(t, o.Refusal.Message, "admin or owner")
	assert.Equal(t, 3, w.recorded(carol, "/defectgate accept "+overdue2+longer(3)).Renewals)
	assert.Zero(t, w.recorded(alice, acceptCritical()).Renewals)
}

// An override stays until somebody else has looked at it: those whom it took do not count, and neither does who let the build through and ended it himself.
func TestAnOverrideStaysUntilItIsLookedAt(t *testing.T) {
	made := signed(gate.Overriding, 1, alice)
	made.Needed, made.Scope.Commit = 2, headSHA
	word := func(kind gate.SignOffKind, n int, by gate.Person) gate.SignedOff {
		s := signed(kind, n, by)
		s.Target = made.ID
		return s
	}
	long := made.NotAfter.AddDate(1, 0, 0)
	for name, c := range map[string]struct {
		more []gate.SignedOff
		told int
	}{
		"nobody":             {nil, 1},
		"one of its two":     {[]gate.SignedOff{word(gate.ApprovalOf, 2, bob)}, 1},
		"a third one":        {[]gate.SignedOff{word(gate.ApprovalOf, 2, bob), word(gate.ApprovalOf, 3, carol)}, 0},
		"the same once more": {[]gate.SignedOff{word(gate.ApprovalOf, 2, bob), word(gate.ApprovalOf, 3, bob)}, 1},
		"himself":            {[]gate.SignedOff{word(gate.RevocationFor, 2, alice)}, 1},
		"another ended it":   {[]gate.SignedOff{word(gate.RevocationFor, 2, bob)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := signoff.NewBook(append([]gate.SignedOff{made}, c.more...))
			assert.Len(t, b.Exceptions(gate.Artifact{}, long), c.told)
		})
	}
}

func TestAnExceptionIsToldOfForNinetyDays(t *testing.T) {
	made := signed(gate.AcceptedRisk, 1, alice)
	b := signoff.NewBook([]gate.SignedOff{made})
	assert.Len(t, b.Exceptions(gate.Artifact{}, made.NotAfter.AddDate(0, 0, 90)), 1)
	assert.Empty(t, b.Exceptions(gate.Artifact{}, made.NotAfter.AddDate(0, 0, 90).Add(1)))
	assert.Empty(t, b.Exceptions(gate.Artifact{Component: "other"}, noon))
}
