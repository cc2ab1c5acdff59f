package cyclonedx

import (
	"fmt"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (r *rating) read(e *report.Element) error {
	return children(e, func(c *report.Element) error {
		switch c.Name.Local {
		case "source":
			return r.Source.read(c)
		case "severity":
			return r.severity(c)
		case "score":
			return r.score(c)
		case "method":
			return text(c, &r.Method)
		case "vector":
			return text(c, &r.Vector)
		}
		return nil
	})
}

// severity keeps an element that is empty apart from one that is absent.
func (r *rating) severity(e *report.Element) error {
	if r.Severity.Label != nil {
		return fmt.Errorf("%w: <severity> stands twice", report.ErrShape)
	}
	r.Severity.Label = new(string)
	return text(e, r.Severity.Label)
}

// score reads a number or, in the extension, an element with the base score among others.
func (r *rating) score(e *report.Element) error {
	if e.Name.Space != extensionNamespace {
		return r.number(e)
	}
	return children(e, func(c *report.Element) error {
		if c.Name.Local != "base" {
			return nil
		}
		return r.number(c)
	})
}

func (r *rating) number(e *report.Element) error {
	if r.Score.Float != nil {
		return fmt.Errorf("%w: <score> stands twice", report.ErrShape)
	}
	content, err := e.Text()
	r.Score = report.ParseNumber(content)
	return err
}
