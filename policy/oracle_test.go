package policy_test

import (
	"time"

	"github.com/defectgate/defectgate/gate"
)

// The oracle says in Go, and without a look at the Rego, whether an exception is valid. It knows the facts as the test made them, not as the gate
// reads them.

// facts are what is true of the defect, at the instant of a check or when something was signed off.
type facts struct {
	severity  gate.Severity
	version   string
	exploited time.Time // zero: it is not
	fixed     time.Time // zero: there is no fix
}

// word is one approver's.
type word struct {
	person  int // from 1; the last one is an admin, all others are maintainers
	at      time.Time
	part    bool // in the change
	invalid bool // its signature does not count
}

const admin = 4

// risk is an exception as somebody meant it.
type risk struct {
	id          string
	kind        gate.SignOffKind
	filed       bool // in a file, by the id of the defect
	then        facts
	from, until time.Time
	revoked     time.Time // zero: never
	reason      int       // of the table reasons
	control     bool
	ticket      bool
	wide        bool
	forged      bool
	renewals    int
	words       []word
	commit      string // of an override
	environment string
}

var reasons = []struct {
	text string
	good bool
}{{"not reachable from outside", true}, {"mitigated!", true}, {"short one", false}, {"", false}, {"TODO: later, later", false}, {"          ", false}}

// terms are the settings that the oracle knows.
type terms struct {
	recheck bool
	allowed map[int]bool // who may approve, where that is asked again
}

// moment is when and where is asked.
type moment struct {
	facts
	now         time.Time
	commit      string
	environment string
}

func (r *risk) valid(m moment, s terms) bool {
	return !r.forged && r.inTime(m.now) && r.lasts(m) && r.fits(m) && !r.overtaken(m) && r.accountable(m) && r.approved(m, s)
}

func (r *risk) inTime(now time.Time) bool {
	over := !r.revoked.IsZero() && !now.Before(r.revoked)
	return !over && !now.Before(r.from) && now.Before(r.until)
}

// lasts holds the longest time: of an override in hours, of all others by the calendar.
func (r *risk) lasts(m moment) bool {
	if r.kind == gate.Overriding {
		return r.until.Sub(r.from) <= 72*time.Hour
	}
	days := map[gate.Severity]int{gate.Critical: 30, gate.High: 90, gate.Medium: 180, gate.Low: 365, gate.None: 365, gate.Unknown: 90}[m.severity]
	lastDay, latestDay := r.until.Add(-1).Format(time.DateOnly), r.from.AddDate(0, 0, days).Format(time.DateOnly)
	return lastDay <= latestDay
}

func (r *risk) fits(m moment) bool {
	if r.environment != m.environment {
		return false
	}
	if r.kind == gate.Overriding {
		return r.commit == m.commit
	}
	return r.filed || r.then.version == m.version
}

// overtaken is an exception for a defect that became worse since, or that could be mended for a fortnight.
func (r *risk) overtaken(m moment) bool {
	if r.kind == gate.Overriding {
		return false
	}
	if m.severity > r.then.severity {
		return true
	}
	exploited := !m.exploited.IsZero() && r.then.exploited.IsZero()
	mendable := !m.fixed.IsZero() && r.then.fixed.IsZero()
	since := m.fixed
	if r.filed { // a file does not say what was known: the clock does
		exploited, mendable = m.exploited.After(r.from), m.fixed.After(r.from)
	} else if since.Before(r.from) {
		since = r.from
	}
	if r.kind == gate.NoDefect {
		mendable = false // what is none needs no fix
	}
	return exploited || mendable && m.now.Sub(since) >= 14*24*time.Hour
}

func (r *risk) accountable(m moment) bool {
	switch {
	case !reasons[r.reason].good:
		return false
	case r.kind == gate.Overriding:
		return r.ticket
	case r.kind == gate.AcceptedRisk && m.severity == gate.Critical:
		return r.control
	}
	return true
}

func (r *risk) approved(m moment, s terms) bool {
	people, higher := map[int]bool{}, false
	for _, w := range r.words {
		if w.invalid || w.part || w.at.After(m.now) || s.recheck && !s.allowed[w.person] {
			continue
		}
		people[w.person] = true
		higher = higher || w.person == admin
	}
	needed := 1
	if r.wide || m.severity == gate.Critical && r.kind != gate.Overriding {
		needed = 2
	}
	return len(people) >= needed && (r.renewals <= 2 || higher)
}
