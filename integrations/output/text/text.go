// Package text writes a report for people: the verdict first, then what must be done and why, then what was accepted and what was read.
package text

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Options are how a person wants to read.
type Options struct {
	Colour  bool
	Width   int  // columns; 0 is 100
	Verbose bool // every violation, not ten of each rule
	Quiet   bool // the verdict only
}

// Write shows a report.
func Write(w io.Writer, r *gate.Report, o Options) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	p := &page{Writer: bufio.NewWriter(w), o: o, d: &r.Decision}
	p.verdict()
	if !o.Quiet {
		p.problems()
		p.violations(gate.Deny)
		p.violations(gate.Warn)
		p.accepted()
		p.refused()
		p.closed()
		p.read()
		p.record(r.Receipt)
	}
	return p.Flush()
}

// page is the text as it is written. bufio keeps the first error for Flush.
type page struct {
	*bufio.Writer
	o Options
	d *gate.Decision
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// clean makes untrusted text fit for one line.
func (p *page) clean(text string, width int) string { return gate.CleanLine(text, max(width, 20)) }

func (p *page) heading(format string, args ...any) {
	p.line("")
	p.line("%s", p.paint(bold, fmt.Sprintf(format, args...)))
}

// verdict says the outcome in one line, and the counts in a second one.
func (p *page) verdict() {
	d := p.d
	word := strings.ToUpper(string(d.Verdict))
	if d.Mode == gate.Observe && d.Verdict == gate.Fail {
		word += " (observed, not enforced)"
	}
	about := []string{d.Artifact.Environment}
	if name := d.Artifact.Subject.String(); name != "" {
		about = append(about, name)
	}
	p.line("%s  %s", p.paint(verdictColour[d.Verdict], word), p.clean(strings.Join(about, "  "), p.o.Width-len(word)-2))
	p.line("%s", p.counts())
}

func (p *page) counts() string {
	s := p.d.Evaluation.Summary
	parts := []string{}
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many))
		}
	}
	add(s.Denied, "defect must not ship", "defects must not ship")
	add(len(p.d.Problems), "problem", "problems")
	add(s.Warned, "defect to look at", "defects to look at")
	add(s.Accepted, "accepted risk", "accepted risks")
	for _, state := range gate.States() {
		add(s.Closed[state], spoken(state), spoken(state))
	}
	if len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("nothing to report of %s", plural(s.Defects, "defect", "defects")))
	}
	return strings.Join(parts, " · ")
}

func spoken(s gate.State) string { return strings.ReplaceAll(s.String(), "_", " ") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// problems says why there is no judgement, and the next step.
func (p *page) problems() {
	if len(p.d.Problems) == 0 {
		return
	}
	p.heading("Could not decide")
	for _, problem := range p.d.Problems {
		p.line("  %s", p.clean(problem, 2000))
	}
	for _, e := range p.d.Inputs {
		if e.Required && !e.Status.Complete() && e.Hint != "" {
			for _, line := range strings.Split(e.Hint, "\n") {
				p.line("  → %s", p.indented(line))
			}
		}
	}
}

// indented cleans a line of a hint and keeps its indentation: it is there to be pasted.
func (p *page) indented(line string) string {
	trimmed := strings.TrimLeft(line, " ")
	return line[:len(line)-len(trimmed)] + p.clean(trimmed, 400)
}
