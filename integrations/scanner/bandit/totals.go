package bandit

import (
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// totals are the sums over all files. Findings are counted before the options for severity, confidence and a baseline take some out of the report.
type totals struct {
	Lines     report.Count `json:"loc"`
	Skipped   report.Count `json:"nosec"`
	High      report.Count `json:"SEVERITY.HIGH"`
	Medium    report.Count `json:"SEVERITY.MEDIUM"`
	Low       report.Count `json:"SEVERITY.LOW"`
	Undefined report.Count `json:"SEVERITY.UNDEFINED"`
}

// found is the number of findings.
func (t *totals) found() (n int) {
	for _, count := range []report.Count{t.High, t.Medium, t.Low, t.Undefined} {
		n += count.N
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
	case lines.N > 0 && p.errors:
		s.Proof = fmt.Sprintf("lines of code scanned: %d", lines.N)
	case lines.Known && lines.N == 0:
		s.Unproven = fmt.Sprintf("it counts %d lines of code", lines.N)
	}
	if skipped := p.totals.Skipped.N; skipped > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("lines that # nosec silences, of which the report says no more: %d", skipped))
	}
}
