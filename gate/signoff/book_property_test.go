package signoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/policy"
)

// story is a world in which people write comments, time passes, and defects become worse.
type story struct {
	*world
	rt   *rapid.T
	head string
	seen bool // something was covered
}

// TestNothingPassesThatNoRecordCovers: whatever is signed off, taken back, or becomes of the defects: the exceptions that the gate lets apply are those
// that the oracle computes from the bare records.
func TestNothingPassesThatNoRecordCovers(t *testing.T) {
	covered, written := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		s := &story{world: newWorld(t), rt: rt, head: headSHA}
		for i := range s.found {
			s.found[i].FirstSeen = noon.AddDate(-3, 0, 0) // so that each blocks, whatever its severity is
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			s.step()
			s.compare()
		}
		written += len(recordsOf(t, s.log))
		if s.seen {
			covered++
		}
	})
	require.NotZero(t, covered, "the property was looked at where something is covered")
	require.Greater(t, written, covered)
}

func (s *story) step() {
	switch rapid.IntRange(0, 12).Draw(s.rt, "what") {
	case 0:
		s.now = s.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(s.rt, "hours")) * time.Hour)
	case 1:
		s.now = s.now.AddDate(0, 0, rapid.IntRange(1, 60).Draw(s.rt, "days"))
	case 2:
		severity := rapid.SampledFrom([]gate.Severity{gate.Low, gate.Medium, gate.High, gate.Critical}).Draw(s.rt, "severity")
		s.defect().Rating = gate.Rating{Party: "nvd", Label: severity.String(), Severity: severity}
	case 3:
		f := s.defect()
		f.Exploited = !f.Exploited
	case 4:
		s.head = fmt.Sprintf("%040x", rapid.IntRange(1, 3).Draw(s.rt, "push"))
		s.forge.change.Head = s.head
	case 5, 6:
		s.comments("/defectgate approve " + s.record())
	case 7:
		s.comments("/defectgate revoke " + s.record() + " because it was wrong")
	case 8:
		s.comments("/defectgate revoke " + s.defect().ID + " because it was wrong")
	case 9:
		s.comments(fmt.Sprintf("/defectgate override for %dh because production is down now\nticket: OPS-1", rapid.IntRange(1, 72).Draw(s.rt, "hours")))
	case 10:
		s.comments("/defectgate false-positive " + s.defect().ID + forReason)
	default:
		day := s.now.AddDate(0, 0, rapid.IntRange(-1, 95).Draw(s.rt, "days")).Format(time.DateOnly)
		body := "/defectgate accept " + s.targets() + " until " + day + forReason
		if rapid.IntRange(0, 3).Draw(s.rt, "control") > 0 {
			body += "\ncontrol: the firewall blocks the path"
		}
		s.comments(body)
	}
}

func (s *story) defect() *gate.Finding {
	return &s.found[rapid.IntRange(0, len(s.found)-1).Draw(s.rt, "defect")]
}

func (s *story) targets() string {
	a, b := s.defect().ID, s.defect().ID
	if a == b {
		return a
	}
	return a + "," + b
}

// record is one that there is, or was never.
func (s *story) record() string {
	list := recordsOf(s.t, s.log)
	if len(list) == 0 {
		return record
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(s.rt, "record")].ID
}

// comments has somebody write, after the gate has judged the newest commit.
func (s *story) comments(body string) {
	who := rapid.SampledFrom([]gate.Person{alice, bob, carol, alice, bob, carol, author, committer, stranger}).Draw(s.rt, "who")
	s.forge.decisions[s.head] = s.judged(rapid.Bool().Draw(s.rt, "with what is signed off"))
	o := s.comment(who, body)
	require.NoError(s.rt, o.Told)
	require.True(s.rt, o.Refusal == nil || o.ExitCode() == 0, "%q: %v", body, o.Refusal)
	if o.Recorded == nil {
		return
	}
	require.Contains(s.rt, []string{alice.ID, bob.ID, carol.ID, author.ID, committer.ID}, o.Recorded.Actor.ID)
	if o.Recorded.Kind != gate.RevocationFor {
		require.NotContains(s.rt, []string{author.ID, committer.ID}, o.Recorded.Actor.ID)
	}
	requireHarmless(s.rt, o.Reply())
}

// judged is what the gate says of the newest commit.
func (s *story) judged(signedOff bool) *gate.Decision {
	g := gateOf(s.t, s.judge.Judge.(*policy.Engine), s.found, s.now)
	if signedOff {
		g.Registers = []gate.Register{s.world}
	}
	report, err := g.Check(s.t.Context(), artifactOf(s.head))
	require.NoError(s.rt, err)
	return &report.Decision
}

// compare holds what the gate lets apply against the oracle.
func (s *story) compare() {
	list := recordsOf(s.t, s.log)
	o := &oracle{list: list, now: s.now, head: s.head}
	d := s.judged(true)
	require.NotEqual(s.rt, gate.Error, d.Verdict, d.Problems)
	require.Len(s.rt, d.Evaluation.Findings, len(s.found))
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		at := slices.IndexFunc(s.found, func(f gate.Finding) bool { return f.ID == j.ID })
		want := o.covering(&s.found[at])
		var have []string
		for _, ruling := range j.Exceptions {
			if ruling.Applies {
				have = append(have, ruling.Exception)
			}
		}
		slices.Sort(have)
		require.Equal(s.rt, want, have, "%s: %v", j.ID, j.Exceptions)
		require.Equal(s.rt, len(want) == 0, j.Level() == gate.Deny, "%s: %v", j.ID, j.Violations)
		s.seen = s.seen || len(want) > 0
	}
	s.held(list)
}

// held holds the records against what every log of sign-offs is.
func (s *story) held(list []gate.SignedOff) {
	comments := map[int64]bool{}
	for i := range list {
		require.Equal(s.rt, int64(i+1), list[i].Number)
		require.False(s.rt, comments[list[i].Comment.ID])
		comments[list[i].Comment.ID] = true
	}
	for _, x := range signoff.NewBook(list).All() {
		people := map[string]bool{}
		for _, a := range x.Approvals {
			require.False(s.rt, people[a.ID], "%s approved twice", a.Login)
			people[a.ID] = true
		}
	}
}
