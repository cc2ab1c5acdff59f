package junit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// suite is a rule with the cases at which it says something.
type suite struct {
	rule, title string
	remedy      string
	cases       []testCase
}

// outcome is the element that tells how a case ended.
type outcome string

const (
	passed  outcome = ""
	failure outcome = "failure"
	skipped outcome = "skipped"
	problem outcome = "error"
)

// testCase is one violation, of a defect or, where there is none, of the artifact; or something that stands in a text of its own.
type testCase struct {
	outcome   outcome
	judged    *gate.Judged
	violation gate.Violation
	text      string
	remedy    string // of the rule
}

// gateRule is the name of the suite of what no rule says.
const gateRule = "defectgate/decision"

// suites are those of the rules that were evaluated, in their order, and of rules that speak all the same; the gate's own comes first, where it has
// something to say.
func suites(d *gate.Decision) []*suite {
	list := &suiteList{byRule: map[string]*suite{}}
	for _, rule := range d.Evaluator.Rules {
		s := list.of(rule.ID)
		s.title, s.remedy = cmp.Or(rule.Title, rule.ID), rule.Remedy
	}
	for _, v := range d.Evaluation.Violations {
		list.add(nil, v)
	}
	for i := range d.Evaluation.Findings {
		for _, v := range d.Evaluation.Findings[i].Violations {
			list.add(&d.Evaluation.Findings[i], v)
		}
	}
	for _, s := range list.all {
		if len(s.cases) == 0 {
			s.cases = []testCase{{text: s.title}}
		}
	}
	return append(own(d, list.all), list.all...)
}

type suiteList struct {
	all    []*suite
	byRule map[string]*suite
}

func (l *suiteList) of(rule string) *suite {
	s := l.byRule[rule]
	if s == nil {
		s = &suite{rule: rule, title: rule}
		l.byRule[rule], l.all = s, append(l.all, s)
	}
	return s
}

func (l *suiteList) add(j *gate.Judged, v gate.Violation) {
	s := l.of(v.Rule)
	c := testCase{outcome: failure, judged: j, violation: v, remedy: s.remedy}
	if v.Exception != "" || v.Level == gate.Warn {
		c.outcome = skipped
	}
	s.cases = append(s.cases, c)
}

// own is the suite of the gate itself: why it could not decide. A decision that blocks while no rule fails has a failure there.
func own(d *gate.Decision, of []*suite) []*suite {
	s := &suite{rule: gateRule, title: "Decision"}
	for _, text := range d.Problems {
		s.cases = append(s.cases, testCase{outcome: problem, text: text})
	}
	fails := slices.ContainsFunc(of, func(s *suite) bool { return s.counts()[failure] > 0 })
	switch {
	case d.Verdict != gate.Pass && d.Verdict != gate.Fail && len(d.Problems) == 0:
		s.cases = append(s.cases, testCase{outcome: problem, text: "could not decide"})
	case d.Verdict == gate.Fail && !fails:
		s.cases = append(s.cases, testCase{outcome: failure, text: "must not ship"})
	case len(s.cases) == 0:
		return nil
	}
	return []*suite{s}
}

func (s *suite) counts() map[outcome]int {
	counts := map[outcome]int{}
	for _, c := range s.cases {
		counts[c.outcome]++
	}
	return counts
}

// class is the rule as the name of a class: viewers group by what stands before its last dot.
func (s *suite) class() string { return "defectgate." + strings.ReplaceAll(s.rule, "/", ".") }

// told says a case in words: its name, what is wrong, and the rest. Viewers follow a case by its name: nothing is in it that changes while
// the defect stays where it is, as a line does, or a count.
func (c *testCase) told(d *gate.Decision) (name, message string, details []string) {
	v := c.violation
	switch {
	case c.text != "":
		return c.text, c.text, phrase.Hints(d)
	case c.judged == nil:
		return "the artifact", c.message(d, v.Message), []string{cmp.Or(v.Remedy, c.remedy)}
	}
	j := c.judged
	message = c.message(d, j.Severity.String(), v.Message, phrase.Fixed(j), phrase.Due(j, d.Clock.Now))
	details = append([]string{j.Title}, phrase.Facts(j, v, d)...)
	return phrase.Judged(j), message, append(details, phrase.Doubt(j), cmp.Or(phrase.Remedy(j, v), c.remedy))
}

// message joins facts, and says why a case does not fail.
func (c *testCase) message(d *gate.Decision, facts ...string) string {
	switch {
	case c.violation.Exception != "":
		facts = append(facts, phrase.CoveredBy(d, c.violation.Exception))
	case c.outcome == skipped:
		facts = append([]string{"only warns"}, facts...)
	}
	return strings.Join(phrase.NonEmpty(facts...), " · ")
}
