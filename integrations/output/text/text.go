// Package text writes a report for people: the verdict first, then what must be done and why, then what was accepted and what was read.
package text

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

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
	p.problems()
	if !o.Quiet {
		p.violations(gate.Deny)
		p.violations(gate.Warn)
		p.covered()
		p.refused()
		p.ways(r.Ways, r.MoreWays)
		p.closed()
		p.read()
		p.baseline(r.Decision.Baseline)
		p.changes(r.Changes)
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

func (p *page) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p, format+"\n", args...); err != nil {
		return // Flush gives it
	}
}

// clean makes untrusted text fit for one line.
func (p *page) clean(text string, width int) string { return gate.CleanLine(text, max(width, 20)) }

func (p *page) heading(format string, args ...any) {
	p.line("")
	p.line("%s", p.paint(bold, fmt.Sprintf(format, args...)))
}

// wrap breaks a text between words.
func (p *page) wrap(indent, text string) { p.flow(indent, " ", strings.Fields(p.clean(text, 2000))...) }

// flow writes parts on as few lines as they fit on. Later lines stand below the first part.
func (p *page) flow(indent, between string, parts ...string) {
	for _, line := range p.fill(p.o.Width-width(indent), between, parts) {
		p.line("%s%s", indent, line)
		indent = strings.Repeat(" ", width(indent))
	}
}

// fill joins parts to lines. Each part is cleaned, because any may come to stand first on its line; an empty one is left out.
func (p *page) fill(columns int, between string, parts []string) []string {
	lines := []string{""}
	for _, part := range nonEmpty(parts...) {
		part = p.clean(part, 400)
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = part
		case width(*last+between+part) <= columns:
			*last += between + part
		default:
			lines = append(lines, part)
		}
	}
	return lines
}

func width(text string) int { return utf8.RuneCountInString(text) }

// verdict says the outcome in one line, and the counts below it.
func (p *page) verdict() {
	d := p.d
	word := strings.ToUpper(string(d.Verdict))
	if d.Mode == gate.Observe && d.Verdict == gate.Fail {
		word += " (observed, not enforced)"
	}
	about := strings.Join(nonEmpty(d.Artifact.Environment, named(d.Artifact.Subject)), " · ")
	p.line("%s  %s", p.paint(verdictColour[d.Verdict], word), p.clean(about, p.o.Width-len(word)-2))
	p.flow("", " · ", p.counts()...)
}

// shortCommit is how much of a commit's id people need to know it again.
const shortCommit = 12

func named(s gate.Subject) string {
	if s.Commit != "" && s.Commit == s.String() {
		return "commit " + s.Commit[:min(shortCommit, len(s.Commit))]
	}
	return s.String()
}

func (p *page) counts() []string {
	s := p.d.Evaluation.Summary
	parts := []string{}
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Plural(n, one, many))
		}
	}
	add(s.Denied, "defect must not ship", "defects must not ship")
	add(p.ofArtifact(gate.Deny), "denial of the artifact", "denials of the artifact")
	add(len(p.d.Problems), "problem", "problems")
	add(s.Warned, "defect to look at", "defects to look at")
	add(p.ofArtifact(gate.Warn), "warning about the artifact", "warnings about the artifact")
	add(s.Accepted, "accepted risk", "accepted risks")
	add(s.Dismissed, "signed off as a false positive", "signed off as false positives")
	add(s.Overridden, "overridden", "overridden")
	for _, state := range gate.States() {
		add(s.Closed[state], spoken(state), spoken(state))
	}
	if len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("nothing to report of %s", Plural(s.Defects, "defect", "defects")))
	}
	return parts
}

// ofArtifact counts what rules say of the artifact as a whole, and no override lifts.
func (p *page) ofArtifact(level gate.Level) int {
	n := 0
	for _, v := range p.d.Evaluation.Violations {
		if v.Level == level && v.Exception == "" {
			n++
		}
	}
	return n
}

func spoken(s gate.State) string { return strings.ReplaceAll(s.String(), "_", " ") }

// Plural counts things: "1 day", "2 days".
func Plural(n int, one, many string) string {
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
		p.wrap("  ", problem)
	}
	var said []string
	for _, e := range p.d.Inputs {
		if e.Required && !e.Status.Complete() && e.Hint != "" && !slices.Contains(said, e.Hint) {
			said = append(said, e.Hint)
			p.hint(e.Hint)
		}
	}
}

// hint gives the next step. Its further lines are there to be pasted.
func (p *page) hint(text string) {
	mark := "→ "
	for line := range strings.SplitSeq(text, "\n") {
		p.line("  %s%s", mark, p.indented(line))
		mark = "  "
	}
}

// indented cleans a line of a hint and keeps its indentation: it is there to be pasted.
func (p *page) indented(line string) string {
	trimmed := strings.TrimLeft(line, " ")
	return line[:len(line)-len(trimmed)] + p.clean(trimmed, 400)
}
