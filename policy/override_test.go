package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// TestOverrideLiftsDenials holds that an override lifts what blocks, of defects and of the artifact, and nothing else.
func TestOverrideLiftsDenials(t *testing.T) {
	w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
	require.Equal(t, gate.Fail, w.check(t).Verdict)
	w.signedOff(t, "O-1", gate.Overriding)
	d := w.check(t)
	assert.Equal(t, gate.Pass, d.Verdict)
	said := coveredBy(d.Findings[0].Violations)
	assert.Equal(t, map[string]string{"mine/denied": "O-1", "severity/threshold": "O-1", "mine/warned": ""}, said)
	assert.Equal(t, map[string]string{"mine/broken": "O-1", "mine/dented": "", "exception/override": ""}, coveredBy(d.Violations))
}

// TestAcceptedRiskLiftsNothingOfTheArtifact holds that only an override is for what a rule says of the artifact.
func TestAcceptedRiskLiftsNothingOfTheArtifact(t *testing.T) {
	w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
	w.signedOff(t, "E-1", gate.AcceptedRisk, "CVE-2026-0001")
	d := w.check(t)
	assert.Equal(t, gate.Fail, d.Verdict)
	assert.Equal(t, map[string]string{"mine/denied": "E-1", "severity/threshold": "E-1", "mine/warned": "E-1"}, coveredBy(d.Findings[0].Violations))
	assert.Equal(t, map[string]string{"mine/broken": "", "mine/dented": ""}, coveredBy(d.Violations))
}

// TestOverrideIsForOneBuild tries it on others: each stays denied.
func TestOverrideIsForOneBuild(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		lifted bool
	}{
		"the same":                     {func(*world) {}, true},
		"of another commit":            {func(w *world) { w.artifact.Subject.Commit = "fedcba" }, false},
		"whose commit is not known":    {func(w *world) { w.artifact.Subject.Commit = "" }, false},
		"in another environment":       {func(w *world) { w.artifact.Environment = "staging" }, false},
		"a trial merge of that commit": {func(w *world) { w.artifact.Subject.Commit, w.artifact.Change = "fedcba", &gate.Change{Head: commit} }, true},
		"a trial merge of another one": {func(w *world) { w.artifact.Subject.Commit, w.artifact.Change = "fedcba", &gate.Change{Head: "fedcba"} }, false},
		"a moment before":              {func(w *world) { w.now = w.now.Add(-1) }, false},
		"at its last moment":           {func(w *world) { w.now = w.now.Add(72*time.Hour - 1) }, true},
		"when it is over":              {func(w *world) { w.now = w.now.Add(72 * time.Hour) }, false},
		"once it is revoked": {func(w *world) {
			w.exceptions[0].Revoked = &gate.Revocation{At: w.now, By: gate.Person{ID: "2"}, Reason: "mended"}
		}, false},
		"without a ticket":    {func(w *world) { w.exceptions[0].Ticket = "" }, false},
		"without a reason":    {func(w *world) { w.exceptions[0].Reason = "asap" }, false},
		"without an approver": {func(w *world) { w.exceptions[0].Approvals = nil }, false},
		"with a fault":        {func(w *world) { w.exceptions[0].Fault = "of another key" }, false},
		"with an approver of his own": {func(w *world) {
			w.exceptions[0].Barred = []gate.Party{{Person: gate.Person{ID: "1"}, As: "author"}, {Person: gate.Person{ID: "2"}, As: "committer"}}
		}, false},
		"with another approver beside": {func(w *world) { w.exceptions[0].Barred = []gate.Party{{Person: gate.Person{ID: "1"}, As: "author"}} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
			w.signedOff(t, "O-1", gate.Overriding)
			c.change(w)
			d := w.check(t)
			want := map[bool]string{true: "O-1"}[c.lifted]
			assert.Equal(t, want, coveredBy(d.Findings[0].Violations)["mine/denied"])
			assert.Equal(t, want, coveredBy(d.Violations)["mine/broken"])
			_, told := coveredBy(d.Violations)["exception/override"]
			assert.Equal(t, c.lifted, told, "every output says that denials are overridden")
			assert.Equal(t, map[bool]gate.Verdict{true: gate.Pass, false: gate.Fail}[c.lifted], d.Verdict)
		})
	}
}

