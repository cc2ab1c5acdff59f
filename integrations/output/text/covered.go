package text

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// covered lists what exceptions cover: who answers for it, and until when.
func (p *page) covered() {
	exceptions := map[string]gate.ExceptionUse{}
	for _, e := range p.d.Evaluation.Exceptions {
		exceptions[e.ID] = e
	}
	for _, c := range phrase.Coverings() {
		first := !p.lifted(c)
		for i := range p.d.Evaluation.Findings {
			j := &p.d.Evaluation.Findings[i]
			if j.CoveredAs() != c.Kind {
				continue
			}
			if first {
				p.heading("%s", c.Heading)
				first = false
			}
			p.cover(j, exceptions[j.Covering()].Exception, c)
		}
	}
}

// lifted lists the denials of the artifact that an override lifts.
func (p *page) lifted(c phrase.Covering) (some bool) {
	for _, v := range p.d.Evaluation.Violations {
		if c.Kind != gate.Overriding || v.Exception == "" {
			continue
		}
		if !some {
			p.heading("%s", c.Heading)
		}
		p.wrap("    ", fmt.Sprintf("%s (%s, %s)", v.Message, v.Rule, v.Exception))
		some = true
	}
	return some
}

func (p *page) cover(j *gate.Judged, e *gate.Exception, c phrase.Covering) {
	const margin = "              "
	p.line("    %-8s  %s", j.Severity, p.clean(phrase.Judged(j), p.o.Width-len(margin)))
	if e == nil { // the decision names it, and does not have it
		p.wrap(margin, j.Covering())
		return
	}
	p.wrap(margin, fmt.Sprintf("%s, %s: %s", e.ID, c.Granted(e), e.Reason))
	for _, condition := range phrase.Conditions(e) {
		p.wrap(margin, condition)
	}
}

// ways lists the lines by which what is denied can be signed off. They stand at the beginning of their lines, to be copied as they are.
func (p *page) ways(r *gate.Report) {
	if lacking := phrase.NoSignOff(r); lacking != "" {
		p.line("")
		p.wrap("", lacking)
	}
	ways, more := r.Ways, r.MoreWays
	if len(ways) == 0 {
		return
	}
	p.heading("%s", phrase.SignOff(ways))
	shown := ways
	if !p.o.Verbose && len(ways) > perRule {
		shown = ways[:perRule]
	}
	for _, w := range shown {
		p.line("%s", gate.CleanLine(w.Line, 0))
		for _, field := range w.Fields {
			p.line("%s", gate.CleanLine(field, 0))
		}
	}
	if more += len(ways) - len(shown); more > 0 {
		p.line("… and %d more (--verbose lists all)", more)
	}
}
