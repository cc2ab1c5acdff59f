package gate

import (
	"fmt"
	"strings"
	"time"
)

// Clocks are the instants from which ages and due days are computed, in UTC. The zero time is "not known".
// Which clock an SLA uses is the policy's choice; one that is not known falls back to FirstSeen.
type Clocks struct {
	FirstSeen      time.Time `json:"first_seen,omitzero"`      // the earliest of source, ledger and now; never the publication
	Published      time.Time `json:"published,omitzero"`       //
	FixAvailable   time.Time `json:"fix_available,omitzero"`   //
	ExploitedSince time.Time `json:"exploited_since,omitzero"` // the first sign of exploitation; known for all that is known to be exploited
	Returned       time.Time `json:"returned,omitzero"`        // it came back after it was fixed
	SeenBy         string    `json:"seen_by,omitempty"`        // who knows of first seen: "report", "ledger", or "now"
}

// The bounds on dates that lie ahead of the decision's clock.
const (
	clockSkew  = 5 * time.Minute
	clockLimit = 24 * time.Hour
)

// settle makes a defect's clocks fit for use at an instant. first seen becomes the earliest of what sources say, what the ledger knows
// and now. A date ahead of now is clamped to it, with a warning when it is more than five minutes ahead; more than a day ahead is an error.
func (d *Defect) settle(past Past, now time.Time) (warnings []string, err error) {
	c := &d.Clocks
	for _, date := range []struct {
		name string
		at   *time.Time
	}{
		{"first_seen", &c.FirstSeen}, {"published", &c.Published},
		{"fix_available", &c.FixAvailable}, {"exploited_since", &c.ExploitedSince},
	} {
		warning, err := clamp(date.at, now)
		if err != nil {
			return nil, fmt.Errorf("%s of %s (%s) is %w", date.name, d.ID, strings.Join(d.Sources, ", "), err)
		}
		if warning != "" {
			warnings = append(warnings, fmt.Sprintf("%s of %s %s", date.name, d.ID, warning))
		}
	}
	if !past.FirstSeen.IsZero() && c.FirstSeen.After(past.FirstSeen) {
		warnings = append(warnings, fmt.Sprintf("first_seen of %s moved to %s; the ledger knows it since %s, which counts",
			d.ID, c.FirstSeen.Format(time.RFC3339), past.FirstSeen.Format(time.RFC3339)))
	}
	d.remember(past, now)
	if (d.Exploited || d.KEV != nil) && c.ExploitedSince.IsZero() {
		c.ExploitedSince = c.FirstSeen
	}
	return warnings, nil
}

// remember takes the earliest day on which anyone saw the defect, and whether it came back. One that is here again after it was fixed comes back now.
func (d *Defect) remember(past Past, now time.Time) {
	c := &d.Clocks
	reported := c.FirstSeen
	c.FirstSeen = earliest(reported, past.FirstSeen, now).UTC()
	switch {
	case c.FirstSeen.Equal(reported):
		c.SeenBy = "report"
	case c.FirstSeen.Equal(now): // also where this very run has been recorded: it says the same again
		c.SeenBy = "now"
	default:
		c.SeenBy = "ledger"
	}
	if d.Returns, c.Returned = past.Returns, past.Returned; c.Returned.After(now) {
		c.Returned = now
	}
	if past.Fixed && d.IsOpen() {
		d.Returns, c.Returned = d.Returns+1, now
	}
}

func clamp(at *time.Time, now time.Time) (warning string, err error) {
	ahead := at.Sub(now)
	if !at.After(now) {
		return "", nil
	}
	if ahead > clockLimit {
		return "", fmt.Errorf("%s, more than %s after the clock %s",
			at.Format(time.RFC3339), clockLimit, now.Format(time.RFC3339))
	}
	if ahead > clockSkew {
		warning = fmt.Sprintf("is %s, after the clock: taken as now", at.Format(time.RFC3339))
	}
	*at = now
	return warning, nil
}

// known drops dates that only look like one: the zero time of Go and of Unix, and years that no report can mean.
func known(t time.Time) time.Time {
	t = t.UTC() // first: spelled with an offset, one instant can lie in two years
	if !meant(t) {
		return time.Time{}
	}
	return t
}

// meant reports whether a person or a tool can mean a date. Beyond these years, sums of nanoseconds would overflow and turn "never" into "long ago".
func meant(t time.Time) bool { return t.Year() > firstYear && t.Year() < endYear }

const firstYear, endYear = 1970, 2150

// ParseTime reads an instant as reports and settings write it: RFC 3339 with a zone. A leap second is folded into the second before.
func ParseTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, foldLeapSecond(text))
	if err != nil {
		return time.Time{}, WithHint(fmt.Errorf("%q is no instant", text), "write it as 2026-01-31T09:30:00Z, with the zone")
	}
	if at = at.UTC(); at.Year() >= endYear {
		return time.Time{}, WithHint(fmt.Errorf("%q is no instant that can be meant", text), "write a year before %d", endYear)
	}
	return at, nil
}

// foldLeapSecond turns hh:mm:60 into hh:mm:59.999: POSIX time has no leap seconds.
func foldLeapSecond(text string) string {
	const second = len("2016-12-31T23:59:")
	if len(text) < second+2 || text[second:second+2] != "60" {
		return text
	}
	rest := text[second+2:]
	for len(rest) > 0 && (rest[0] == '.' || rest[0] >= '0' && rest[0] <= '9') {
		rest = rest[1:]
	}
	return text[:second] + "59.999" + rest
}

// ParseDay reads a date without time, as 00:00 UTC of that day.
func ParseDay(text string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, WithHint(fmt.Errorf("%q is no day", text), "write it as YYYY-MM-DD, a day that exists")
	}
	if !meant(at) {
		return time.Time{}, WithHint(fmt.Errorf("%q is no day that can be meant", text), "write a year between %d and %d", firstYear+1, endYear-1)
	}
	return at, nil
}

// of gives what is remembered of a defect by any of its fingerprints: the earliest day, the last return. It is fixed only if none of what is
// remembered is open.
func (m Memory) of(d *Defect) (past Past) {
	for _, print := range d.Fingerprints {
		p, ok := m.Defects[print]
		if !ok {
			continue
		}
		past.FirstSeen = earliest(past.FirstSeen, p.FirstSeen)
		past.Open = past.Open || p.Open
		past.Fixed = past.Fixed || p.Fixed
		past.Returns = max(past.Returns, p.Returns)
		if p.Returned.After(past.Returned) {
			past.Returned = p.Returned
		}
	}
	past.Fixed = past.Fixed && !past.Open
	return past
}

// Contradicts says in what the clocks of a finding are not those that follow from what was remembered; "" where they are.
func (m Memory) Contradicts(j *Judged) string {
	past, c := m.of(j.Defect), &j.Clocks
	switch {
	case !past.FirstSeen.IsZero() && c.FirstSeen.After(past.FirstSeen):
		return fmt.Sprintf("%s counts as first seen on %s, and was known since %s",
			j.ID, c.FirstSeen.Format(time.RFC3339), past.FirstSeen.Format(time.RFC3339))
	case j.Returns < past.Returns || !past.Fixed && c.Returned.After(past.Returned):
		return fmt.Sprintf("%s counts as returned %d times, last on %s, and it was %d times, last on %s",
			j.ID, j.Returns, c.Returned.Format(time.RFC3339), past.Returns, past.Returned.Format(time.RFC3339))
	}
	return ""
}
