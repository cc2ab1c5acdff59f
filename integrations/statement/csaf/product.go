package csaf

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// helper is `product_identification_helper` (3.1.3.3).
type helper struct {
	CPE    string   `json:"cpe"`
	PURL   string   `json:"purl"`
	PURLs  []string `json:"purls"` // since 2.1; they differ in qualifiers alone, of which nothing is made here
	Hashes []struct {
		Files []struct {
			Algorithm string `json:"algorithm"`
			Value     string `json:"value"`
		} `json:"file_hashes"`
	} `json:"hashes"`
}

// product is one product of the tree, and what the branches that it stands in say of its version.
type product struct {
	fullName
	version string   // product_version, the innermost
	ranges  []string // product_version_range
	finer   bool     // it is a part of a version: a service pack, a patch level
}

// enclose takes in the branch around a product, the innermost first (3.1.2.2).
func (p *product) enclose(category, name string) {
	switch category {
	case "product_version":
		if p.version == "" {
			p.version = name
		}
	case "product_version_range":
		p.ranges = append(p.ranges, name)
	case "service_pack", "patch_level":
		p.finer = true
	}
}

func (p *product) facts() gate.Product {
	return gate.Product{PURL: p.purl(), Digests: p.Helper.digests(), Versions: p.versions(), Names: p.names()}
}

// purl is the package URL; of several the first one that can be read, else the first.
func (p *product) purl() string {
	purls := append([]string{p.Helper.PURL}, p.Helper.PURLs...)
	for _, purl := range purls {
		if _, err := vers.Package(purl); err == nil {
			return purl
		}
	}
	return cmp.Or(purls...)
}

// versions narrows a package URL to the versions that the product is of. Where they cannot be told, nothing is in them.
func (p *product) versions() gate.Versions {
	own, err := packageurl.FromString(p.purl())
	if err != nil {
		return nil
	}
	ranges := slices.Clone(p.ranges)
	if of := vers.OfPackage(p.purl()); of != nil && !slices.Contains(ranges, of.String()) {
		ranges = append(ranges, of.String())
	}
	switch {
	case len(ranges) > 0:
		return vers.Trusted(strings.Join(ranges, " ")) // several are none
	case own.Version != "":
		return nil
	case p.finer:
		return vers.Trusted(p.version + " in part")
	case p.version != "":
		return vers.Exactly(own.Type, p.version)
	}
	return nil
}

// names are the identifiers that only a configuration can understand.
func (p *product) names() (names []string) {
	for _, name := range []string{p.ID, p.Name, p.Helper.CPE} {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// digests are the hashes of the files that the product is made of.
func (h *helper) digests() (digests []string) {
	for _, file := range h.Hashes {
		for _, hash := range file.Files {
			digests = append(digests, report.Digest(hash.Algorithm, hash.Value))
		}
	}
	return digests
}

// hashless reports whether hashes of files are announced and not there.
func (h *helper) hashless() bool {
	for _, file := range h.Hashes {
		if len(file.Files) == 0 {
			return true
		}
	}
	return false
}

// identify adds to a component what the relationship says of it: its package URL where that speaks of less or the component has none, and one more
// name. The branches that the component stands in narrow the package URL of the relationship, too.
func (p *product) identify(component gate.Product, branched *product) gate.Product {
	named := product{fullName: p.fullName, version: branched.version, ranges: branched.ranges, finer: branched.finer}
	if purl := named.purl(); component.PURL == "" || narrower(purl, component.PURL) {
		component.PURL, component.Versions = purl, vers.Both(component.Versions, named.versions())
	}
	if len(component.Digests) == 0 {
		component.Digests = p.Helper.digests()
	}
	component.Names = append(slices.Clone(component.Names), p.names()...)
	return component
}

// narrower reports whether a package URL names a version or a range of the package of which another one names none.
func narrower(purl, than string) bool {
	own, err := vers.Package(purl)
	wide, unread := vers.Package(than)
	if errors.Is(err, vers.ErrHollow) {
		err = nil
	}
	same := own.Type == wide.Type && own.Namespace == wide.Namespace && own.Name == wide.Name
	return err == nil && unread == nil && same && wide.Version == "" && (own.Version != "" || vers.OfPackage(purl) != nil)
}
