package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// perRule is how many violations of a rule are listed.
const perRule = 10

var levelTitles = map[gate.Level]string{gate.Deny: "Must not ship", gate.Warn: "To look at"}

// said is one violation with the defect that it is about; nil for the artifact.
type said struct {
	judged *gate.Judged
	gate.Violation
}

// violations lists what no exception covers, by rule and component.
func (p *page) violations(level gate.Level) {
	byRule := map[string][]said{}
	for _, v := range p.d.Evaluation.Violations {
		if v.Level == level {
			byRule[v.Rule] = append(byRule[v.Rule], said{nil, v})
		}
	}
	for i := range p.d.Evaluation.Findings {
		j := &p.d.Evaluation.Findings[i]
		for _, v := range j.Violations {
			if v.Level == level && v.Exception == "" {
				byRule[v.Rule] = append(byRule[v.Rule], said{j, v})
			}
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
		count = " · " + plural(len(list), "defect", "defects")
	}
	p.line("  %s (%s)%s", p.paint(bold, p.clean(rule.Title, 80)), rule.ID, count)
	slices.SortStableFunc(list, byComponent(list))
	shown := list
	if !p.o.Verbose && len(list) > perRule {
		shown = list[:perRule]
	}
	component := ""
	for _, s := range shown {
		if name := s.above(); name != component {
			component = name
			p.line("    %s", p.clean(name, p.o.Width-4))
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

// above is what a violation is listed under.
func (s said) above() string {
	if s.judged == nil {
		return ""
	}
	return subject(s.judged)
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
		worst[s.above()] = max(worst[s.above()], s.severity())
	}
	return func(a, b said) int {
		x, y := a.above(), b.above()
		return cmp.Or(cmp.Compare(worst[y], worst[x]), strings.Compare(x, y), cmp.Compare(b.severity(), a.severity()))
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
	p.flow(margin, " · ", s.Message, fixed(j), p.age(j), p.due(j), place(j), p.tools(j))
	if remedy := cmp.Or(s.Remedy, j.Remedy); remedy != "" {
		p.wrap(margin+"→ ", p.clean(remedy, 400))
	}
}
