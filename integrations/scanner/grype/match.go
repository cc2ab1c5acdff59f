package grype

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// match is one vulnerability of one package. The related records describe the same vulnerability in other databases.
type match struct {
	vulnerability vulnerability
	related       report.List[record]
	artifact      artifact
	rules         []ignoreRule // of an ignored match
}

// Field gives where a member of a match goes.
func (m *match) Field(name []byte) any {
	switch string(name) {
	case "vulnerability":
		return &m.vulnerability
	case "relatedVulnerabilities":
		return &m.related
	case "artifact":
		return &m.artifact
	case "appliedIgnoreRules":
		return &m.rules
	}
	return nil
}

func (m *match) finding() (*gate.Finding, error) {
	v, pkg := &m.vulnerability, &m.artifact
	f := &gate.Finding{
		Tool:       tool,
		Kind:       gate.Vulnerability,
		ID:         v.id,
		Title:      report.FirstLine(v.description),
		URL:        v.url(),
		Component:  gate.Component{PURL: pkg.purl, Name: pkg.name, Version: pkg.version, Fixed: v.fixes()},
		Location:   pkg.location(),
		FixedSince: v.fix.since(),
	}
	f.Rating, f.Ratings = v.ratings()
	for _, advisory := range v.advisories {
		f.Related = append(f.Related, advisory.ID)
	}
	for i := range m.related {
		if err := m.related[i].join(f); err != nil {
			return nil, err
		}
	}
	return f, m.threats(f)
}

// settle looks at the dates one by one, before the earliest is chosen: one that nobody can mean must not win.
func (m *match) settle(dates *report.Dates) {
	for i := range m.vulnerability.fix.available {
		dates.Read("fix.available[].date", &m.vulnerability.fix.available[i].Date)
	}
	m.vulnerability.settle(dates)
	for i := range m.related {
		m.related[i].settle(dates)
	}
}

// join adds what another database says of the vulnerability.
func (r *record) join(f *gate.Finding) error {
	switch {
	case r.id == "":
		return fmt.Errorf("%w: a related record of %q has no id", report.ErrShape, f.ID)
	case r.id == f.ID:
	case strings.HasPrefix(r.id, "CVE-"), strings.HasPrefix(r.id, "GHSA-"):
		f.Aliases = append(f.Aliases, r.id)
	default:
		f.Related = append(f.Related, r.id)
	}
	if f.Title == "" {
		f.Title = report.FirstLine(r.description)
	}
	own, others := r.ratings()
	if own != (gate.Rating{Party: own.Party}) {
		f.Ratings = append(f.Ratings, own)
	}
	f.Ratings = append(f.Ratings, others...)
	return nil
}

// threats adds weaknesses, EPSS and KEV of all records: which of them carries these depends on the version of Grype.
func (m *match) threats(f *gate.Finding) error {
	for i := range 1 + len(m.related) {
		r := &m.vulnerability.record
		if i > 0 {
			r = &m.related[i-1]
		}
		for _, weakness := range r.cwes {
			f.CWEs = append(f.CWEs, report.CWEs(weakness.CWE)...)
		}
		if err := r.addEPSS(f); err != nil {
			return err
		}
		r.addKEV(f)
	}
	slices.Sort(f.CWEs)
	f.CWEs = slices.Compact(f.CWEs)
	return nil
}

type artifact struct {
	name, version, kind, purl string
	locations                 report.List[place]
}

// Field gives where a member of a package goes.
func (a *artifact) Field(name []byte) any {
	switch string(name) {
	case "name":
		return &a.name
	case "version":
		return &a.version
	case "type":
		return &a.kind
	case "purl":
		return &a.purl
	case "locations":
		return &a.locations
	}
	return nil
}

type place struct{ path, layer string }

// Field gives where a member of a location goes.
func (p *place) Field(name []byte) any {
	switch string(name) {
	case "path":
		return &p.path
	case "layerID":
		return &p.layer
	}
	return nil
}

// osPackages are the types of packages that have no file of their own: their location is the database of the package manager.
var osPackages = []string{"alpm", "apk", "deb", "portage", "rpm"}

// location is the first of the locations: a match is one finding, and stands at one place.
func (a *artifact) location() gate.Location {
	if len(a.locations) == 0 {
		return gate.Location{}
	}
	first := a.locations[0]
	if slices.Contains(osPackages, a.kind) {
		return gate.Location{Layer: first.layer}
	}
	return gate.Location{Path: first.path, Layer: first.layer}
}

type fix struct {
	versions  []string
	available []struct {
		Date report.Time `json:"date"`
	}
}

// Field gives where a member of a fix goes.
func (x *fix) Field(name []byte) any {
	switch string(name) {
	case "versions":
		return &x.versions
	case "available":
		return &x.available
	}
	return nil
}

// since is the first day on which some fix was there.
func (x *fix) since() (first time.Time) {
	for _, available := range x.available {
		first = earlier(first, available.Date.Time)
	}
	return first
}
