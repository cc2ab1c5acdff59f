package text

import (
	"fmt"
	"slices"
	"strings"
	"time"

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

func (p *page) rule(rule gate.RuleInfo, list []said) {
	p.line("  %s  %s (%d)", p.paint(bold, rule.ID), p.clean(rule.Title, 80), len(list))
	slices.SortStableFunc(list, worstFirst)
	shown := list
	if !p.o.Verbose && len(list) > perRule {
		shown = list[:perRule]
	}
	for _, s := range shown {
		p.violation(s)
	}
	if more := len(list) - len(shown); more > 0 {
		p.line("    … and %d more (--verbose lists all)", more)
	}
	if rule.Remedy != "" {
		p.line("    → %s", p.clean(rule.Remedy, p.o.Width-6))
	}
}

// worstFirst orders by severity, then component, then the order of defects.
func worstFirst(a, b said) int {
	if a.judged == nil || b.judged == nil {
		return 0
	}
	if d := int(b.judged.Severity) - int(a.judged.Severity); d != 0 {
		return d
	}
	return strings.Compare(a.judged.Component.Name, b.judged.Component.Name)
}

func (p *page) violation(s said) {
	if s.judged == nil {
		p.line("    %s", p.clean(s.Message, p.o.Width-4))
		return
	}
	j := s.judged
	severity := fmt.Sprintf("%-8s", j.Severity)
	head := strings.Join(nonEmpty(p.clean(j.ID, 60), p.component(j)), "  ")
	p.line("    %s  %s", p.paint(severityColour[j.Severity], severity), head)
	details := nonEmpty(s.Message, p.age(j), p.due(j), p.place(j), "by "+strings.Join(j.Tools, ", "))
	p.line("              %s", p.paint(faint, p.clean(strings.Join(details, " · "), p.o.Width-14)))
	if j.Title != "" {
		p.line("              %s", p.clean(j.Title, p.o.Width-14))
	}
	if s.Remedy != "" {
		p.line("              → %s", p.clean(s.Remedy, p.o.Width-16))
	}
}

// component gives name, version and the way out: "openssl 1.1.1k → 1.1.1n".
func (p *page) component(j *gate.Judged) string {
	c := j.Component
	text := strings.TrimSpace(c.Name + " " + c.Version)
	if len(c.Fixed) > 0 {
		text += " → " + strings.Join(c.Fixed, ", ")
	}
	return p.clean(text, p.o.Width-40)
}

func (p *page) age(j *gate.Judged) string {
	return fmt.Sprintf("%d d old", int(p.d.Clock.Now.Sub(j.Clocks.FirstSeen)/(24*time.Hour)))
}

func (p *page) due(j *gate.Judged) string {
	if j.Due.IsZero() {
		return ""
	}
	return "due " + j.Due.Format(time.DateOnly)
}

// place gives the first open place, and how many there are beside it.
func (p *page) place(j *gate.Judged) string {
	var places []string
	for _, o := range j.Occurrences {
		place := o.Path
		if o.Line > 0 {
			place = fmt.Sprintf("%s:%d", o.Path, o.Line)
		}
		if place == "" {
			place = o.Logical
		}
		if o.State.IsOpen() && place != "" && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	switch len(places) {
	case 0:
		return ""
	case 1:
		return places[0]
	}
	return fmt.Sprintf("%s and %d more", places[0], len(places)-1)
}

func nonEmpty(parts ...string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}
