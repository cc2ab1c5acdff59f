package pipaudit

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependency was audited, and then has a list of vulnerabilities, or was skipped.
type dependency struct {
	Name    string          `json:"name"`
	Version string          `json:"version"`
	Vulns   []vulnerability `json:"vulns"` // nil where the member is missing
	Skipped string          `json:"skip_reason"`
}

type vulnerability struct {
	ID          string   `json:"id"`
	Fixed       []string `json:"fix_versions"`
	Aliases     []string `json:"aliases"` // since 2.7
	Description string   `json:"description"`
}

func (p *parser) dependency(d *dependency) error {
	switch {
	case d.Vulns == nil && d.Skipped == "":
		return fmt.Errorf("%w: the dependency %q has neither `vulns` nor a `skip_reason`", report.ErrShape, d.Name)
	case d.Skipped != "":
		p.skip(d)
	default:
		p.audited++
	}
	for i := range d.Vulns {
		if err := p.take(d.Vulns[i].finding(d)); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) skip(d *dependency) {
	p.scan.Drop("dependency that was not audited")
	if p.skipped++; p.skipped == 1 {
		p.first = d.Name + ": " + report.FirstLine(d.Skipped)
	}
}

func (p *parser) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

func (v *vulnerability) finding(d *dependency) *gate.Finding {
	return &gate.Finding{
		Tool:    formatName,
		Kind:    gate.Vulnerability,
		ID:      v.ID,
		Aliases: v.Aliases,
		Title:   report.FirstLine(v.Description),
		Remedy:  v.remedy(d),
		Rating:  report.Rate(formatName, gate.Opinion{Party: formatName}),
		Component: gate.Component{
			PURL: report.EcosystemURL(ecosystem, d.Name, d.Version), Name: d.Name, Version: d.Version, Fixed: v.Fixed,
		},
	}
}

func (v *vulnerability) remedy(d *dependency) string {
	if len(v.Fixed) == 0 {
		return ""
	}
	return "upgrade " + d.Name + " to " + strings.Join(v.Fixed, " or ")
}
