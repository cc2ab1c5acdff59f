package text

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// coverings are the ways in which an exception covers a defect: they are different things, and never counted as one.
var coverings = []struct {
	kind          gate.SignOffKind
	heading, verb string
}{
	{gate.AcceptedRisk, "Accepted risks", "accepted"},
	{gate.NoDefect, "Signed off as false positives", "said to be none"},
	{gate.Overriding, "Overridden this once, and still open", "overridden"},
}

// covered lists what exceptions cover: who answers for it, and until when.
func (p *page) covered() {
	exceptions := map[string]gate.ExceptionUse{}
	for _, e := range p.d.Evaluation.Exceptions {
		exceptions[e.ID] = e
	}
	for _, c := range coverings {
		first := !p.lifted(c.kind, c.heading)
		for i := range p.d.Evaluation.Findings {
			j := &p.d.Evaluation.Findings[i]
			if j.CoveredAs() != c.kind {
				continue
			}
			if first {
				p.heading("%s", c.heading)
				first = false
			}
			p.cover(j, exceptions[j.Covering()], c.verb)
		}
	}
}

// lifted lists the denials of the artifact that an override lifts.
func (p *page) lifted(kind gate.SignOffKind, heading string) (some bool) {
	for _, v := range p.d.Evaluation.Violations {
		if kind != gate.Overriding || v.Exception == "" {
			continue
		}
		if !some {
			p.heading("%s", heading)
		}
		p.wrap("    ", fmt.Sprintf("%s (%s, %s)", v.Message, v.Rule, v.Exception))
		some = true
	}
	return some
}

func (p *page) cover(j *gate.Judged, e gate.ExceptionUse, verb string) {
	const margin = "              "
	p.line("    %-8s  %s", j.Severity, p.clean(strings.Join([]string{j.ID, subject(j)}, " in "), p.o.Width-len(margin)))
	p.wrap(margin, fmt.Sprintf("%s, %s by %s through %s: %s", e.ID, verb, e.Approver, e.Kind.Last(e.Until), e.Reason))
	if len(e.Controls) > 0 {
		p.wrap(margin, "meanwhile: "+strings.Join(e.Controls, "; "))
	}
	if e.Ticket != "" {
		p.wrap(margin, "ticket: "+e.Ticket)
	}
}

// ways lists the lines by which what is denied can be signed off. They stand at the beginning of their lines, to be copied as they are.
func (p *page) ways(ways []gate.Way, more int) {
	if len(ways) == 0 {
		return
	}
	heading := "To sign off what is denied, an approver runs"
	if ways[0].Comment {
		heading = "To sign off what is denied, an approver writes a comment at the change, one for each, with the reason"
	}
	p.heading("%s", heading)
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
