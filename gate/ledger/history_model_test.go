package ledger

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// plain is the history as the contract tells it, without tables: lists of defects that are searched from end to end.
type plain struct {
	t        require.TestingT
	branches map[string][]*plainDefect // component and branch → defects, the first that came first
}

type plainDefect struct {
	marks     map[gate.Fingerprint]bool
	first     time.Time
	state     gate.State
	wasFixed  bool // before this decision, because no scan had it
	severity  gate.Severity
	exception string
	returns   int
	owed      map[string]int // tool → reports that must be silent
	lastSeen  time.Time
	lastScan  time.Time
	seen      bool
}

// plainScan is what the reports of one tool are together.
type plainScan struct {
	reports          int
	whole            bool
	earliest, latest time.Time
}

func scansOfStep(s step) map[string]*plainScan {
	all := map[string]*plainScan{}
	for _, r := range s.scans {
		if all[r.tool] == nil {
			all[r.tool] = &plainScan{whole: true}
		}
		scan := all[r.tool]
		scan.reports++
		scan.whole = scan.whole && r.status == ""
		made := hourOf(s.hour)
		if r.hour >= 0 {
			made = hourOf(min(r.hour, s.hour))
		}
		if scan.earliest.IsZero() || made.Before(scan.earliest) {
			scan.earliest = made
		}
		if made.After(scan.latest) {
			scan.latest = made
		}
	}
	return all
}

// silenced is whether the scans of a tool, which do not have a defect, were all made again.
func (d *plainDefect) silenced(tool string, scans map[string]*plainScan) bool {
	scan := scans[tool]
	return scan != nil && scan.whole && scan.reports >= d.owed[tool] && (scan.earliest.IsZero() || !scan.earliest.Before(d.lastScan))
}

func (d *plainDefect) has(j *gate.Judged) bool {
	return slices.ContainsFunc(j.Fingerprints, func(f gate.Fingerprint) bool { return d.marks[f] })
}

// older orders by who was seen first, then by who came first.
func older(list []*plainDefect) *plainDefect {
	if len(list) == 0 {
		return nil
	}
	return slices.MinFunc(list, func(a, b *plainDefect) int { return a.first.Compare(b.first) })
}

// decide takes up a decision, and holds its clocks against what was known before.
func (p *plain) decide(s step, d *gate.Decision) {
	p.clocks(s, d)
	key := s.component + "/" + s.branch
	for _, known := range p.branches[key] {
		known.seen, known.wasFixed = false, known.state == gate.Fixed && !known.seen
	}
	scans := scansOfStep(s)
	for i := range d.Evaluation.Findings {
		p.see(key, s, scans, d, &d.Evaluation.Findings[i])
	}
	for _, known := range p.branches[key] {
		if known.seen || known.state == gate.Fixed || d.Verdict == gate.Error || d.Clock.Now.Before(known.lastSeen) {
			continue
		}
		maps.DeleteFunc(known.owed, func(tool string, _ int) bool { return known.silenced(tool, scans) })
		if len(known.owed) == 0 {
			known.state = gate.Fixed
		}
	}
}

// clocks are the earliest of report, ledger and now.
func (p *plain) clocks(s step, d *gate.Decision) {
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		want, by := d.Clock.Now, "now"
		for key, list := range p.branches {
			for _, known := range list {
				if strings.HasPrefix(key, s.component+"/") && known.has(j) && !known.first.After(want) {
					want, by = known.first, "ledger"
				}
			}
		}
		for _, r := range s.scans {
			for _, e := range r.entries {
				if slices.Contains(j.Names(), e.ids[0]) && !e.first.IsZero() && !e.first.After(want) {
					want, by = e.first, "report"
				}
			}
		}
		require.Equal(p.t, want, j.Clocks.FirstSeen, "first seen of %v", j.Names())
		if by != "ledger" || want.Before(d.Clock.Now) { // of what two know at once, one is named
			require.Equal(p.t, by, j.Clocks.SeenBy)
		}
	}
}

// see takes up a finding: it is the oldest of those that it may be, whose histories become one.
func (p *plain) see(key string, s step, scans map[string]*plainScan, d *gate.Decision, j *gate.Judged) {
	var mine, taken []*plainDefect
	for _, known := range p.branches[key] {
		if known.has(j) && known.seen {
			taken = append(taken, known)
		} else if known.has(j) {
			mine = append(mine, known)
		}
	}
	is := older(mine)
	if is == nil {
		is = &plainDefect{marks: map[gate.Fingerprint]bool{}, first: j.Clocks.FirstSeen, owed: map[string]int{}, state: j.State}
		if whole := older(taken); whole != nil {
			is.returns, is.wasFixed = whole.returns, whole.wasFixed
			if whole.first.Before(is.first) {
				is.first = whole.first
			}
		}
		p.branches[key] = append(p.branches[key], is)
	} else {
		p.join(key, is, mine)
		if is.state == gate.Fixed && is.wasFixed && j.State.IsOpen() {
			is.returns++
		}
	}
	for _, other := range taken {
		for _, mark := range j.Fingerprints {
			delete(other.marks, mark)
		}
	}
	for _, mark := range j.Fingerprints {
		is.marks[mark] = true
	}
	if d.Verdict != gate.Error && !d.Clock.Now.Before(is.lastSeen) {
		maps.DeleteFunc(is.owed, func(tool string, _ int) bool { return is.silenced(tool, scans) })
	}
	for _, r := range s.scans {
		if slices.Contains(j.Sources, r.source) {
			is.owed[r.tool] = scans[r.tool].reports
			is.lastScan = later(is.lastScan, scans[r.tool].latest)
		}
	}
	if j.Clocks.FirstSeen.Before(is.first) {
		is.first = j.Clocks.FirstSeen
	}
	is.state, is.severity, is.exception, is.seen, is.lastSeen = j.State, j.Severity, j.Covering(), true, later(is.lastSeen, d.Clock.Now)
}

// join makes several histories one.
func (p *plain) join(key string, into *plainDefect, all []*plainDefect) {
	for _, other := range all {
		if other == into {
			continue
		}
		maps.Copy(into.marks, other.marks)
		for tool, reports := range other.owed {
			into.owed[tool] = max(into.owed[tool], reports)
		}
		into.lastSeen, into.lastScan = later(into.lastSeen, other.lastSeen), later(into.lastScan, other.lastScan)
		if into.returns = max(into.returns, other.returns); into.state == gate.Fixed && other.state != gate.Fixed {
			into.state, into.wasFixed = other.state, other.wasFixed
		}
		p.branches[key] = slices.DeleteFunc(p.branches[key], func(d *plainDefect) bool { return d == other })
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
