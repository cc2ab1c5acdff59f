package phrase

import (
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Outlook is a forecast in words.
type Outlook struct {
	Heading    string
	Events     []Event // in the order of time
	Unseen     string  // why it does not reach to its end; "" where it does
	Conclusion string  // when the next build fails; "" where nobody can say
}

// Event is something that gets worse by itself.
type Event struct {
	Day      string // UTC
	Severity string // of the defect; "" where it happens to the artifact
	Name     string // of the defect; "" likewise
	Subject  string // what the defect belongs to, or the artifact
	Change   string // what happens, and what follows from it
}

// Ahead says what the next days bring; nil where nobody looked.
func Ahead(r *gate.Report) *Outlook {
	if r.Forecast == nil {
		return nil
	}
	o := &Outlook{Heading: fmt.Sprintf("Next %d days", gate.ForecastDays), Unseen: r.Forecast.Unseen, Conclusion: conclusion(&r.Decision, r.Forecast)}
	for i := range r.Forecast.Coming {
		o.Events = append(o.Events, event(&r.Forecast.Coming[i]))
	}
	return o
}

// Quiet says that nothing happens, where that is known; "" where something does.
func (o *Outlook) Quiet() string {
	if len(o.Events) > 0 || o.Unseen != "" {
		return ""
	}
	return "nothing becomes overdue, and no exception ends"
}

func event(c *gate.Coming) Event {
	e := Event{Day: day(c.At), Subject: "the artifact", Change: "becomes overdue"}
	if c.Kind == gate.LosesException {
		e.Change = fmt.Sprintf("exception %s ends", c.Exception)
	}
	if c.Defect == nil {
		return e
	}
	e.Severity, e.Name, e.Subject = c.Defect.Severity.String(), c.Defect.ID, Subject(c.Defect)
	switch now := c.Defect.Level(); {
	case c.Level == now:
	case c.Level == gate.Warn && now == "":
		e.Change += ": to look at from then on"
	case c.Level != "" && c.Level != gate.Warn:
		e.Change += ": must not ship from then on"
	}
	return e
}

// conclusion names the day on which the next build fails. A day counts as green only if the forecast saw all of it.
func conclusion(d *gate.Decision, f *gate.Forecast) string {
	const unchanged = "If nothing changes, the next build "
	observed := ""
	if d.Mode == gate.Observe {
		observed = " (observed, not enforced)"
	}
	switch {
	case f.Fails.IsZero() && f.Unseen != "":
		return ""
	case f.Fails.IsZero():
		return unchanged + "stays green through " + day(d.Clock.Now.AddDate(0, 0, gate.ForecastDays-1)) + "."
	case d.Verdict == gate.Fail || !f.Fails.After(d.Clock.Now):
		return unchanged + "fails now" + observed + "."
	}
	return unchanged + "fails on " + day(f.Fails) + observed + "."
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
