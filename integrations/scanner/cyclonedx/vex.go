package cyclonedx

import (
	"cmp"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// VEX is CycloneDX as a document of statements, in JSON and XML.
var VEX = report.StatementFormat{
	Name:   formatName,
	Title:  "CycloneDX VEX: JSON 1.4–1.7, XML 1.4–1.7 and the XML vulnerability extension",
	Detect: detect,
	Parse:  parseVEX,
	Notes: `The author is the first of the bom's authors, its supplier and its manufacturer that has a name. The analysis of a vulnerability is a
statement about the components that it affects, in the versions that are listed with them, within the component that the bom is about if that has
a package URL or a SHA-256. A component whose package URL names no version is meant in the version that the bom has of it. A package URL that
cannot be read, or whose version is empty ("pkg:npm/a@"), matches nothing. "resolved" is fixed, "exploitable" is affected, "in_triage" is under
investigation; "not_affected" counts without a justification too, for the specification demands none. Versions and ranges that are listed as
unaffected are not affected whatever the analysis says of others. The time is that of the analysis, else of the bom. Left out and counted:
vulnerabilities that name no component, those without an analysis and without unaffected versions, and those whose analysis is in a state that is
not in the specification. A member of "metadata", "affects" or its versions that is not in the specification is an error, since it could be the
one that says of how little the statement speaks; so is a status of versions that is not.`,
}

func parseVEX(d report.Document, speak report.Speak) (gate.Scan, error) {
	form, b, err := begin(d)
	if err != nil {
		return gate.Scan{}, err
	}
	v := vexer{bom: b, speak: speak, scan: b.scan()}
	if err := cmp.Or(b.check(), b.metadata.closed()); err != nil {
		return v.scan, err
	}
	v.dates.Read("metadata.timestamp", &b.metadata.Timestamp)
	err = form.vulnerabilities(d, b, v.take)
	v.scan.Warnings = slices.Concat(v.dates.Warnings(), v.doubts.Warnings())
	return v.scan, err
}

// vexer passes on the statements of one bom.
type vexer struct {
	bom    *bom
	speak  report.Speak
	scan   gate.Scan
	dates  report.Dates
	doubts vers.Doubts
}

// take passes on what the analysis of a vulnerability says, and what its lists of unaffected versions do.
func (x *vexer) take(v *vulnerability) error {
	if err := cmp.Or(report.Identified(&gate.Finding{Kind: gate.Vulnerability, ID: v.name()}), v.closed()); err != nil {
		return err
	}
	v.settle(&x.dates)
	analysed, unaffected := x.products(v)
	state, known := states[v.Analysis.State]
	switch {
	case v.Analysis.State == "" && len(unaffected) == 0:
		x.scan.Drop("vulnerability without analysis")
		return nil
	case v.Analysis.State != "" && !known:
		x.scan.Drop("analysis in a state that is not known")
	case known && len(analysed) == 0:
		x.scan.Drop("names no product")
	case known:
		if err := x.pass(v, state, v.Analysis.reason(), analysed); err != nil {
			return err
		}
	}
	return x.pass(v, gate.NotAffected, "listed as unaffected", unaffected)
}

// pass passes a statement on, unless it is one of nothing.
func (x *vexer) pass(v *vulnerability, state gate.State, reason string, products []gate.Product) error {
	if len(products) == 0 {
		return nil
	}
	x.scan.Read++
	x.doubts.Note(products)
	at := cmp.Or(v.Analysis.at(), x.bom.metadata.Timestamp.Time)
	return x.speak(&gate.Statement{
		IDs:      append([]string{v.name()}, v.aliases()...),
		State:    state,
		Word:     gate.Word{By: x.bom.author(), Reason: reason, At: at, Said: state},
		Products: products,
	})
}

// products lists what the analysis of a vulnerability is about, and the versions that are listed as unaffected.
func (x *vexer) products(v *vulnerability) (analysed, unaffected []gate.Product) {
	switch {
	case v.holder != nil:
		return x.placed(v.holder.fullName(), *v.holder), nil
	case len(v.Affects) == 0: // a statement that names nothing is not about everything
		return nil, nil
	}
	for _, a := range v.Affects {
		for _, p := range x.placed(a.Ref, x.bom.resolve(a.Ref)) {
			bad, good := a.versioned(p)
			analysed = append(analysed, bad...)
			unaffected = append(unaffected, good...)
		}
	}
	return analysed, unaffected
}

// placed gives a component as a product, within what the bom is about unless it is that itself. It is none or one.
func (x *vexer) placed(ref string, c component) []gate.Product {
	about := &x.bom.metadata.Component
	if ref != "" && ref == about.ref || c.purl != "" && c.purl == about.purl {
		return about.products()
	}
	p := c.product(ref)
	if whole := about.products(); len(whole) > 0 && (whole[0].PURL != "" || len(whole[0].Digests) > 0) {
		p.Within = &whole[0]
	}
	if p.PURL == "" && len(p.Names) == 0 {
		return nil
	}
	return []gate.Product{p}
}

// products gives the component that a bom is about; none where nothing tells which it is.
func (c *component) products() []gate.Product {
	p := c.product(c.ref)
	p.Digests = c.digests()
	if p.PURL == "" && len(p.Digests) == 0 && len(p.Names) == 0 {
		return nil
	}
	return []gate.Product{p}
}

// product gives a component in the version that the bom has: beside its package URL, which need not name one, or as a range.
func (c *component) product(ref string) gate.Product {
	p := gate.Product{PURL: c.purl, Names: nonEmpty(ref, c.fullName())}
	if own, err := vers.Package(c.purl); err == nil && own.Version == "" && c.version != "" {
		own.Version = c.version
		p.PURL, p.Names = own.ToString(), append(p.Names, c.purl)
	}
	p.Versions = vers.OfPackage(c.purl)
	if c.versionRange != nil {
		p.Versions = vers.Both(p.Versions, vers.Trusted(*c.versionRange))
	}
	return p
}

func nonEmpty(names ...string) []string {
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	return slices.Compact(names)
}

// versioned parts a product by its lists of versions. The analysis is of the component as the bom has it, and of versions that are listed as affected
// or without a status only in so far as the component is of these. What is unaffected may be another version than the component's.
func (a *affect) versioned(p gate.Product) (analysed, unaffected []gate.Product) {
	own, err := vers.Package(p.PURL)
	var bad []gate.Versions
	for _, v := range a.Versions {
		if v.Status != "unaffected" {
			bad = append(bad, v.versions(own.Type))
			analysed = append(analysed, narrowed(p, bad[len(bad)-1]))
		}
	}
	bare := own
	bare.Version = ""
	for _, v := range a.Versions {
		if v.Status == "unaffected" && err == nil {
			one := narrowed(p, vers.Except(v.versions(own.Type), bad))
			one.PURL = bare.ToString()
			unaffected = append(unaffected, one)
		}
	}
	if len(analysed) == 0 && (own.Version != "" || len(unaffected) == 0) {
		analysed = []gate.Product{p}
	}
	return analysed, unaffected
}

// versions gives one version or a range of versions. Neither and both are none that can be told.
func (v *versionsStatus) versions(kind string) gate.Versions {
	if v.Version != "" && v.Range == "" {
		return vers.Exactly(kind, v.Version)
	}
	return vers.Trusted(v.Range + v.Version)
}

// narrowed gives a product in a range of versions.
func narrowed(p gate.Product, to gate.Versions) gate.Product {
	p.Versions = vers.Both(p.Versions, to)
	return p
}
