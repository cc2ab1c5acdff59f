package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
)

// Time is an instant as scanners write it: RFC 3339, with or without zone (UTC then), or a day. What is neither is the zero time:
// a date that cannot be read is a date that is not known, and clocks fall back as if it were absent.
type Time struct {
	time.Time
	Unread bool // there is a text, and it is no date
}

// noDates are how programs print that there is no date: those written in Go, and those in Python that make a text of it.
var noDates = []string{"", "0001-01-01T00:00:00Z", "None", "null"}

// UnmarshalJSONFrom reads the value.
func (t *Time) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, t) }

func (t *Time) take(c *cursor) error {
	text, _, err := c.scalar()
	t.Time = ParseTime(text)
	t.Unread = t.IsZero() && !slices.Contains(noDates, text)
	return err
}

// spellings are the layouts of [Time] beside the one of gate. RFC 3339 stands here for the years that gate refuses: whether a date
// can be meant is asked later, by [Dates] and by the check of a report's age.
var spellings = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04Z07:00", time.DateOnly}

// ParseTime reads an instant in one of the spellings of [Time].
func ParseTime(text string) time.Time {
	text = strings.TrimSpace(text)
	if at, err := gate.ParseTime(text); err == nil {
		return writable(at)
	}
	for _, layout := range spellings {
		if at, err := time.Parse(layout, text); err == nil {
			return writable(at.UTC())
		}
	}
	return time.Time{}
}

// writable drops what an offset moved out of the years of four digits: no decision could hold it.
func writable(at time.Time) time.Time {
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}

// parseFloat gives NaN for what is no number: gate takes that as a score that nobody can read.
func parseFloat(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

var cwePattern = regexp.MustCompile(`(?i)\bCWE[-_: ]?0*(\d{1,5})\b`)

// CWEs finds the numbers of weaknesses in texts such as "CWE-79", "cwe-079: …" and "external/cwe/cwe-022".
func CWEs(texts ...string) []int {
	var cwes []int
	for _, text := range texts {
		if n, ok := plainCWE(text); ok {
			cwes = append(cwes, n)
			continue
		}
		if !strings.ContainsAny(text, "wW") { // most texts say nothing of a weakness, and a pattern takes long to find that out
			continue
		}
		for _, match := range cwePattern.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(match[1]); err == nil && n > 0 {
				cwes = append(cwes, n)
			}
		}
	}
	return cwes
}

// plainCWE reads the spelling that nearly all tools use: "CWE-79".
func plainCWE(text string) (int, bool) {
	digits, ok := strings.CutPrefix(text, "CWE-")
	if !ok || len(digits) == 0 || len(digits) > 5 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n > 0
}

// Number is a number that may be absent or null, and may be written in quotes. What is there and no number is NaN.
type Number struct{ Float *float64 }

// UnmarshalJSONFrom reads the value.
func (n *Number) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, n) }

func (n *Number) take(c *cursor) error {
	text, kind, err := c.scalar()
	if err != nil || kind == jsontext.KindNull || text == "" {
		return err
	}
	f := parseFloat(text)
	n.Float = &f
	return nil
}

// Word is a severity word. A member that is null or empty is there, and says nothing that can be read; one that is absent is not
// there: Label is nil then.
type Word struct{ Label *string }

// UnmarshalJSONFrom reads the value.
func (w *Word) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, w) }

func (w *Word) take(c *cursor) error {
	text, _, err := c.scalar()
	w.Label = &text
	return err
}

// FirstLine shortens a text to its first line, for titles.
func FirstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}
