package osv

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// info names a package.
type info struct {
	Name       string `json:"name"`            // of the source package, where an operating system tells it apart
	OSName     string `json:"os_package_name"` // of the installed package
	Version    string `json:"version"`
	Ecosystem  string `json:"ecosystem"`
	Commit     string `json:"commit"` // of code that is known by its commit only
	Deprecated bool   `json:"deprecated"`
	Layer      *struct {
		Index report.Number `json:"index"`
	} `json:"image_origin_details"`
	LayerOfOld struct {
		ID string `json:"layerID"`
	} `json:"imageOrigin"` // of version 1
}

// entry is one package of one source with what is known of it.
type entry struct {
	source
	info
	layer    string
	groups   []group
	held     []record        // records that stand before what they need
	seen     map[string]bool // ids of the records
	licences []string        // those that are not allowed
}

// readPackage reads one package. Version 1 writes its groups behind the records, version 2 before them.
func (p *parser) readPackage(dec *report.Decoder, from source) error {
	e := entry{source: from, seen: map[string]bool{}}
	named, grouped := false, false
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "package":
			named = true
			return p.name(dec, &e)
		case "groups":
			grouped = true
			return report.Value(dec, &e.groups)
		case "vulnerabilities":
			return report.Each(dec, func(r *record) error { return p.record(&e, r, named && grouped) })
		case "license_violations":
			return report.Value(dec, &e.licences)
		}
		return report.Skip(dec)
	})
	if err != nil {
		return err
	}
	return p.finish(&e)
}

func (p *parser) name(dec *report.Decoder, e *entry) (err error) {
	if err := report.Value(dec, &e.info); err != nil {
		return err
	}
	if e.Ecosystem != "" || e.Commit != "" {
		p.packages++
	}
	if e.Deprecated {
		p.scan.Drop("package that is deprecated")
	}
	if e.layer = e.LayerOfOld.ID; e.Layer != nil {
		e.layer, err = p.layer(e.Layer.Index)
	}
	return err
}

// record emits a record, or holds it until the package is read.
func (p *parser) record(e *entry, r *record, ready bool) error {
	e.seen[r.ID] = true
	if ready {
		return p.take(e.finding(r))
	}
	r.shorten()
	e.held = append(e.held, *r)
	return nil
}

// finish emits what is left of a package: records that were held, groups without any record, licences.
func (p *parser) finish(e *entry) error {
	for i := range e.held {
		if err := p.take(e.finding(&e.held[i])); err != nil {
			return err
		}
	}
	for _, g := range e.groups {
		if slices.ContainsFunc(g.IDs, func(id string) bool { return e.seen[id] }) {
			continue
		}
		if err := p.take(e.finding(g.record())); err != nil {
			return err
		}
	}
	for _, licence := range e.licences {
		if err := p.take(e.licence(licence)); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) component() gate.Component {
	name := cmp.Or(e.OSName, e.Name)
	return gate.Component{
		PURL:    report.EcosystemURL(e.Ecosystem, name, e.Version),
		Name:    cmp.Or(name, e.Path),
		Version: cmp.Or(e.Version, e.Commit),
	}
}

func (e *entry) location() gate.Location {
	at := e.source.location()
	at.Layer = e.layer
	return at
}

func (e *entry) licence(id string) *gate.Finding {
	return &gate.Finding{
		Tool:      tool,
		Kind:      gate.License,
		ID:        id,
		Title:     fmt.Sprintf("the licence %s is not among those that are allowed", id),
		Rating:    report.Rate(formatName, gate.Opinion{Party: tool}),
		Component: e.component(),
		Location:  e.location(),
	}
}
