package npm

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Counts are the sums of a report.
type Counts struct {
	Found   report.Count // vulnerabilities; since npm 7, vulnerable packages
	Audited report.Count // dependencies
}

// sums have other names in each version.
type sums struct {
	Found        severities   `json:"vulnerabilities"`
	Total        report.Count `json:"totalDependencies"`
	Dependencies installed    `json:"dependencies"`
}

// installed is the number of all dependencies, since npm 7 the `total` of an object. The number that stood there before left some of them out.
type installed report.Count

// UnmarshalJSONFrom reads both spellings.
func (i *installed) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() != jsontext.KindBeginObject {
		var some report.Count
		return report.Unmarshal(value, &some)
	}
	var by struct {
		Total report.Count `json:"total"`
	}
	err = report.Unmarshal(value, &by)
	*i = installed(by.Total)
	return err
}

// severities count vulnerabilities by their severity. null counts none of them, and is not zero.
type severities map[string]report.Count

// UnmarshalJSONFrom reads the value.
func (s *severities) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if err := wantObject(value.Kind()); err != nil {
		return err
	}
	return report.Unmarshal(value, (*map[string]report.Count)(s))
}

func wantObject(have jsontext.Kind) error {
	if have == jsontext.KindBeginObject {
		return nil
	}
	return fmt.Errorf("%w: want an object, have %s", report.ErrShape, report.KindName(have))
}

// total is the sum. npm 7 and later write it beside what they add up.
func (s severities) total() (c report.Count) {
	for severity, count := range s {
		c.Known = true
		if severity != "total" {
			c.N += count.N
		}
	}
	c.N = max(c.N, s["total"].N)
	return c
}

// Unmarshal reads sums that were read before as a value.
func (c *Counts) Unmarshal(value jsontext.Value) error {
	var m sums
	err := report.Unmarshal(value, &m)
	c.fill(&m)
	return err
}

func (c *Counts) read(dec *report.Decoder) error {
	if kind := dec.PeekKind(); kind != jsontext.KindInvalid { // of which the error comes with the value
		if err := wantObject(kind); err != nil {
			return err
		}
	}
	var m sums
	err := report.Value(dec, &m)
	c.fill(&m)
	return err
}

func (c *Counts) fill(m *sums) {
	c.Found, c.Audited = m.Found.total(), m.Total
	if m.Dependencies.Known {
		c.Audited = report.Count(m.Dependencies)
	}
}
