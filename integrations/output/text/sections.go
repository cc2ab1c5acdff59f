package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// refused says in plain words why an exception did not cover its defect, where no violation of the defect says so.
func (p *page) refused() {
	first := true
	for i := range p.d.Evaluation.Findings {
		j := &p.d.Evaluation.Findings[i]
		if j.Covering() != "" {
			continue
		}
		for _, r := range j.Exceptions {
			if told(j, r) {
				continue
			}
			if first {
				p.heading("Exceptions that do not cover their defect")
				first = false
			}
			p.wrap("    ", fmt.Sprintf("%s for %s: %s", r.Exception, j.ID, strings.Join(r.Refusals, "; ")))
		}
	}
}

// told reports whether a violation of the defect says why the exception does not cover it.
func told(j *gate.Judged, r gate.Ruling) bool {
	return slices.ContainsFunc(j.Violations, func(v gate.Violation) bool {
		missing := func(text string) bool { return !strings.Contains(v.Message, text) }
		return !slices.ContainsFunc(append([]string{r.Exception}, r.Refusals...), missing)
	})
}

// closed counts what is not open, by state and by who said so.
func (p *page) closed() {
	said := map[string]int{}
	for i := range p.d.Evaluation.Findings {
		j := &p.d.Evaluation.Findings[i]
		if !j.State.IsOpen() {
			said[spoken(j.State)+" "+p.by(j)]++
		}
	}
	if len(said) == 0 {
		return
	}
	p.heading("Not open")
	for _, key := range slices.Sorted(maps.Keys(said)) {
		p.line("    %d %s", said[key], strings.TrimSpace(key))
	}
}

func (p *page) by(j *gate.Judged) string {
	if w := j.Occurrences[0].Word; w != nil && w.By != "" {
		return "by " + p.clean(w.By, 60)
	}
	return ""
}

// read lists every source: what it was, what it proved, how much it said.
func (p *page) read() {
	if len(p.d.Inputs) == 0 {
		return
	}
	p.heading("Read")
	for _, e := range p.d.Inputs {
		p.flow("    ", " · ", e.Source, e.Scan.Tool.String(), p.amount(e), string(e.Status))
		if e.Problem != "" && !e.Required {
			p.wrap("      ", e.Problem)
		}
	}
	for _, w := range p.d.Warnings {
		p.wrap("    warning: ", w)
	}
}

func (p *page) amount(e gate.Evidence) string {
	parts := []string{read(&e)}
	if e.Scan.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", e.Scan.Suppressed))
	}
	for _, reason := range slices.Sorted(maps.Keys(e.Scan.Dropped)) {
		parts = append(parts, fmt.Sprintf("%d left out (%s)", e.Scan.Dropped[reason], reason))
	}
	return strings.Join(parts, ", ")
}

// read says how much was read of a source, by its kind.
func read(e *gate.Evidence) string {
	n := e.Scan.Read
	switch e.Kind {
	case gate.StatementsKind:
		return fmt.Sprintf("%s, %d of what was found", Plural(n, "statement", "statements"), e.Kept)
	case gate.SignalsKind:
		return fmt.Sprintf("%s of abuse, %d of what was found", Plural(n, "signal", "signals"), e.Kept)
	case gate.FeedKind:
		entries := Plural(n, "entry", "entries")
		if !e.Scan.Database.Built.IsZero() {
			entries += " of " + e.Scan.Database.Built.Format(time.DateOnly)
		}
		return entries
	}
	return Plural(n, "finding", "findings")
}
