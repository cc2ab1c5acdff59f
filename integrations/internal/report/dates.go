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
	early, late int
	members     map[string]int
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
	if d.members == nil {
		d.members = map[string]int{}
	}
	d.members[member]++
	*at = time.Time{}
}

// Warnings is one line on all dates that were counted, or nothing.
func (d *Dates) Warnings() []string {
	switch d.early + d.late {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("1 date %s counts as not known (%s)", d.years(), d.names())}
	}
	return []string{fmt.Sprintf("%d dates %s count as not known (%s)", d.early+d.late, d.years(), d.names())}
}

func (d *Dates) years() string {
	before, after := fmt.Sprintf("before %d", firstYear), fmt.Sprintf("after %d", lastYear)
	switch {
	case d.late == 0:
		return before
	case d.early == 0:
		return after
	}
	return before + " or " + after
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
