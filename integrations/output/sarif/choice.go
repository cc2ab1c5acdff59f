package sarif

import (
	"iter"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// maxResults is how many results, and rules, code scanning takes of a run.
const maxResults = 25_000

// choice is what of a decision becomes results, and under which rules.
type choice struct {
	d         *gate.Decision
	artifact  []gate.Violation // of the artifact
	defects   []*gate.Judged   // worst first
	left      int              // results that are left out
	rules     []*defectRule    // one for each id of a defect, in their order
	ruleIndex map[string]int   // of the id of a defect
	gateRules []gate.RuleInfo  // each once
	gateIndex map[string]int   // of one of them, in the extension
}

// choose goes through the defects once, to know their rules, which are written before them.
func choose(d *gate.Decision) *choice {
	c := &choice{d: d, artifact: d.Evaluation.Violations, ruleIndex: map[string]int{}, gateIndex: map[string]int{}}
	for _, rule := range d.Evaluator.Rules {
		if _, known := c.gateIndex[gateRuleID(rule.ID)]; !known {
			c.gateIndex[gateRuleID(rule.ID)], c.gateRules = len(c.gateRules), append(c.gateRules, rule)
		}
	}
	c.defects = append(phrase.WorstFirst(d), covered(d)...)
	c.cut(maxResults - len(c.gateRules))
	for _, j := range c.defects {
		id := ruleID(j)
		i, known := c.ruleIndex[id]
		if !known {
			i = len(c.rules)
			c.ruleIndex[id], c.rules = i, append(c.rules, &defectRule{first: j})
		}
		c.rules[i].take(j)
	}
	return c
}

// covered are the defects at which rules would say something if no exception covered them.
func covered(d *gate.Decision) (list []*gate.Judged) {
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		lifted := slices.ContainsFunc(j.Violations, func(v gate.Violation) bool { return v.Exception != "" })
		if j.State.IsOpen() && j.Level() == "" && (lifted || j.CoveredAs() == gate.AcceptedRisk || j.CoveredAs() == gate.NoDefect) {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(a, b *gate.Judged) int { return int(b.Severity) - int(a.Severity) })
	return list
}

// cut leaves out what is beyond a number.
func (c *choice) cut(most int) {
	if more := len(c.artifact) - most; more > 0 {
		c.artifact, c.left = c.artifact[:most], more
	}
	if more := len(c.defects) + len(c.artifact) - most; more > 0 {
		c.defects, c.left = c.defects[:len(c.defects)-more], c.left+more
	}
}

// results are made one by one.
func (c *choice) results() list[result] {
	return list[result](iter.Seq[result](func(yield func(result) bool) {
		said := map[string]int{}
		for _, v := range c.artifact {
			said[v.Rule]++
			if !yield(c.ofArtifact(v, said[v.Rule])) {
				return
			}
		}
		for _, j := range c.defects {
			if !yield(c.ofDefect(j)) {
				return
			}
		}
	}))
}
