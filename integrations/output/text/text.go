// Package text writes a report for people: the verdict first, then what must be done and why, then what was accepted and what was read, and at the
// end what the coming days bring if nobody does anything.
package text

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
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
		p.ways(r)
		p.closed()
		p.read()
		p.baseline(r.Decision.Baseline)
		p.changes(r.Changes)
		p.record(r)
		p.forecast(phrase.Ahead(r))
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
	for _, part := range phrase.NonEmpty(parts...) {
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
	word := phrase.Verdict(d)
	about := strings.Join(phrase.Artifact(&d.Artifact), " · ")
	p.line("%s  %s", p.paint(verdictColour[d.Verdict], word), p.clean(about, p.o.Width-len(word)-2))
	p.flow("", " · ", phrase.Counts(d)...)
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
	for _, hint := range phrase.Hints(p.d) {
		p.hint(hint)
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
	blanks, text := phrase.Indent(line)
	return blanks + p.clean(text, 400)
}
