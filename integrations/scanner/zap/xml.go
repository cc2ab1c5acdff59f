package zap

import (
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (p *parser) root(e *report.Element) error {
	if e.Name.Local != root {
		return fmt.Errorf("%w: the root is <%s>", report.ErrShape, e.Name.Local)
	}
	p.scan.Tool.Version = e.Attribute("version")
	p.made(e.Attribute("created"), e.Attribute("generated"))
	return e.Each(func(c *report.Element) error {
		switch c.Name.Local {
		case "site":
			return p.siteElement(c)
		case "insights":
			return c.Each(func(element *report.Element) error {
				i, err := readInsight(element)
				p.learn(&i)
				return err
			})
		case "stoppingInsight":
			i, err := readInsight(c)
			p.stopped(&i)
			return err
		}
		return nil
	})
}

func (p *parser) siteElement(e *report.Element) error {
	s := site{name: e.Attribute("name")}
	err := e.Each(func(c *report.Element) error {
		if c.Name.Local != "alerts" {
			return nil
		}
		s.listed = true
		return c.Each(func(item *report.Element) error {
			if item.Name.Local != "alertitem" {
				return nil
			}
			var a alert
			if err := item.Each(a.element); err != nil {
				return err
			}
			return p.found(&s, &a)
		})
	})
	if err != nil {
		return err
	}
	return p.end(&s)
}

func (a *alert) element(e *report.Element) error {
	switch field := a.field(e.Name.Local); {
	case e.Name.Local == "riskcode":
		if a.risk.Label != nil {
			return twice(e)
		}
		a.risk.Label = new(string) // empty is not absent
		return text(e, a.risk.Label)
	case e.Name.Local == "instances":
		return e.Each(a.instance)
	case field != nil:
		return text(e, field)
	}
	return nil
}

func (a *alert) instance(e *report.Element) error {
	if e.Name.Local != "instance" {
		return nil
	}
	var i instance
	err := e.Each(func(c *report.Element) error {
		switch c.Name.Local {
		case "uri":
			return text(c, &i.URI)
		case "method":
			return text(c, &i.Method)
		case "param":
			return text(c, &i.Param)
		}
		return nil
	})
	a.instances = append(a.instances, i)
	return err
}

func readInsight(e *report.Element) (i insight, err error) {
	err = e.Each(func(c *report.Element) error {
		switch c.Name.Local {
		case "level":
			return text(c, &i.Level)
		case "site":
			return text(c, &i.Site)
		case "key":
			return text(c, &i.Key)
		case "description":
			return text(c, &i.Description)
		case "statistic":
			content, err := c.Text()
			i.Statistic = report.ParseNumber(content)
			return err
		}
		return nil
	})
	return i, err
}

// text reads an element that may stand once. A second one is an error, as a second member of one name is in JSON: which of them another
// reader sees is chance.
func text(e *report.Element, field *string) error {
	if *field != "" {
		return twice(e)
	}
	content, err := e.Text()
	*field = content
	return err
}

func twice(e *report.Element) error {
	return fmt.Errorf("%w: <%s> stands twice", report.ErrShape, e.Name.Local)
}
