package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// perRule is how many violations of a rule are listed.
const perRule = 10

var levelTitles = map[gate.Level]string{gate.Deny: "Must not ship", gate.Warn: "To look at"}

// said is one violation with the defect that it is about; nil for the artifact.
type said struct {
	judged *gate.Judged
	above  string // what it is listed under
	place  int    // in the decision
	gate.Violation
}

func newSaid(j *gate.Judged, place int, v gate.Violation) said {
	s := said{judged: j, place: place, Violation: v}
	if j != nil {
		s.above = phrase.Subject(j)
	}
	return s
}

// violations lists what no exception covers, by rule and component.
func (p *page) violations(level gate.Level) {
	byRule := map[string][]said{}
	for i, v := range phrase.Uncovered(p.d.Evaluation.Violations, level) {
		byRule[v.Rule] = append(byRule[v.Rule], newSaid(nil, i, v))
	}
	for i := range p.d.Evaluation.Findings {
		j := &p.d.Evaluation.Findings[i]
		for _, v := range phrase.Uncovered(j.Violations, level) {
			byRule[v.Rule] = append(byRule[v.Rule], newSaid(j, i, v))
		}
	}
	if len(byRule) == 0 {
		return
	}
	p.heading("%s", levelTitles[level])
	for _, rule := range p.d.Evaluator.Rules {
		if list := byRule[rule.ID]; len(list) > 0 {
			p.rule(rule, list)
		}
	}
}

// rule lists the violations of one rule, by component: the component with the worst defect first.
func (p *page) rule(rule gate.RuleInfo, list []said) {
	count := ""
	if list[0].judged != nil {
		count = " · " + phrase.Plural(len(list), "defect", "defects")
	}
	p.line("  %s (%s)%s", p.paint(bold, p.clean(rule.Title, 80)), p.clean(rule.ID, 80), count)
	slices.SortFunc(list, byComponent(list))
	shown := list
	if !p.o.Verbose && len(list) > perRule {
		shown = list[:perRule]
	}
	component := ""
	for _, s := range shown {
		if s.above != component {
			component = s.above
			p.line("    %s", p.clean(component, p.o.Width-4))
		}
		p.violation(s)
	}
	if more := len(list) - len(shown); more > 0 {
		p.line("    … and %d more (--verbose lists all)", more)
	}
	if rule.Remedy != "" {
		p.wrap("    → ", rule.Remedy)
	}
}

func (s said) severity() gate.Severity {
	if s.judged == nil {
		return gate.Critical
	}
	return s.judged.Severity
}

// byComponent orders by the worst severity of each component, then by component, then by severity. The order of defects settles the rest.
func byComponent(list []said) func(a, b said) int {
	worst := map[string]gate.Severity{}
	for _, s := range list {
		worst[s.above] = max(worst[s.above], s.severity())
	}
	return func(a, b said) int {
		if order := cmp.Or(cmp.Compare(worst[b.above], worst[a.above]), strings.Compare(a.above, b.above)); order != 0 {
			return order
		}
		return cmp.Or(cmp.Compare(b.severity(), a.severity()), cmp.Compare(a.place, b.place), strings.Compare(a.Message, b.Message))
	}
}

func (p *page) violation(s said) {
	if s.judged == nil {
		p.wrap("    ", s.Message)
		return
	}
	const margin = "                " // of what stands below the id
	j := s.judged
	mark := "      " + p.paint(severityColour[j.Severity], fmt.Sprintf("%-8s", j.Severity)) + "  "
	for _, line := range p.fill(p.o.Width-len(margin), " ", append([]string{j.ID}, strings.Fields(p.clean(j.Title, 300))...)) {
		p.line("%s%s", mark, line)
		mark = margin
	}
	p.flow(margin, " · ", phrase.Facts(j, s.Violation, p.d)...)
	if note := phrase.Doubt(j); note != "" {
		p.line("%s%s", margin, p.clean(note, p.o.Width-len(margin)))
	}
	if remedy := phrase.Remedy(j, s.Violation); remedy != "" {
		p.wrap(margin+"→ ", p.clean(remedy, 400))
	}
}
