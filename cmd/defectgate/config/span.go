package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Duration is a time span: 90m, 24h or 7d.
type Duration time.Duration

// maxDays bounds a time span: longer ones do not fit into what the program counts with.
const maxDays = 36500

// spanForm is how a time span is written; schema.json has the same.
var spanForm = regexp.MustCompile(`^([0-9]+d|([0-9]+(\.[0-9]+)?(h|m|s))+)$`)

// UnmarshalYAML reads a time span. Its error is one of those that decoding collects, each with its line.
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	span, err := ParseSpan(n.Value)
	if n.Kind != yaml.ScalarNode {
		err = errors.New("want a time span such as 90m, 24h or 7d, have " + found(strings.TrimPrefix(n.Tag, "!!"), ""))
	}
	if err != nil {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %v", n.Line, err)}}
	}
	*d = Duration(span)
	return nil
}

// ParseSpan reads a time span above zero.
func ParseSpan(text string) (time.Duration, error) {
	span, err := parseSpan(text)
	switch {
	case !spanForm.MatchString(text), err == nil && span <= 0:
		return 0, fmt.Errorf("%q is no time span above zero: write it as 90m, 24h or 7d", text)
	case err != nil, span > maxDays*24*time.Hour:
		return 0, fmt.Errorf("%q is over the bound of %dd", text, maxDays)
	}
	return span, nil
}

func parseSpan(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

// MarshalText writes a time span; none is "no bound".
func (d Duration) MarshalText() ([]byte, error) {
	if d == 0 {
		return []byte("no bound"), nil
	}
	return []byte(d.String()), nil
}

// String writes the span as Go does.
func (d Duration) String() string { return time.Duration(d).String() }
