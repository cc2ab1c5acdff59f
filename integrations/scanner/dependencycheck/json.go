package dependencycheck

import (
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "scanInfo":
		return report.EachMember(dec, func(name string) error { return p.scanMember(dec, name) })
	case "projectInfo":
		return report.Value(dec, &p.project)
	case "dependencies":
		p.listed = true
		return report.EachElement(dec, func() error {
			var d dependency
			err := report.EachMember(dec, func(name string) error { return d.member(dec, name) })
			if err != nil {
				return err
			}
			return p.take(&d)
		})
	}
	return report.Skip(dec)
}

func (p *parser) scanMember(dec *report.Decoder, name string) error {
	switch name {
	case "engineVersion":
		return report.Value(dec, &p.scan.Tool.Version)
	case "dataSource":
		return report.Value(dec, &p.sources)
	case "analysisExceptions":
		return report.Each(dec, func(x *struct {
			Exception struct {
				Message string `json:"message"`
			} `json:"exception"`
		}) error {
			p.failed(x.Exception.Message)
			return nil
		})
	}
	return report.Skip(dec)
}

func (d *dependency) member(dec *report.Decoder, name string) error {
	switch name {
	case "fileName":
		return report.Value(dec, &d.FileName)
	case "filePath":
		return report.Value(dec, &d.FilePath)
	case "packages":
		return report.Value(dec, &d.packages)
	case "vulnerabilityIds":
		return report.Value(dec, &d.matched)
	case "identifiers": // before 5.0
		return report.Each(dec, func(old *struct {
			Type       string `json:"type"`
			Name       string `json:"name"`
			Confidence string `json:"confidence"`
		}) error {
			d.add(identifier{ID: old.Name, Confidence: old.Confidence, kind: old.Type})
			return nil
		})
	case "vulnerabilities", "suppressedVulnerabilities":
		return report.Each(dec, func(v *vulnerability) error {
			v.suppressed = name == "suppressedVulnerabilities"
			if v.FlatScore.Label != nil {
				v.V2 = metrics{"score": v.FlatScore}
			}
			d.found = append(d.found, v.compact())
			return nil
		})
	}
	return report.Skip(dec)
}

// compact drops what is long and no longer needed: thousands of ranges below one dependency.
func (v *vulnerability) compact() vulnerability {
	for _, s := range v.Software {
		if s.matched() {
			v.Software = []software{s}
			return *v
		}
	}
	v.Software = nil
	return *v
}
