package grype

import (
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// match is one vulnerability of one package. The related records describe the same vulnerability in other databases.
type match struct {
	Vulnerability record       `json:"vulnerability"`
	Related       []record     `json:"relatedVulnerabilities"`
	Artifact      artifact     `json:"artifact"`
	Rules         []ignoreRule `json:"appliedIgnoreRules"` // of an ignored match
}

func (m *match) finding() (*gate.Finding, error) {
	v, pkg := &m.Vulnerability, &m.Artifact
	f := &gate.Finding{
		Tool:       tool,
		Kind:       gate.Vulnerability,
		ID:         v.ID,
		Title:      report.FirstLine(v.Description),
		URL:        v.url(),
		Component:  gate.Component{PURL: pkg.PURL, Name: pkg.Name, Version: pkg.Version, Fixed: v.fixed()},
		Location:   pkg.location(),
		FixedSince: v.Fix.since(),
	}
	f.Rating, f.Ratings = v.ratings()
	for _, advisory := range v.Advisories {
		f.Related = append(f.Related, advisory.ID)
	}
	for i := range m.Related {
		m.Related[i].join(f)
	}
	return f, m.threats(f)
}

// settle looks at the dates one by one, before the earliest is chosen: one that nobody can mean must not win.
func (m *match) settle(dates *report.Dates) {
	for i := range m.Vulnerability.Fix.Available {
		dates.Read("fix.available[].date", &m.Vulnerability.Fix.Available[i].Date)
	}
	m.Vulnerability.settle(dates)
	for i := range m.Related {
		m.Related[i].settle(dates)
	}
}

// join adds what another database says of the vulnerability.
func (r *record) join(f *gate.Finding) {
	switch {
	case r.ID == f.ID:
	case strings.HasPrefix(r.ID, "CVE-"), strings.HasPrefix(r.ID, "GHSA-"):
		f.Aliases = append(f.Aliases, r.ID)
	default:
		f.Related = append(f.Related, r.ID)
	}
	if f.Title == "" {
		f.Title = report.FirstLine(r.Description)
	}
	own, others := r.ratings()
	if own != (gate.Rating{Party: own.Party}) {
		f.Ratings = append(f.Ratings, own)
	}
	f.Ratings = append(f.Ratings, others...)
}

// threats adds weaknesses, EPSS and KEV of all records: which of them carries these depends on the version of Grype.
func (m *match) threats(f *gate.Finding) error {
	for i := range 1 + len(m.Related) {
		r := &m.Vulnerability
		if i > 0 {
			r = &m.Related[i-1]
		}
		for _, weakness := range r.CWEs {
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
	Name      string `json:"name"`
	Version   string `json:"version"`
	Type      string `json:"type"`
	PURL      string `json:"purl"`
	Locations []struct {
		Path    string `json:"path"`
		LayerID string `json:"layerID"`
	} `json:"locations"`
}

// osPackages are the types of packages that have no file of their own: their location is the database of the package manager.
var osPackages = []string{"alpm", "apk", "deb", "portage", "rpm"}

// location is the first of the locations: a match is one finding, and stands at one place.
func (a *artifact) location() gate.Location {
	if len(a.Locations) == 0 {
		return gate.Location{}
	}
	first := a.Locations[0]
	if slices.Contains(osPackages, a.Type) {
		return gate.Location{Layer: first.LayerID}
	}
	return gate.Location{Path: first.Path, Layer: first.LayerID}
}

type fix struct {
	Versions  []string `json:"versions"`
	Available []struct {
		Date report.Time `json:"date"`
	} `json:"available"`
}

// since is the first day on which some fix was there.
func (x *fix) since() (first time.Time) {
	for _, available := range x.Available {
		first = earlier(first, available.Date.Time)
	}
	return first
}
