package vers

import (
	"net/url"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

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

// OfPackage gives the range that a package URL names in its qualifier "vers"; nil where it names none.
// https://github.com/package-url/purl-spec/blob/main/docs/specification.md, known qualifiers
func OfPackage(purl string) gate.Versions {
	p, err := packageurl.FromString(purl)
	if err != nil {
		return nil
	}
	if i := slices.IndexFunc(p.Qualifiers, func(q packageurl.Qualifier) bool { return q.Key == "vers" }); i >= 0 {
		return Trusted(p.Qualifiers[i].Value)
	}
	return nil
}

// Exactly gives the range of one version, of the ecosystem that a package URL is of.
func Exactly(kind, version string) gate.Versions {
	return Trusted("vers:" + strings.ToLower(kind) + "/" + strings.ReplaceAll(url.PathEscape(version), "=", "%3D"))
}