// TestNoOverrideLiftsAFollowUp holds that what another approver should have looked at blocks the next release, whatever is overridden there.
func TestNoOverrideLiftsAFollowUp(t *testing.T) {
	w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
	first := w.signedOff(t, "O-1", gate.Overriding)
	first.Approvals = first.Approvals[:1]
	w.now = w.now.Add(7 * 24 * time.Hour)
	w.artifact.Subject.Commit = "fedcba"
	w.signedOff(t, "O-2", gate.Overriding).Scope.Commit = "fedcba"
	d := w.check(t)
	assert.Equal(t, gate.Fail, d.Verdict)
	said := coveredBy(d.Violations)
	assert.Equal(t, "O-2", said["mine/broken"])
	assert.Contains(t, said, "exception/follow_up")
	assert.Empty(t, said["exception/follow_up"])
	w.exceptions[0].Approvals = append(w.exceptions[0].Approvals, by("3", "maintain", w.now))
	assert.Equal(t, gate.Pass, w.check(t).Verdict, "looked at by another approver")
}

// TestFourThingsAreCountedApart holds that an accepted risk, a false positive and an override stand for themselves in the totals.
func TestFourThingsAreCountedApart(t *testing.T) {
	accepted, dismissed, denied := found("CVE-2026-0001", gate.Critical), found("CVE-2026-0002", gate.High), found("CVE-2026-0003", gate.Critical)
	closed := found("CVE-2026-0004", gate.Critical)
	closed.State = gate.NotAffected
	w := newWorld(t, nil, accepted, dismissed, denied, closed)
	w.signedOff(t, "E-1", gate.AcceptedRisk, "CVE-2026-0001")
	w.signedOff(t, "E-2", gate.NoDefect, "CVE-2026-0002")
	s := w.check(t).Summary
	assert.Equal(t, []int{3, 1, 1, 1, 0}, []int{s.Open, s.Denied, s.Accepted, s.Dismissed, s.Overridden})
	w.signedOff(t, "O-1", gate.Overriding)
	s = w.check(t).Summary
	assert.Equal(t, []int{3, 0, 1, 1, 1}, []int{s.Open, s.Denied, s.Accepted, s.Dismissed, s.Overridden})
	assert.Equal(t, map[string]int{"critical": 1}, s.Severities, "the risk of what is overridden is what it was")
	assert.Equal(t, map[gate.State]int{gate.NotAffected: 1}, s.Closed)
}

// TestOneExceptionCovers holds that of several that apply exactly one counts, and that an override is the last.
func TestOneExceptionCovers(t *testing.T) {
	for name, c := range map[string]struct {
		ids  map[string]gate.SignOffKind
		want string
	}{
		"the first by id":                {map[string]gate.SignOffKind{"E-2": gate.AcceptedRisk, "E-1": gate.NoDefect}, "E-1"},
		"an override after all others":   {map[string]gate.SignOffKind{"A-1": gate.Overriding, "E-1": gate.AcceptedRisk}, "E-1"},
		"the first override":             {map[string]gate.SignOffKind{"O-2": gate.Overriding, "O-1": gate.Overriding}, "O-1"},
		"one of two that differ in kind": {map[string]gate.SignOffKind{"E-1": gate.AcceptedRisk, "E-1 ": gate.NoDefect}, "E-1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil, found("CVE-2026-0001", gate.Critical))
			for id, kind := range c.ids {
				var defects []string
				if kind != gate.Overriding {
					defects = []string{"CVE-2026-0001"}
				}
				w.signedOff(t, id, kind, defects...)
			}
			for i := range w.exceptions {
				if w.exceptions[i].ID == "E-1 " { // two registers gave one id
					w.exceptions[i].ID = "E-1"
				}
			}
			j := w.check(t).Findings[0]
			require.Len(t, j.Exceptions, 2)
			covering := 0
			for _, r := range j.Exceptions {
				assert.True(t, r.Applies)
				if r.Covers {
					covering++
					assert.Equal(t, c.want, r.Exception)
				}
			}
			assert.Equal(t, 1, covering)
			assert.Equal(t, c.want, coveredBy(j.Violations)["mine/denied"])
		})
	}
}
