package osv

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// record is a record of the OSV database. The members `…_specific` are whatever the database that it comes from likes.
type record struct {
	ID         string      `json:"id"`
	Aliases    []string    `json:"aliases"`
	Upstream   []string    `json:"upstream"` // what a distribution's record is about
	Related    []string    `json:"related"`
	Summary    string      `json:"summary"`
	Details    string      `json:"details"`
	Published  report.Time `json:"published"`
	Severity   []severity  `json:"severity"`
	Affected   []affected  `json:"affected"`
	References []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"references"`
	Database jsontext.Value `json:"database_specific"`
}

// shorten drops what a finding does not need.
func (r *record) shorten() {
	r.Details = report.FirstLine(r.Details)
	if len(r.References) > 0 {
		r.References = r.References[r.reference():][:1:1]
	}
}

// reference picks the advisory among the references, else the first.
func (r *record) reference() int {
	for i, reference := range r.References {
		if reference.Type == "ADVISORY" {
			return i
		}
	}
	return 0
}

func (r *record) url() string {
	if len(r.References) == 0 {
		return ""
	}
	return r.References[r.reference()].URL
}

func (e *entry) finding(r *record) *gate.Finding {
	g, affected := e.groupOf(r.ID), r.of(e.info)
	f := &gate.Finding{
		Tool:      tool,
		Kind:      gate.Vulnerability,
		ID:        r.ID,
		Title:     report.FirstLine(cmp.Or(r.Summary, r.Details)),
		URL:       r.url(),
		CWEs:      r.cwes(affected),
		Component: e.component(),
		Location:  e.location(),
		Published: r.Published.Time,
	}
	f.Aliases, f.Related = r.names()
	f.Rating, f.Ratings = r.ratings(g, affected)
	f.State, f.Word = g.state()
	f.Component.Fixed = fixed(affected, e.Commit != "")
	if f.Component.PURL == "" && len(affected) > 0 {
		f.Component.PURL = affected[0].Package.PURL
	}
	return f
}

// names gives the other ids. A distribution's record about one vulnerability is named after it: "DEBIAN-CVE-2026-1".
func (r *record) names() (aliases, related []string) {
	aliases, related = r.Aliases, r.Related
	for _, id := range r.Upstream {
		if strings.HasSuffix(r.ID, "-"+id) {
			aliases = append(aliases, id)
		} else {
			related = append(related, id)
		}
	}
	return aliases, related
}

// cwes finds them wherever the record's database keeps them.
func (r *record) cwes(of []affected) []int {
	cwes := report.CWEs(string(r.Database))
	for _, a := range of {
		cwes = append(cwes, report.CWEs(string(a.Database))...)
	}
	slices.Sort(cwes)
	return slices.Compact(cwes)
}
