package bandit

import (
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// totals are the sums over all files. Findings are counted before the options for severity, confidence and a baseline take some out of the report.
type totals struct {
	Lines     report.Number `json:"loc"`
	Skipped   report.Number `json:"nosec"`
	High      report.Number `json:"SEVERITY.HIGH"`
	Medium    report.Number `json:"SEVERITY.MEDIUM"`
	Low       report.Number `json:"SEVERITY.LOW"`
	Undefined report.Number `json:"SEVERITY.UNDEFINED"`
}

// found is the number of findings.
func (t *totals) found() (n int) {
	for _, count := range []report.Number{t.High, t.Medium, t.Low, t.Undefined} {
		if count.Float != nil && *count.Float != 0 {
			n += max(count.Int(), 1) // one that cannot be read is not none
		}
	}
	return n
}

// settle says what the totals prove. They may stand before the results.
func (p *parser) settle() {
	s, lines, found := &p.scan, p.totals.Lines, p.totals.found()
	switch {
	case found > s.Read:
		s.Unproven = fmt.Sprintf("it counts %d findings and lists %d", found, s.Read)
		s.Warnings = append(s.Warnings, fmt.Sprintf("findings that options of Bandit (-l, -ll, -i, -b) filtered out of the report: %d", found-s.Read))
	case lines.Int() > 0:
		s.Proof = fmt.Sprintf("lines of code scanned: %d", lines.Int())
	case lines.Float != nil:
		s.Unproven = fmt.Sprintf("it counts %v lines of code", *lines.Float)
	}
	if skipped := p.totals.Skipped.Int(); skipped > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("lines that # nosec silences, of which the report says no more: %d", skipped))
	}
}
