package snyk

import (
	"cmp"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// project is what was tested: a file that names dependencies, the packages of an image, a file of configuration.
type project struct {
	Error        string       `json:"error"`
	OK           *bool        `json:"ok"`
	Name         string       `json:"projectName"`
	Path         string       `json:"path"` // what Snyk was told to test
	File         string       `json:"displayTargetFile"`
	Target       string       `json:"targetFile"`
	Manager      string       `json:"packageManager"`
	Threshold    string       `json:"severityThreshold"`
	Dependencies report.Count `json:"dependencyCount"`

	tested        bool // there is a list of issues, empty or not
	configuration bool // there is one of configuration
	issues        int  // silenced ones too
}

// member gives where a member of a project is read to, or nil.
func (of *project) member(name string) any {
	switch name {
	case "error":
		return &of.Error
	case "ok":
		return &of.OK
	case "projectName":
		return &of.Name
	case "path":
		return &of.Path
	case "displayTargetFile":
		return &of.File
	case "targetFile":
		return &of.Target
	case "packageManager":
		return &of.Manager
	case "severityThreshold":
		return &of.Threshold
	case "dependencyCount":
		return &of.Dependencies
	}
	return nil
}

func (of *project) file() string { return cmp.Or(of.File, of.Target) }

func (of *project) name() string { return cmp.Or(of.file(), of.Name, of.Path) }

// problem is what the report says went wrong with a project.
func (of *project) problem() string {
	switch {
	case of.Error != "":
		return fmt.Sprintf("%s: %s", cmp.Or(of.Path, of.name()), report.FirstLine(of.Error))
	case of.OK != nil && !*of.OK && of.issues == 0:
		return fmt.Sprintf("%s: the project is not ok, and has no issue that would say why", of.name())
	}
	return ""
}

// describe is the first reading: it takes what is said of the projects, and no issue.
func (p *parser) describe(dec *report.Decoder) error {
	of := &project{}
	p.projects = append(p.projects, of)
	err := report.EachMember(dec, func(name string) error {
		if name == "applications" {
			return report.EachElement(dec, func() error { return p.describe(dec) })
		}
		if v := of.member(name); v != nil {
			return report.Value(dec, v)
		}
		return report.Skip(dec)
	})
	if of.Threshold != "" {
		p.warn("issues are left out below the severity: " + of.Threshold)
	}
	return err
}

// warn says a thing once, however many projects say it.
func (p *parser) warn(text string) {
	for _, said := range p.scan.Warnings {
		if said == text {
			return
		}
	}
	p.scan.Warnings = append(p.scan.Warnings, text)
}

// issues is the second reading.
func (p *parser) issues(dec *report.Decoder) error {
	of := p.projects[p.next]
	p.next++
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "vulnerabilities":
			of.tested = of.tested || report.IsList(dec)
			return report.Each(dec, func(i *issue) error { return p.take(of, i, nil) })
		case "filtered":
			return p.filtered(dec, of)
		case "infrastructureAsCodeIssues":
			of.configuration = report.IsList(dec)
			of.tested = of.tested || of.configuration
			return report.Each(dec, func(c *configuration) error { return p.emitted(of, c.finding(of)) })
		case "infrastructureAsCodeSuccesses":
			return report.EachElement(dec, func() error { return p.success(dec) })
		case "applications":
			return report.EachElement(dec, func() error { return p.issues(dec) })
		}
		return report.Skip(dec)
	})
}

// success counts a check that passed. What is no object is none.
func (p *parser) success(dec *report.Decoder) error {
	if dec.PeekKind() == jsontext.KindBeginObject {
		p.passed++
		p.scan.Drop("passed check")
	}
	return report.Skip(dec)
}

// filtered reads what a rule or a patch silences.
func (p *parser) filtered(dec *report.Decoder, of *project) error {
	return report.EachMember(dec, func(name string) error {
		if name != "ignore" && name != "patch" {
			return report.Skip(dec)
		}
		return report.Each(dec, func(i *issue) error { return p.take(of, i, p.word(name, i)) })
	})
}

// take makes a finding of each path that an issue has.
func (p *parser) take(of *project, i *issue, word *gate.Word) error {
	i.settle(&p.dates)
	for n := range max(1, len(i.From)) {
		f, err := i.finding(of, n)
		if err != nil {
			return err
		}
		if word != nil {
			f.State, f.Word = gate.Suppressed, word
		}
		if err := p.emitted(of, f); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) emitted(of *project, f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	of.issues++
	p.scan.Read++
	return p.emit(f)
}
