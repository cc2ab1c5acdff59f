package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The first and the last year that a date can mean, as gate has them: it takes other dates of findings for ones that are not known.
const firstYear, lastYear = 1971, 2149

// Meant reports whether a person or a tool can mean a date.
func Meant(at time.Time) bool {
	year := at.UTC().Year() // spelled with an offset, one instant can lie in two years
	return firstYear <= year && year <= lastYear
}

// Dates counts the dates of findings that nobody can mean, so that they do not vanish unnoticed. The zero value is ready for one report.
type Dates struct {
	early, late, unread int
	members             map[string]int
}

// Read settles a date that was read, and counts one that could not be.
func (d *Dates) Read(member string, t *Time) {
	if t.Unread {
		d.unread++
		d.count(member)
	}
	d.Settle(member, &t.Time)
}

// Settle makes a date that nobody can mean one that is not known, and counts it under the name of its member. The zero time is not
// counted: it is how programs written in Go print that there is no date.
func (d *Dates) Settle(member string, at *time.Time) {
	if at.IsZero() || Meant(*at) {
		return
	}
	if at.UTC().Year() < firstYear {
		d.early++
	} else {
		d.late++
	}
	d.count(member)
	*at = time.Time{}
}

func (d *Dates) count(member string) {
	if d.members == nil {
		d.members = map[string]int{}
	}
	d.members[member]++
}

// Warnings is one line on all dates that were counted, or nothing.
func (d *Dates) Warnings() []string {
	switch n := d.early + d.late + d.unread; n {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("1 date %s counts as not known (%s)", d.kinds(), d.names())}
	default:
		return []string{fmt.Sprintf("%d dates %s count as not known (%s)", n, d.kinds(), d.names())}
	}
}

// kinds says what is wrong with the dates.
func (d *Dates) kinds() string {
	var kinds []string
	for _, k := range []struct {
		n    int
		what string
	}{{d.early, fmt.Sprintf("before %d", firstYear)}, {d.late, fmt.Sprintf("after %d", lastYear)}, {d.unread, "that cannot be read"}} {
		if k.n > 0 {
			kinds = append(kinds, k.what)
		}
	}
	return strings.Join(kinds, " or ")
}

// names lists the members, each with its count where there are several.
func (d *Dates) names() string {
	names := slices.Sorted(maps.Keys(d.members))
	if len(names) == 1 {
		return names[0]
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%s: %d", name, d.members[name])
	}
	return strings.Join(names, ", ")
}
