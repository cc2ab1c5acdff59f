package gate

import (
	"fmt"
	"math"
	"strings"
)

// Severity is how bad a defect is, on the one scale that everything is mapped to. The zero value is [Unknown]:
// a rating that its own author calls unknown, or none at all. Larger is worse.
type Severity uint8

// The severities. The names are the qualitative ratings of CVSS v3.1, section 5, and "unknown".
const (
	Unknown Severity = iota
	None
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"unknown", "none", "low", "medium", "high", "critical"}

// Severities lists the scale, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, None, Unknown} }

// String gives the word, as "critical".
func (s Severity) String() string { return severityNames[s] }

// MarshalText gives the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes a name of the scale, in lower case.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no severity: use one of %s", text, strings.Join(severityNames[:], ", "))
}

// Words maps the severity words of one report format, in lower case, to the scale.
// The words of the scale itself need no entry.
type Words map[string]Severity

// Severity maps a word. A word that neither the format nor the scale knows counts as [Critical], and known is false:
// a rating that nobody can read must not let a build pass.
func (w Words) Severity(word string) (s Severity, known bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	if s, known = w[word]; known {
		return s, true
	}
	if s.UnmarshalText([]byte(word)) == nil {
		return s, true
	}
	return Critical, false
}

// severityOfScore gives the band of a CVSS base score: CVSS v3.1, section 5, table 14, used for every version of CVSS.
// Scores have one decimal; what lies between two of them belongs to the higher. A score outside 0.0 to 10.0 is no score.
func severityOfScore(score float64) (Severity, bool) {
	tenths := roundUp(score)
	switch {
	case !(score >= 0 && score <= 10): // so that NaN is none, either
		return Unknown, false
	case tenths == 0:
		return None, true
	case tenths < 40:
		return Low, true
	case tenths < 70:
		return Medium, true
	case tenths < 90:
		return High, true
	}
	return Critical, true
}

// roundUp gives a score in tenths. It is the Roundup of CVSS v3.1, appendix A: five decimals count, so that 3.9000000000000004 is 3.9.
func roundUp(score float64) float64 { return math.Ceil(math.Round(score*100_000) / 10_000) }
