package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// covered lists what exceptions of one kind cover: who answers for it, and until when.
func (p *page) covered(c phrase.Covering) block {
	rows := p.lifted(c)
	for i := range p.d.Evaluation.Findings {
		if j := &p.d.Evaluation.Findings[i]; j.CoveredAs() == c.Kind {
			rows = append(rows, func() string { return p.cover(j, c) })
		}
	}
	title := fmt.Sprintf("%s: %d", c.Heading, len(rows))
	return folded(title, block{head: titles("severity", "defect", "exception"), rows: len(rows), row: func(i int) string { return rows[i]() }})
}

func (p *page) cover(j *gate.Judged, c phrase.Covering) string {
	return row(j.Severity.String(), defect(j), p.exception(j.Covering(), c))
}

// exception says who took a risk, until when, why, and on which conditions.
func (p *page) exception(id string, c phrase.Covering) string {
	e := p.exceptions[id]
	if e == nil {
		return cell(id)
	}
	said := cell(e.ID) + ", " + prose(c.Granted(e)) + ": " + prose(e.Reason)
	for _, condition := range phrase.Conditions(e) {
		said += "; " + prose(condition)
	}
	return said
}

// lifted are the denials of the artifact that an override lifts.
func (p *page) lifted(c phrase.Covering) (rows []func() string) {
	for _, v := range p.d.Evaluation.Violations {
		if c.Kind == gate.Overriding && v.Exception != "" {
			rows = append(rows, func() string {
				return row("", "the artifact, "+cell(v.Rule)+": "+prose(v.Message), p.exception(v.Exception, c))
			})
		}
	}
	return rows
}

// refused says in plain words why exceptions do not cover their defects.
func (p *page) refused() block {
	list := phrase.Refusals(p.d)
	return folded("Exceptions that do not cover their defect", block{rows: len(list), row: func(i int) string {
		return "- " + code(list[i].Exception) + " for " + code(list[i].Defect) + ": " + prose(list[i].Why)
	}})
}

// closed lists the defects in one of the states that are not open, and who said so.
func (p *page) closed(state gate.State) block {
	var list []*gate.Judged
	for i := range p.d.Evaluation.Findings {
		if j := &p.d.Evaluation.Findings[i]; j.State == state {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(a, b *gate.Judged) int { return cmp.Compare(b.Severity, a.Severity) })
	title := fmt.Sprintf("Not open: %d %s", len(list), phrase.State(state))
	return folded(title, block{head: titles("severity", "defect", "who says so, and why"), rows: len(list), row: func(i int) string {
		return row(list[i].Severity.String(), defect(list[i]), word(list[i]))
	}})
}

func word(j *gate.Judged) string {
	w := j.Occurrences[0].Word
	if w == nil {
		return ""
	}
	said := "the report"
	if w.By != "" {
		said = "by " + cell(w.By)
	}
	if w.Reason != "" {
		said += ": " + prose(w.Reason)
	}
	return said
}

// read lists every source: what it was, what it proved, how much it said.
func (p *page) read() block {
	return folded(phrase.Plural(len(p.d.Inputs), "source read", "sources read"), block{
		head: titles("source", "tool", "read", "status", "problem"), rows: len(p.d.Inputs), row: func(i int) string {
			e := &p.d.Inputs[i]
			problem := ""
			if e.Problem != "" {
				problem = "problem: " + prose(e.Problem)
			}
			return row(cell(e.Source), cell(e.Scan.Tool.String()), "read: "+prose(phrase.Read(e)), string(e.Status), problem)
		}})
}

func (p *page) warnings() block {
	return folded(phrase.Plural(len(p.d.Warnings), "warning", "warnings")+" about what was read", block{
		rows: len(p.d.Warnings), row: func(i int) string { return "- warning: " + prose(p.d.Warnings[i]) }})
}

// listed is how many defects a line of changes names.
const listed = 20

// changes says what is different from the last decision of the branch, and from the baseline.
func (p *page) changes() block {
	var rows []string
	if c := p.Changes; c != nil {
		rows = append(rows, "- "+prose(phrase.Since(c))+":")
		for _, line := range append(phrase.Changed(c, listed), c.Others...) {
			rows = append(rows, "- changed: "+gate.Prose(line, 10*maxProse))
		}
		if len(rows) == 1 {
			rows = append(rows, "- changed: nothing")
		}
	}
	if compared := phrase.Compared(p.d.Baseline); compared != "" {
		rows = append(rows, "- compared with "+code(p.d.Baseline.Name)+": "+compared)
	}
	return folded("What is different", block{rows: len(rows), row: func(i int) string { return rows[i] }})
}

// record says where the decision stands.
func (p *page) record() block {
	return block{head: "Decision " + gate.CodeSpan(p.d.ID, 64) + ": " + prose(strings.TrimSpace(phrase.Recorded(p.Report))) + "."}
}
