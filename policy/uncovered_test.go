package policy_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// story is a sequence of what people and the world do to one defect.
type story struct {
	*rapid.T
	moment
	risks []*risk
}

func (s *story) among(n int, what string) int { return rapid.IntRange(0, n-1).Draw(s.T, what) }

// seldom is what spoils an exception: mostly there is no such thing.
func (s *story) seldom(what string) bool { return s.among(8, what) == 0 }

// edges are spans at which something may turn, to the nanosecond.
var edges = []time.Duration{1, time.Hour, 13 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 14 * 24 * time.Hour, 29 * 24 * time.Hour, 60 * 24 * time.Hour}

func (s *story) span(what string) time.Duration {
	return edges[s.among(len(edges), what)] + time.Duration(s.among(3, what+", and")-1)
}

func (s *story) wait() { s.now = s.now.Add(s.span("waits")) }

func (s *story) worsen() {
	switch s.among(5, "what changes") {
	case 0:
		s.exploited = s.now
	case 1:
		s.fixed = s.now
	case 2:
		s.version = []string{"1.0.0", "2.0.0"}[s.among(2, "version")]
	default:
		s.severity = rapid.SampledFrom(gate.Severities()).Draw(s.T, "severity")
	}
}

func (s *story) move() {
	s.commit = []string{commit, "fedcba9876543210"}[s.among(2, "commit")]
	s.environment = []string{"production", "production", "production", "staging"}[s.among(4, "environment")]
}

// grant makes an exception, most often a good one.
func (s *story) grant() {
	r := &risk{id: fmt.Sprintf("E-%02d", len(s.risks)), then: s.facts, from: s.now, commit: s.commit, environment: s.environment,
		kind:    rapid.SampledFrom([]gate.SignOffKind{gate.AcceptedRisk, gate.NoDefect, gate.Overriding}).Draw(s.T, "kind"),
		control: !s.seldom("no control"), ticket: !s.seldom("no ticket"), wide: s.seldom("wide"), forged: s.seldom("forged"),
	}
	r.filed = r.kind == gate.AcceptedRisk && s.among(3, "filed") == 0
	if s.seldom("for less") {
		r.then.severity = gate.Low
	}
	if s.seldom("a bad reason") {
		r.reason = s.among(len(reasons), "reason")
	}
	if s.seldom("renewed") {
		r.renewals = 1 + s.among(4, "renewals")
	}
	days := []int{1, 30, 31, 90, 91, 180, 365, 366}[s.among(8, "days")]
	r.until = r.from.AddDate(0, 0, days+1).Truncate(24 * time.Hour)
	if r.kind == gate.Overriding {
		r.until = r.from.Add([]time.Duration{1, 71, 72, 73}[s.among(4, "hours")] * time.Hour)
	}
	r.until = r.until.Add(time.Duration(s.among(9, "to the nanosecond")/7) - time.Duration(s.among(9, "or before it")/7))
	s.risks = append(s.risks, r)
	for range s.among(4, "approvers") {
		s.approve(r)
	}
}

// approve adds a word. Who may not approve says none on what was renewed often: it stands against that, however many others there are.
func (s *story) approve(r *risk) {
	w := word{person: 1 + s.among(admin, "person"), at: s.now, invalid: s.seldom("forged word"), part: s.seldom("part in it")}
	if r.renewals > 2 {
		w.person, w.part = []int{1, admin}[w.person%2], false
	}
	if s.seldom("late") {
		w.at = s.now.Add(s.span("later"))
	}
	for i := range r.words { // a part in it has whoever has it
		if r.words[i].person == w.person {
			w.part = r.words[i].part
		}
	}
	r.words = append(r.words, w)
}

func (s *story) step() {
	switch action := s.among(7, "action"); {
	case action < 2 || len(s.risks) == 0:
		s.grant()
	case action == 2:
		s.approve(s.risks[s.among(len(s.risks), "of which")])
	case action == 3 && s.seldom("revoked"):
		s.risks[s.among(len(s.risks), "revoked")].revoked = s.now.Add(time.Duration(s.among(3, "when") - 1))
	case action == 4:
		s.worsen()
	case action == 5:
		s.move()
	default:
		s.wait()
	}
}

// finding is the defect as a scanner reports it.
func (m moment) finding() gate.Finding {
	f := found("CVE-2026-0001", m.severity)
	f.Component.PURL, f.Component.Version, f.Component.Fixed = "pkg:npm/left-pad@"+m.version, m.version, nil
	if f.FirstSeen = now.AddDate(0, 0, -1); !m.fixed.IsZero() {
		f.Component.Fixed, f.FixedSince = []string{"9.0.0"}, m.fixed
	}
	f.Exploited, f.ExploitedSince = !m.exploited.IsZero(), m.exploited
	return f
}

