package snyk

import (
	"cmp"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// configuration is an issue of a file of Terraform, CloudFormation, Kubernetes, ARM or Serverless.
type configuration struct {
	PublicID      string        `json:"publicId"`
	ID            string        `json:"id"`
	Title         string        `json:"title"`
	Severity      report.Word   `json:"severity"`
	Object        string        `json:"msg"` // where in the file: "resource.aws_vpc[main].tags"
	Line          report.Number `json:"lineNumber"`
	Ignored       bool          `json:"isIgnored"`
	Documentation string        `json:"documentation"`
	Resolve       string        `json:"resolve"`
}

func (c *configuration) finding(of *project) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Misconfiguration,
		ID:       cmp.Or(c.PublicID, c.ID),
		Title:    report.FirstLine(c.Title),
		Remedy:   report.FirstLine(c.Resolve),
		URL:      c.Documentation,
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName, Label: c.Severity.Label}),
		Location: gate.Location{Path: cmp.Or(of.Target, of.File), Line: max(0, c.Line.Int()), Logical: c.Object},
	}
	if c.Ignored {
		f.State, f.Word = gate.Suppressed, &gate.Word{Said: gate.Suppressed}
	}
	return f
}
