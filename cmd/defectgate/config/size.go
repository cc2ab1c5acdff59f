package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// Limits bound what is read of one file. What is nil has its default.
type Limits struct {
	Raw      *Size  `yaml:"raw"`
	Expanded *Size  `yaml:"expanded"`
	Ratio    *Count `yaml:"ratio"`
	Depth    *Count `yaml:"depth"`
	Text     *Size  `yaml:"text"`
	Findings *Count `yaml:"findings"`
}

// Size is a number of bytes: 512MiB, 4GiB, 65536.
type Size int64

// Count is a number above zero.
type Count int64

var (
	sizeForm = regexp.MustCompile(`^([1-9][0-9]{0,11})(B|KiB|MiB|GiB)?$`)
	units    = map[string]int64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
)

// ParseSize reads a number of bytes.
func ParseSize(text string) (Size, error) {
	m := sizeForm.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is no size above zero: write it as 65536, 512MiB or 4GiB", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > math.MaxInt64/units[m[2]] {
		return 0, fmt.Errorf("%q is larger than any file", text)
	}
	return Size(n * units[m[2]]), nil
}

// ParseCount reads a number above zero.
func ParseCount(text string) (Count, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%q is no whole number from 1 to %d", text, math.MaxInt32)
	}
	return Count(n), nil
}

// UnmarshalYAML reads a size. Its error is one of those that decoding collects, each with its line.
func (s *Size) UnmarshalYAML(n *yaml.Node) (err error) {
	*s, err = parsed(n, ParseSize)
	return err
}

// UnmarshalYAML reads a number, as [Size.UnmarshalYAML] does.
func (c *Count) UnmarshalYAML(n *yaml.Node) (err error) {
	*c, err = parsed(n, ParseCount)
	return err
}

func parsed[T any](n *yaml.Node, parse func(string) (T, error)) (T, error) {
	v, err := parse(n.Value)
	if err != nil {
		err = &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %v", n.Line, err)}}
	}
	return v, err
}

// Set sets one limit by its name.
func (l *Limits) Set(name, value string) error {
	sizes := map[string]**Size{"raw": &l.Raw, "expanded": &l.Expanded, "text": &l.Text}
	counts := map[string]**Count{"ratio": &l.Ratio, "depth": &l.Depth, "findings": &l.Findings}
	switch {
	case sizes[name] != nil:
		s, err := ParseSize(value)
		*sizes[name] = &s
		return err
	case counts[name] != nil:
		c, err := ParseCount(value)
		*counts[name] = &c
		return err
	}
	return gate.WithHint(fmt.Errorf("%q is no limit", name), "use one of raw, expanded, ratio, depth, text, findings")
}

// Effective gives every limit.
func (l Limits) Effective() scanner.Limits {
	limits := scanner.DefaultLimits
	set(&limits.Raw, l.Raw)
	set(&limits.Expanded, l.Expanded)
	set(&limits.Ratio, l.Ratio)
	set(&limits.Depth, l.Depth)
	set(&limits.Text, l.Text)
	set(&limits.Count, l.Findings)
	return limits
}

func set[To, From ~int | ~int64](to *To, from *From) {
	if from != nil {
		*to = To(*from)
	}
}
