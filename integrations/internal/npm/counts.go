package npm

import (
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Counts are the sums of a report.
type Counts struct {
	Found   Count // vulnerabilities; since npm 7, vulnerable packages
	Audited Count // dependencies
}

// Count is a number of things, or not known. It proves a scan, so nothing but a whole number is one: no text, and no null.
type Count struct {
	n     int
	known bool
}

// UnmarshalJSONFrom reads the value.
func (c *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(value))
	if err != nil || n < 0 {
		return fmt.Errorf("%w: want a count, have %.40s", report.ErrShape, value)
	}
	*c = Count{n, true}
	return nil
}

// sums have other names in each version.
type sums struct {
	Found        severities     `json:"vulnerabilities"`
	Total        Count          `json:"totalDependencies"`
	Dependencies jsontext.Value `json:"dependencies"` // a number, since npm 7 an object
}

// severities count vulnerabilities by their severity. null counts none of them, and is not zero.
type severities map[string]Count

// UnmarshalJSONFrom reads the value.
func (s *severities) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if err := wantObject(value.Kind()); err != nil {
		return err
	}
	return report.Unmarshal(value, (*map[string]Count)(s))
}

func wantObject(have jsontext.Kind) error {
	if have == jsontext.KindBeginObject {
		return nil
	}
	return fmt.Errorf("%w: want an object, have %s", report.ErrShape, report.KindName(have))
}

// total is the sum. npm 7 and later write it beside what they add up.
func (s severities) total() (c Count) {
	for severity, count := range s {
		c.known = true
		if severity != "total" {
			c.n += count.n
		}
	}
	c.n = max(c.n, s["total"].n)
	return c
}

// Unmarshal reads sums that were read before as a value.
func (c *Counts) Unmarshal(value jsontext.Value) error {
	var m sums
	if err := report.Unmarshal(value, &m); err != nil {
		return err
	}
	return c.fill(&m)
}

func (c *Counts) read(dec *report.Decoder) error {
	if kind := dec.PeekKind(); kind != jsontext.KindInvalid { // of which the error comes with the value
		if err := wantObject(kind); err != nil {
			return err
		}
	}
	var m sums
	if err := report.Value(dec, &m); err != nil {
		return err
	}
	return c.fill(&m)
}

func (c *Counts) fill(m *sums) error {
	c.Found, c.Audited = m.Found.total(), m.Total
	switch m.Dependencies.Kind() {
	case jsontext.KindInvalid: // there is no such member
		return nil
	case jsontext.KindBeginObject:
		var dependencies struct {
			Total Count `json:"total"`
		}
		err := report.Unmarshal(m.Dependencies, &dependencies)
		c.Audited = dependencies.Total
		return err
	}
	var direct Count // the total has a member of its own there
	return report.Unmarshal(m.Dependencies, &direct)
}
