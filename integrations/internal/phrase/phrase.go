// Package phrase says what stands in a report as people say it: what a defect belongs to, how old it is, until when it must be mended, and what comes
// next; and in which order people look at it. Every output for people uses the same words. Nothing here is cleaned: the output does that, for its own
// reader.
package phrase

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
)

// Plural counts things: "1 day", "2 days".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Subject is what a defect belongs to: a package with its version, else a file, else the place that the tool names.
func Subject(j *gate.Judged) string {
	first := FirstOpen(j)
	return cmp.Or(Component(j.Component), first.Path, first.Logical, "no place")
}

// Component names a component: with its version, and where it has no name, by what its package URL says.
func Component(c gate.Component) string {
	if c.Name != "" {
		return strings.TrimSpace(c.Name + " " + c.Version)
	}
	p, err := packageurl.FromString(c.PURL)
	if err != nil {
		return strings.TrimSpace(c.PURL + " " + c.Version)
	}
	return strings.TrimSpace(path.Join(p.Namespace, p.Name) + " " + cmp.Or(c.Version, p.Version))
}

// FirstOpen is the first place at which a defect is open; of one that is not, its first place.
func FirstOpen(j *gate.Judged) *gate.Occurrence {
	return j.Occurrences[max(0, slices.IndexFunc(j.Occurrences, func(o *gate.Occurrence) bool { return o.State.IsOpen() }))]
}

// Doubt says why a defect is as severe as it is, where a scanner's rating is not simply its word: no one knows the word, say.
func Doubt(j *gate.Judged) string {
	for _, r := range j.Ratings {
		if r.Chosen && r.Severity == j.Severity && r.Note != "" {
			return fmt.Sprintf("rated by %s: %s", cmp.Or(r.Party, "the report"), r.Note)
		}
	}
	return ""
}

// Fixed is the way out: "fixed in 1.1.1n".
func Fixed(j *gate.Judged) string {
	if len(j.Component.Fixed) == 0 {
		return ""
	}
	return "fixed in " + strings.Join(j.Component.Fixed, ", ")
}

// Age says how long a defect has been there.
func Age(j *gate.Judged, now time.Time) string {
	days := int(now.Sub(j.Clocks.FirstSeen) / (24 * time.Hour))
	switch {
	case j.Clocks.FirstSeen.After(now):
		return "first seen " + j.Clocks.FirstSeen.Format(time.DateOnly)
	case days == 0:
		return "first seen today"
	}
	return Plural(days, "day", "days") + " old"
}

// Due says until when a defect must be mended; "" where nothing says so.
func Due(j *gate.Judged, now time.Time) string {
	switch {
	case j.Due.IsZero():
		return ""
	case j.Due.Before(now):
		return "was due " + j.Due.Format(time.DateOnly)
	}
	return "due " + j.Due.Format(time.DateOnly)
}

// Tools says who found the defect, where that is not plain from a single report.
func Tools(j *gate.Judged, d *gate.Decision) string {
	reports := 0
	for i := range d.Inputs {
		if e := &d.Inputs[i]; e.Kind == gate.ReportKind {
			reports++
		}
	}
	if reports < 2 {
		return ""
	}
	return "by " + strings.Join(j.Tools, ", ")
}
