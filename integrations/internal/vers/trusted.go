package vers

import (
	"net/url"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// unread is what stands where a range should stand and cannot be read as one.
type unread string

// Contains reports nothing: of versions that nobody can name nothing is said.
func (unread) Contains(string) bool { return false }

// String gives the text as written.
func (u unread) String() string { return string(u) }

// Trusted reads a range on which somebody's word depends. Of a text that is no range in this notation, as the "vls" of CSAF, comes a range without
// versions, never none: what speaks of no range speaks of every version.
func Trusted(text string) gate.Versions {
	r, err := Parse(text)
	if err != nil {
		return unread(text)
	}
	return r
}

// Exactly gives the range of one version, of the ecosystem that a package URL is of.
func Exactly(kind, version string) gate.Versions {
	return Trusted("vers:" + strings.ToLower(kind) + "/" + strings.ReplaceAll(url.PathEscape(version), "=", "%3D"))
}

// Both gives what lies in two ranges; nil stands for every version. What lies in two that are not the same cannot be told.
func Both(a, b gate.Versions) gate.Versions {
	switch {
	case a == nil:
		return b
	case b == nil || a.String() == b.String():
		return a
	}
	return unread(a.String() + " and " + b.String())
}
