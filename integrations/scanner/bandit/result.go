package bandit

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type result struct {
	TestID     string        `json:"test_id"`
	Text       string        `json:"issue_text"`
	Severity   report.Word   `json:"issue_severity"`
	Confidence string        `json:"issue_confidence"`
	Filename   string        `json:"filename"`
	Line       report.Number `json:"line_number"`
	Code       string        `json:"code"`
	MoreInfo   string        `json:"more_info"`
	CWE        struct {
		ID report.Number `json:"id"`
	} `json:"issue_cwe"` // since 1.7.3
}

func (p *parser) take(r *result) error {
	f := r.finding()
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

func (r *result) finding() *gate.Finding {
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Code,
		ID:        r.TestID,
		Title:     report.FirstLine(r.Text),
		URL:       r.MoreInfo,
		Rating:    report.RateAlways(formatName, gate.Opinion{Party: formatName, Label: r.Severity.Label}),
		Location:  gate.Location{Path: r.Filename, Line: r.Line.Int()},
		Anchor:    gate.Anchor{Snippet: unnumbered(r.Code)},
		Certainty: certainties[r.Confidence],
	}
	if cwe := r.CWE.ID.Int(); cwe > 0 {
		f.CWEs = []int{cwe}
	}
	return f
}

// certainties are the words of issue_confidence; UNDEFINED says nothing.
var certainties = map[string]gate.Certainty{"HIGH": gate.HighCertainty, "MEDIUM": gate.MidCertainty, "LOW": gate.LowCertainty}

// unnumbered takes the line numbers off the code: they change when lines above move.
func unnumbered(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		lines = append(lines, strings.TrimLeft(line, "0123456789"))
	}
	return strings.Join(lines, "")
}
