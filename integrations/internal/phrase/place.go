package phrase

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/gate"
)

// Place gives the first open place, and how many there are beside it.
func Place(j *gate.Judged) string {
	var places []string
	for _, o := range j.Occurrences {
		if text := placeOf(o, Subject(j)); o.State.IsOpen() && text != "" && !slices.Contains(places, text) {
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

// NonEmpty leaves out what says nothing.
func NonEmpty(parts ...string) []string {
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}
