package sarif

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// rating is the security-severity where there is one, and the level only where there is none. The two are not opinions of one thing:
// the level says how loudly the tool speaks, mostly how sure it is, and "error" at 4.0 is common; the security-severity is the rating,
// a CVSS-like score. Taking the higher would make every loud tool's finding high. 0.0 stands for "not rated", as GitHub reads it
// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
func (e *entry) rating() gate.Rating {
	o := gate.Opinion{Party: e.run.tool()}
	if score := cmp.Or(e.Properties.Score.Float, e.rule.score); score != nil && *score != 0 {
		o.Score = score
	} else {
		o.Label = e.level()
	}
	return report.Rate(formatName, o)
}

// level is the result's own, else that of an override of its invocation, else that of the rule, else "warning" (§3.27.10).
func (e *entry) level() *string {
	warning := "warning"
	return cmp.Or(e.Level.Label, e.override(), e.rule.level, &warning)
}

// override is the level that an invocation gave to a rule (§3.20.5).
func (e *entry) override() *string {
	i := e.Provenance.Invocation
	if i == nil || *i < 0 || *i >= len(e.run.invocations) {
		return nil
	}
	for _, o := range e.run.invocations[*i].Overrides {
		if of, _ := e.run.rule(o.Descriptor); of == e.rule {
			return o.Configuration.Level.Label
		}
	}
	return nil
}

// certainties are the precisions that CodeQL gives to its rules, and others after it.
var certainties = map[string]gate.Certainty{
	"very-high": gate.HighCertainty, "high": gate.HighCertainty, "medium": gate.MidCertainty, "low": gate.LowCertainty,
}

func (e *entry) certainty() gate.Certainty {
	return certainties[strings.ToLower(cmp.Or(e.Properties.Precision.first(), e.rule.precision))]
}
