package text

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

// subject is what a defect belongs to, for people: a package with its version, else a file, else the place that the tool names.
func subject(j *gate.Judged) string {
	first := firstOpen(j)
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

func firstOpen(j *gate.Judged) *gate.Occurrence {
	return j.Occurrences[max(0, slices.IndexFunc(j.Occurrences, func(o *gate.Occurrence) bool { return o.State.IsOpen() }))]
}

// doubt says why a defect is as severe as it is, where a scanner's rating is not simply its word: no one knows the word, say.
func doubt(j *gate.Judged) string {
	for _, r := range j.Ratings {
		if r.Chosen && r.Severity == j.Severity && r.Note != "" {
			return fmt.Sprintf("rated by %s: %s", cmp.Or(r.Party, "the report"), r.Note)
		}
	}
	return ""
}

// fixed is the way out: "fixed in 1.1.1n".
func fixed(j *gate.Judged) string {
	if len(j.Component.Fixed) == 0 {
		return ""
	}
	return "fixed in " + strings.Join(j.Component.Fixed, ", ")
}

func (p *page) age(j *gate.Judged) string {
	days := int(p.d.Clock.Now.Sub(j.Clocks.FirstSeen) / (24 * time.Hour))
	switch {
	case j.Clocks.FirstSeen.After(p.d.Clock.Now):
		return "first seen " + j.Clocks.FirstSeen.Format(time.DateOnly)
	case days == 0:
		return "first seen today"
	}
	return Plural(days, "day", "days") + " old"
}

func (p *page) due(j *gate.Judged) string {
	switch {
	case j.Due.IsZero():
		return ""
	case j.Due.Before(p.d.Clock.Now):
		return "was due " + j.Due.Format(time.DateOnly)
	}
	return "due " + j.Due.Format(time.DateOnly)
}

// tools says who found the defect, where that is not plain from a single report.
func (p *page) tools(j *gate.Judged) string {
	reports := 0
	for i := range p.d.Inputs {
		if e := &p.d.Inputs[i]; e.Kind == gate.ReportKind {
			reports++
		}
	}
	if reports < 2 {
		return ""
	}
	return "by " + strings.Join(j.Tools, ", ")
}

// place gives the first open place, and how many there are beside it.
func place(j *gate.Judged) string {
	var places []string
	for _, o := range j.Occurrences {
		if text := placeOf(o, subject(j)); o.State.IsOpen() && text != "" && !slices.Contains(places, text) {
			places = append(places, text)
		}
	}
	switch len(places) {
	case 0:
		return ""
	case 1:
		return places[0]
	}
	return fmt.Sprintf("%s and %d more", places[0], len(places)-1)
}

// placeOf does not repeat what the place is listed under.
func placeOf(o *gate.Occurrence, under string) string {
	switch {
	case o.Line > 0 && o.Path == under:
		return fmt.Sprintf("line %d", o.Line)
	case o.Line > 0:
		return fmt.Sprintf("%s:%d", o.Path, o.Line)
	}
	if text := cmp.Or(o.Path, o.Logical); text != under {
		return text
	}
	return ""
}

func nonEmpty(parts ...string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}
