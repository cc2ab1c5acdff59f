package cyclonedx

import (
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (a *affect) read(e *report.Element) error {
	return children(e, func(c *report.Element) error {
		switch c.Name.Local {
		case "ref":
			return text(c, &a.Ref)
		case "versions":
			return children(c, func(version *report.Element) error {
				return add((*[]versionsStatus)(&a.Versions), version, (*versionsStatus).read)
			})
		default:
			a.Strays.note(c)
		}
		return nil
	})
}

func (v *versionsStatus) read(e *report.Element) error {
	return children(e, func(c *report.Element) error {
		switch c.Name.Local {
		case "version":
			return text(c, &v.Version)
		case "range":
			return text(c, &v.Range)
		case "status":
			return text(c, &v.Status)
		default:
			v.Strays.note(c)
		}
		return nil
	})
}

func (s *analysis) read(e *report.Element) error {
	return children(e, func(c *report.Element) (err error) {
		switch c.Name.Local {
		case "state":
			return text(c, &s.State)
		case "justification":
			return text(c, &s.Justification)
		case "detail":
			return text(c, &s.Detail)
		case "firstIssued":
			s.FirstIssued, err = instant(c)
		case "lastUpdated":
			s.LastUpdated, err = instant(c)
		}
		return err
	})
}