// exception is what a register gives of a risk.
func (r *risk) exception() gate.Exception {
	e := gate.Exception{ID: r.id, Kind: r.kind, Reason: reasons[r.reason].text, Granted: r.from, Until: r.until, Wide: r.wide, Renewals: r.renewals,
		Scope: gate.Scope{Environment: r.environment}, Leaf: "leaf"}
	fault := map[bool]string{true: "of another key"}
	e.Fault = fault[r.forged]
	if r.control {
		e.Controls = []string{"waf"}
	}
	if r.ticket {
		e.Ticket = "SEC-1"
	}
	if !r.revoked.IsZero() {
		e.Revoked = &gate.Revocation{At: r.revoked, By: gate.Person{ID: "9"}, Reason: "over"}
	}
	for _, w := range r.words {
		a := by(strconv.Itoa(w.person), map[bool]string{true: "admin", false: "maintain"}[w.person == admin], w.at)
		if a.Fault = fault[w.invalid]; w.part {
			e.Barred = append(e.Barred, gate.Party{Person: gate.Person{ID: a.ID}, As: "committer"})
		}
		e.Approvals = append(e.Approvals, a)
	}
	return e
}

// tied ties an exception to what it is for, as it was then.
func (r *risk) tied(e gate.Exception, prints []gate.Fingerprint) gate.Exception {
	switch {
	case r.kind == gate.Overriding:
		e.Scope.Commit = r.commit
	case r.filed:
		e.Defect, e.Severity, e.Leaf = "CVE-2026-0001", &r.then.severity, ""
	default:
		e.Bindings = []gate.Binding{{ID: "CVE-2026-0001", Fingerprints: prints, Package: "pkg:npm/left-pad@" + r.then.version, Severity: r.then.severity,
			Exploited: !r.then.exploited.IsZero(), Fixable: !r.then.fixed.IsZero()}}
	}
	return e
}

// agrees lets the gate decide, and compares each violation with what the oracle says: covered by a valid exception, or by none.
func (s *story) agrees(w *world, t terms) (lifted int) {
	w.now, w.findings, w.exceptions = s.now, []gate.Finding{s.finding()}, nil
	w.artifact.Environment, w.artifact.Subject.Commit = s.environment, s.commit
	prints := w.check(s.T).Findings[0].Defect.Fingerprints
	valid, taken, lifts := map[string]bool{}, false, false
	for _, r := range s.risks {
		w.exceptions = append(w.exceptions, r.tied(r.exception(), prints))
		if valid[r.id] = r.valid(s.moment, t); valid[r.id] {
			taken, lifts = taken || r.kind != gate.Overriding, lifts || r.kind == gate.Overriding
		}
	}
	d := w.check(s.T)
	j := d.Findings[0].Judgement
	for _, r := range j.Exceptions {
		require.Equal(s.T, valid[r.Exception], r.Applies, "%s: %v", r.Exception, r.Refusals)
	}
	said := coveredBy(j.Violations)
	require.Equal(s.T, taken || lifts, valid[said["mine/denied"]], "a denial")
	require.Equal(s.T, taken || lifts, said["mine/denied"] != "", "a denial")
	require.Equal(s.T, taken, said["mine/warned"] != "", "a warning")
	require.Equal(s.T, lifts, valid[coveredBy(d.Violations)["mine/broken"]], "a denial of the artifact")
	if taken || lifts {
		return 1
	}
	return 0
}

// TestNoDefectPassesUncovered tells stories of exceptions and of a defect: a denial is covered where a valid exception covers it at that instant,
// and nowhere else. T4, T10, T20, T31.
func TestNoDefectPassesUncovered(t *testing.T) {
	for name, c := range map[string]struct {
		rules string
		terms
	}{
		"authority of then": {``, terms{}},
		"authority of now":  {`exception: {terms: {recheck: true, roles: [admin], users: [1]}}`, terms{recheck: true, allowed: map[int]bool{1: true, admin: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, settingsOf(t, c.rules))
			checks, lifted := 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				s := &story{T: rt, moment: moment{facts{severity: gate.High, version: "1.0.0"}, now, commit, "production"}}
				for range rapid.IntRange(1, 12).Draw(rt, "steps") {
					s.step()
					checks, lifted = checks+1, lifted+s.agrees(w, c.terms)
				}
			})
			t.Logf("%d checks, %d of them covered", checks, lifted)
			require.Positive(t, lifted)
			require.Less(t, lifted, checks)
		})
	}
}
