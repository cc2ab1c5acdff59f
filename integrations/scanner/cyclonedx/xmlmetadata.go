package cyclonedx

import (
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (x *xmlReader) metadataElement(e *report.Element) error {
	m := &x.metadata
	if x.use != nil {
		m = &metadata{} // known from the first pass; read again only to count components alike
	}
	return children(e, func(c *report.Element) (err error) {
		switch c.Name.Local {
		case "timestamp":
			m.Timestamp, err = instant(c)
		case "tools":
			return readTools(c, &m.Tools)
		case "authors":
			return children(c, func(author *report.Element) error {
				var p party
				err := named(author, &p)
				m.Authors = append(m.Authors, p)
				return err
			})
		case "supplier":
			return named(c, &m.Supplier)
		case "manufacture", "manufacturer":
			return named(c, &m.Manufacturer)
		case "component":
			m.Component, err = x.component(c)
		default:
			m.note(c.Name.Local)
		}
		return err
	})
}

func named(e *report.Element, p *party) error {
	return children(e, func(c *report.Element) error {
		if c.Name.Local != "name" {
			return nil
		}
		return text(c, &p.Name)
	})
}

// readTools takes both shapes: tools directly, or components and services that hold them.
func readTools(e *report.Element, list *[]tool) error {
	return children(e, func(c *report.Element) error {
		if name := c.Name.Local; name == "components" || name == "services" {
			return readTools(c, list)
		}
		var t tool
		err := children(c, func(field *report.Element) error {
			switch field.Name.Local {
			case "name":
				return text(field, &t.Name)
			case "version":
				return text(field, &t.Version)
			}
			return nil
		})
		*list = append(*list, t)
		return err
	})
}

func instant(e *report.Element) (report.Time, error) {
	content, err := e.Text()
	return report.Time{Time: report.ParseTime(content)}, err
}
