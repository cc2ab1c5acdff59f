package dependencycheck

import (
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (p *parser) root(e *report.Element) error {
	if e.Name.Local != "analysis" || !isSchema(e.Name.Space) {
		return fmt.Errorf("%w: the root is <%s> of the namespace %q", report.ErrShape, e.Name.Local, e.Name.Space)
	}
	return e.Each(func(c *report.Element) error {
		switch c.Name.Local {
		case "scanInfo":
			return c.Each(p.scanElement)
		case "projectInfo":
			return c.Each(p.project.element)
		case "dependencies":
			p.listed = true
			return c.Each(p.dependency)
		}
		return nil
	})
}

func (p *parser) scanElement(e *report.Element) error {
	switch e.Name.Local {
	case "engineVersion":
		return text(e, &p.scan.Tool.Version)
	case "dataSource":
		var s source
		err := e.Each(func(c *report.Element) error {
			switch c.Name.Local {
			case "name":
				return text(c, &s.Name)
			case "timestamp":
				return text(c, &s.Timestamp)
			}
			return nil
		})
		p.sources = append(p.sources, s)
		return err
	case "analysisExceptions":
		return e.Each(p.exception)
	}
	return nil
}

// exception reads one exception, of the scan or, in the schemas before 2.0, of a dependency.
func (p *parser) exception(e *report.Element) error {
	message := ""
	err := e.Each(func(c *report.Element) error {
		if c.Name.Local != "message" || message != "" {
			return nil
		}
		return text(c, &message)
	})
	p.failed(message)
	return err
}

func (p *project) element(e *report.Element) error {
	field, ok := map[string]*string{
		"name": &p.Name, "groupID": &p.GroupID, "artifactID": &p.ArtifactID, "version": &p.Version, "reportDate": &p.ReportDate,
	}[e.Name.Local]
	if !ok {
		return nil
	}
	return text(e, field)
}

func (p *parser) dependency(e *report.Element) error {
	if e.Name.Local != "dependency" {
		return nil
	}
	var d dependency
	err := e.Each(func(c *report.Element) error {
		switch c.Name.Local {
		case "fileName":
			return text(c, &d.FileName)
		case "filePath":
			return text(c, &d.FilePath)
		case "identifiers":
			return c.Each(d.identifier)
		case "vulnerabilities":
			return c.Each(d.vulnerability)
		case "analysisExceptions":
			return c.Each(p.exception)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.take(&d)
}

// identifier reads a <package> or <vulnerabilityIds> and, of the schemas before 2.0, an <identifier> with a type. Suppressed ones say what the
// dependency is not.
func (d *dependency) identifier(e *report.Element) error {
	id := identifier{Confidence: e.Attribute("confidence")}
	err := e.Each(func(c *report.Element) error {
		if c.Name.Local != "id" && c.Name.Local != "name" {
			return nil
		}
		return text(c, &id.ID)
	})
	switch e.Name.Local {
	case "package":
		d.packages = append(d.packages, id)
	case "vulnerabilityIds":
		d.matched = append(d.matched, id)
	case "identifier":
		id.kind = e.Attribute("type")
		d.add(id)
	}
	return err
}

// text reads an element that may stand once. A second one is an error, as a second member of one name is in JSON: which of them another
// reader sees is chance.
func text(e *report.Element, field *string) error {
	if *field != "" {
		return fmt.Errorf("%w: <%s> stands twice", report.ErrShape, e.Name.Local)
	}
	content, err := e.Text()
	*field = content
	return err
}
