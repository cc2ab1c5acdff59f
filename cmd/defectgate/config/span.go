package config

import (
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
	problem := ""
	span, err := parseSpan(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode:
		problem = "want a time span such as 90m, 24h or 7d, have " + found(strings.TrimPrefix(n.Tag, "!!"), "")
	case !spanForm.MatchString(n.Value), err == nil && span <= 0:
		problem = fmt.Sprintf("%q is no time span above zero: write it as 90m, 24h or 7d", n.Value)
	case err != nil, span > maxDays*24*time.Hour:
		problem = fmt.Sprintf("%q is over the bound of %dd", n.Value, maxDays)
	}
	if problem != "" {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %s", n.Line, problem)}}
	}
	*d = Duration(span)
	return nil
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
