package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// leastSaid is how many problems and lines to sign off with should stand. Of what may be long, one does: whatever the texts are, this fits what the
// smallest limit of a publisher allows, 65,535 bytes.
const leastSaid = 3

// problems say why there is no judgement.
func (p *page) problems() block {
	if len(p.d.Problems) == 0 {
		return block{}
	}
	return block{head: "### Could not decide\n", rows: len(p.d.Problems), least: leastSaid, rank: open,
		row: func(i int) string { return "- problem: " + prose(p.d.Problems[i]) }}
}

// How much of a hint is shown: lines, and characters of each.
const (
	hintLines = 12
	hintWidth = 160
)

// hints give the next steps. They are there to be pasted, and the names of sources in them are not ours.
func (p *page) hints() block {
	hints := phrase.Hints(p.d)
	if len(hints) == 0 {
		return block{}
	}
	return block{head: "What to do:\n", rows: len(hints), least: 1, row: func(i int) string { return fenced(pasted(hints[i])) + "\n" }}
}

// pasted are the lines of a hint, each with its indentation; none begins with what a bot could take for a command.
func pasted(hint string) (lines []string) {
	for line := range strings.SplitSeq(hint, "\n") {
		if len(lines) == hintLines {
			return append(lines, "…")
		}
		blanks, text := phrase.Indent(line)
		if text = gate.CleanLine(text, hintWidth); strings.HasPrefix(text, "/") {
			blanks += " "
		}
		lines = append(lines, blanks+text)
	}
	return lines
}

// artifact lists what rules say of the artifact as a whole.
func (p *page) artifact(level gate.Level) block {
	said := phrase.Uncovered(p.d.Evaluation.Violations, level)
	b := block{rows: len(said), row: func(i int) string {
		return "- " + code(said[i].Rule) + ": " + prose(said[i].Message) + p.wayOut(said[i])
	}}
	switch {
	case len(said) == 0:
		return block{}
	case level == gate.Warn:
		return folded(phrase.Plural(len(said), "warning about the artifact", "warnings about the artifact"), b)
	}
	b.head, b.least, b.rank = "### The artifact must not ship\n", 1, open
	return b
}

// wayOut is what to do about a violation of the artifact.
func (p *page) wayOut(v gate.Violation) string {
	remedy := v.Remedy
	for _, rule := range p.d.Evaluator.Rules {
		if remedy == "" && rule.ID == v.Rule {
			remedy = rule.Remedy
		}
	}
	if remedy == "" {
		return ""
	}
	return " → " + prose(remedy)
}

// table lists the defects that are denied, or those that are only warned of.
func (p *page) table(level gate.Level) block {
	var list []*gate.Judged
	for _, j := range phrase.WorstFirst(p.d) {
		if (j.Level() == gate.Warn) == (level == gate.Warn) {
			list = append(list, j)
		}
	}
	b := block{head: titles("severity", "defect", "age", "due", "fix", "rule"), rows: len(list),
		row: func(i int) string { return p.judged(list[i], level) }}
	switch {
	case len(list) == 0:
		return block{}
	case level == gate.Warn:
		return folded(phrase.Plural(len(list), "defect to look at", "defects to look at"), b)
	}
	b.head, b.rank = fmt.Sprintf("### Must not ship: %s\n\n", phrase.Plural(len(list), "defect", "defects"))+b.head, open
	b.least, b.worst = 1, true
	return b
}

// perDefect is how many violations of a defect are told in its row.
const perDefect = 5

func (p *page) judged(j *gate.Judged, level gate.Level) string {
	now := p.d.Clock.Now
	var rules []string
	for i, v := range phrase.Uncovered(j.Violations, level) {
		if i == perDefect {
			rules = append(rules, fmt.Sprintf("and %d more", len(phrase.Uncovered(j.Violations, level))-i))
			break
		}
		said := cell(v.Rule) + ": " + prose(v.Message)
		if before := phrase.Before(v); before != "" {
			said += " (" + before + ")"
		}
		rules = append(rules, said)
	}
	return row(j.Severity.String(), defect(j), phrase.Age(j, now), phrase.Due(j, now), wayOut(j, level), strings.Join(rules, "; "))
}

// wayOut is the version that has the fix, else what a rule or a tool advises.
func wayOut(j *gate.Judged, level gate.Level) string {
	if len(j.Component.Fixed) > 0 {
		return "fixed in " + cell(strings.Join(j.Component.Fixed, ", "))
	}
	if remedy := phrase.Remedy(j, phrase.Uncovered(j.Violations, level)[0]); remedy != "" {
		return "→ " + prose(remedy)
	}
	return ""
}

// perWays is how many lines to sign off with are shown: who needs the next one has seen how it is made.
const perWays = 10

// maxWay is how long such a line may be, with its fields, in bytes: it is of no use when it is cut.
const maxWay = 1000

// ways are the lines that sign off what is denied, each to be copied by itself; else what that needs.
func (p *page) ways() block {
	if lacking := phrase.NoSignOff(p.Report); lacking != "" {
		return block{head: prose(lacking)}
	}
	shown := slices.DeleteFunc(slices.Clone(p.Ways[:min(perWays, len(p.Ways))]), isTooLong)
	besides := len(p.Ways) - len(shown) + p.MoreWays
	if len(shown)+besides == 0 {
		return block{}
	}
	return block{head: phrase.SignOff(p.Ways) + ":\n", rows: len(shown), besides: besides, least: leastSaid,
		row: func(i int) string { return fenced(wayLines(shown[i])) + "\n" }}
}

func isTooLong(w gate.Way) bool { return len(w.Line)+len(strings.Join(w.Fields, "\n")) > maxWay }

func wayLines(w gate.Way) []string {
	lines := []string{gate.CleanLine(w.Line, 0)}
	for _, field := range w.Fields {
		lines = append(lines, gate.CleanLine(field, 0))
	}
	return lines
}
