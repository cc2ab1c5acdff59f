package openvex

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// product is a product or a subcomponent: a package URL before 0.2.0, and an object since ("Product Data Structure").
type product struct {
	ID          string `json:"@id"`
	Identifiers struct {
		PURL  string `json:"purl"`
		CPE22 string `json:"cpe22"`
		CPE23 string `json:"cpe23"`
	} `json:"identifiers"`
	Hashes        map[string]string `json:"hashes"`
	Subcomponents []product         `json:"subcomponents"`
}

// UnmarshalJSONFrom takes either shape.
func (p *product) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	if dec.PeekKind() == jsontext.KindString {
		return report.Value(dec, &p.ID)
	}
	type object product // without this method
	return report.Value(dec, (*object)(p))
}

// spokenOf lists what a statement about the product speaks of: its subcomponents within it or, where there are none, the product itself. What
// nothing identifies is left out.
func (p *product) spokenOf(shared []product) []gate.Product {
	own := p.facts()
	subcomponents := append(slices.Clone(p.Subcomponents), shared...)
	if len(subcomponents) == 0 {
		subcomponents = []product{*p}
	}
	var list []gate.Product
	for i := range subcomponents {
		one := subcomponents[i].facts()
		if len(p.Subcomponents)+len(shared) > 0 {
			one.Within = &own
		}
		if one.PURL != "" || len(one.Names) > 0 || len(one.Digests) > 0 {
			list = append(list, one)
		}
	}
	return list
}

func (p *product) facts() gate.Product {
	purl := p.purl()
	return gate.Product{PURL: purl, Digests: p.digests(), Versions: vers.OfPackage(purl), Names: p.names()}
}

// purl is the package URL of the identifiers, unless the one in "@id" alone names a version and so speaks of less.
func (p *product) purl() string {
	if !strings.HasPrefix(p.ID, "pkg:") || p.Identifiers.PURL == p.ID {
		return p.Identifiers.PURL
	}
	named, err := packageurl.FromString(p.Identifiers.PURL)
	if own, unread := packageurl.FromString(p.ID); p.Identifiers.PURL == "" || err == nil && unread == nil && named.Version == "" && own.Version != "" {
		return p.ID
	}
	return p.Identifiers.PURL
}

// names are the identifiers that only a configuration can understand.
func (p *product) names() (names []string) {
	for _, name := range []string{p.ID, p.Identifiers.CPE23, p.Identifiers.CPE22} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// digests spells the hashes ("Hash Names Table") as digests are spelled: sha-256 is sha256. Weak ones are kept: a product that has only such is not
// to be taken for one without.
func (p *product) digests() (digests []string) {
	for _, algorithm := range slices.Sorted(maps.Keys(p.Hashes)) {
		short := strings.ToLower(algorithm)
		if rest, ok := strings.CutPrefix(short, "sha-"); ok {
			short = "sha" + rest
		}
		digests = append(digests, short+":"+strings.ToLower(p.Hashes[algorithm]))
	}
	return digests
}
