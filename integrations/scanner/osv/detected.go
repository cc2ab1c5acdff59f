package osv

import (
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// detected is what a detector found that is no vulnerable package: a weak password, say, or a setting that a benchmark advises against.
type detected struct {
	Advisory struct {
		ID struct {
			Reference string `json:"Reference"`
		} `json:"ID"`
		Title          string      `json:"Title"`
		Recommendation string      `json:"Recommendation"`
		Severity       report.Word `json:"Sev"` // a number, see the table of severities
	} `json:"Adv"`
	Target struct {
		Extra string `json:"Extra"` // "/etc/shadow: The following users have weak passwords: …"
	} `json:"Target"`
}

func (d *detected) finding() *gate.Finding {
	return &gate.Finding{
		Tool:     tool,
		Kind:     gate.Misconfiguration,
		ID:       d.Advisory.ID.Reference,
		Title:    report.FirstLine(d.Advisory.Title),
		Remedy:   report.FirstLine(d.Advisory.Recommendation),
		Rating:   report.Rate(formatName, gate.Opinion{Party: tool, Label: d.Advisory.Severity.Label}),
		Location: gate.Location{Logical: report.FirstLine(d.Target.Extra)},
	}
}
