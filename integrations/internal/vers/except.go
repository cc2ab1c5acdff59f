package vers

import (
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// except is a range less others.
type except struct {
	gate.Versions
	others []gate.Versions
}

// Except gives what lies in one range and surely in none of others: what somebody lists twice, once as affected and once as not, is in doubt.
func Except(in gate.Versions, others []gate.Versions) gate.Versions {
	if len(others) == 0 {
		return in
	}
	return except{in, others}
}

// Contains reports whether a version lies in the range, and surely in none of the others.
func (e except) Contains(version string) bool {
	return e.Versions.Contains(version) && !slices.ContainsFunc(e.others, func(other gate.Versions) bool {
		r, ok := other.(*Range)
		return !ok || !r.excludes(version)
	})
}

// String gives the range as written, and the others behind it.
func (e except) String() string {
	texts := make([]string, len(e.others))
	for i, other := range e.others {
		texts[i] = other.String()
	}
	return e.Versions.String() + " without " + strings.Join(texts, ", ")
}

// excludes reports whether a version surely lies outside. Where the order is not known, that is told by the text, and of a list alone.
func (r *Range) excludes(version string) bool {
	switch {
	case r.all:
		return false
	case r.order == nil:
		return len(r.posts) == 0 && !slices.ContainsFunc(r.listed, func(p post) bool { return p.comparator != "=" || p.version == version })
	}
	_, placed := r.order.parse(version)
	return placed && !r.Contains(version)
}
