package openvex

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// component is what products and subcomponents have in common ("Component Fields").
type component struct {
	ID          string
	Identifiers identifiers
	Hashes      map[string]string
	Supplier    string // who made it is no part of what it is
}

func (c *component) member(name string) any {
	switch name {
	case "@id":
		return &c.ID
	case "identifiers":
		return &c.Identifiers
	case "hashes":
		return &c.Hashes
	case "supplier":
		return &c.Supplier
	}
	return nil
}

// UnmarshalJSONFrom takes the package URL that a subcomponent is before 0.2.0, and the object that it is since.
func (c *component) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	if part.PeekKind() == jsontext.KindString {
		return json.UnmarshalDecode(part, &c.ID)
	}
	return closed(report.Within(part), c.member)
}

// product is a component with subcomponents ("Product Data Structure").
type product struct {
	component
	Subcomponents []component
}

// UnmarshalJSONFrom takes the package URL that a product is before 0.2.0, and the object that it is since.
func (p *product) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	if part.PeekKind() == jsontext.KindString {
		return p.component.UnmarshalJSONFrom(part)
	}
	return closed(report.Within(part), func(name string) any {
		if name == "subcomponents" {
			return &p.Subcomponents
		}
		return p.member(name)
	})
}

// identifiers is `identifiers` of a component.
type identifiers struct{ PURL, CPE22, CPE23 string }

// UnmarshalJSONFrom reads the object.
func (i *identifiers) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	return closed(report.Within(part), func(name string) any {
		switch name {
		case "purl":
			return &i.PURL
		case "cpe22":
			return &i.CPE22
		case "cpe23":
			return &i.CPE23
		}
		return nil
	})
}

// spokenOf lists what a statement about the product speaks of: its subcomponents within it or, where there are none, the product itself. What
// nothing identifies is left out.
func (p *product) spokenOf(shared []component) []gate.Product {
	own := p.facts()
	subcomponents := append(slices.Clone(p.Subcomponents), shared...)
	if len(subcomponents) == 0 {
		subcomponents = []component{p.component}
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

func (c *component) facts() gate.Product {
	versions := vers.Both(vers.OfPackage(c.ID), vers.OfPackage(c.Identifiers.PURL))
	return gate.Product{PURL: c.purl(), Digests: c.digests(), Versions: versions, Names: c.names()}
}

// purl is the package URL of the identifiers, unless the one in "@id" alone names a version and so speaks of less, or cannot be read.
func (c *component) purl() string {
	if !strings.HasPrefix(c.ID, "pkg:") || c.Identifiers.PURL == c.ID {
		return c.Identifiers.PURL
	}
	own, unread := vers.Package(c.ID)
	named, err := vers.Package(c.Identifiers.PURL)
	if c.Identifiers.PURL == "" || unread != nil || err == nil && named.Version == "" && own.Version != "" {
		return c.ID
	}
	return c.Identifiers.PURL
}

// names are the identifiers that only a configuration can understand.
func (c *component) names() (names []string) {
	for _, name := range []string{c.ID, c.Identifiers.CPE23, c.Identifiers.CPE22} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// digests are the hashes ("Hash Names Table"). Weak ones are kept: a product that has only such is not to be taken for one without.
func (c *component) digests() (digests []string) {
	for _, algorithm := range slices.Sorted(maps.Keys(c.Hashes)) {
		digests = append(digests, report.Digest(algorithm, c.Hashes[algorithm]))
	}
	return digests
}
