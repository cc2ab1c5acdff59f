package gate

import (
	"fmt"
	"strings"
)

// decide writes down what was said. It adds no judgement of its own.
func (c *check) decide(ev Evaluation, prints []string) *Decision {
	d := &Decision{
		Schema: DecisionSchema, Verdict: ev.Verdict, Mode: c.Mode, ExitCode: ev.Verdict.ExitCode(c.Mode), Artifact: c.artifact, Run: c.Run,
		Clock:  Clock{Now: c.now, Source: c.Gate.Clock, Arithmetic: "elapsed"},
		Inputs: c.evidence, Feeds: c.feeds(), History: c.history, Baseline: c.baseline,
		Problems: c.problems, Warnings: sorted(c.warnings, strings.Compare), LimitsHit: c.limitsHit(),
		Redactions: append(c.redactions(), c.Merge.removed(ev.Findings)...), Evaluation: ev,
	}
	if c.Evaluator != nil {
		d.Evaluator = c.Evaluator()
	}
	d.Evaluator.Severity = c.Merge.Deciding()
	for _, line := range prints {
		d.Warnings = append(d.Warnings, "policy printed: "+line)
	}
	return d
}

// redactions points at what something was taken away from (RFC 6901).
func (c *check) redactions() []string {
	pointers := []string{}
	for i, e := range c.evidence {
		for _, member := range e.Removed {
			pointers = append(pointers, fmt.Sprintf("/inputs/%d/%s", i, member))
		}
	}
	return pointers
}

// limitsHit names the sources that are beyond a bound on what is read.
func (c *check) limitsHit() (hit []string) {
	for _, e := range c.evidence {
		if e.Status == TooLarge {
			hit = append(hit, e.Source+": "+e.Problem)
		}
	}
	return hit
}
