package grype

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// record is the entry of one database on one vulnerability.
type record struct {
	id, description string
	namespace       string // provider and scope: "nvd:cpe", "debian:distro:debian:12", of old reports "debian:10"
	source          string // an address
	severity        report.Word
	cvss            report.List[cvss]
	cvss2, cvss3    cvss // of old reports
	exploited       []knownExploited
	cwes            []struct {
		CWE string `json:"cwe"`
	}
	epss []struct {
		EPSS report.Number `json:"epss"`
	}
}

// Field gives where a member of a record goes.
func (r *record) Field(name []byte) any {
	switch string(name) {
	case "id":
		return &r.id
	case "description":
		return &r.description
	case "namespace":
		return &r.namespace
	case "dataSource":
		return &r.source
	case "severity":
		return &r.severity
	case "cvss":
		return &r.cvss
	case "cvssV2":
		return &r.cvss2
	case "cvssV3":
		return &r.cvss3
	case "knownExploited":
		return &r.exploited
	case "cwes":
		return &r.cwes
	case "epss":
		return &r.epss
	}
	return nil
}

// vulnerability is the record that matched.
type vulnerability struct {
	record
	urls       report.First
	fix        fix
	advisories []struct {
		ID string `json:"id"`
	}
	links report.First // these two of old reports
	fixed string
}

// Field gives where a member of a vulnerability goes.
func (v *vulnerability) Field(name []byte) any {
	switch string(name) {
	case "urls":
		return &v.urls
	case "links":
		return &v.links
	case "fix":
		return &v.fix
	case "fixedInVersion":
		return &v.fixed
	case "advisories":
		return &v.advisories
	}
	return v.record.Field(name)
}

// parties are the providers that are called otherwise elsewhere.
var parties = map[string]string{"github": "ghsa", "rhel": "redhat"}

// party is who speaks in a record: the provider of its namespace, else what its address tells.
func (r *record) party() string {
	provider, _, _ := strings.Cut(r.namespace, ":")
	switch {
	case parties[provider] != "":
		return parties[provider]
	case provider != "":
		return provider
	case strings.Contains(r.source, "//nvd.nist.gov/"):
		return "nvd"
	case strings.Contains(r.source, "//github.com/advisories/"):
		return "ghsa"
	}
	return tool
}

func (v *vulnerability) url() string { return cmp.Or(v.source, string(v.urls), string(v.links)) }

func (v *vulnerability) fixes() []string {
	if v.fixed != "" {
		return append(v.fix.versions, v.fixed)
	}
	return v.fix.versions
}

// addEPSS keeps the highest probability. One that is none is an error: left out, it would make a threat look smaller.
func (r *record) addEPSS(f *gate.Finding) error {
	for _, entry := range r.epss {
		p := entry.EPSS.Float
		switch {
		case p == nil:
		case !(*p >= 0 && *p <= 1):
			return fmt.Errorf("%w: EPSS of %q is %s, no probability", report.ErrShape, r.id, strconv.FormatFloat(*p, 'g', -1, 64))
		case f.EPSS == nil || *p > *f.EPSS:
			f.EPSS = p
		}
	}
	return nil
}

// knownExploited is an entry of CISA's catalogue.
type knownExploited struct {
	DateAdded  report.Time `json:"dateAdded"`
	DueDate    report.Time `json:"dueDate"`
	Ransomware string      `json:"knownRansomwareCampaignUse"` // "Known" or "Unknown"
}

func (r *record) settle(dates *report.Dates) {
	for i := range r.exploited {
		dates.Read("knownExploited[].dateAdded", &r.exploited[i].DateAdded)
		dates.Read("knownExploited[].dueDate", &r.exploited[i].DueDate)
	}
}

func (r *record) addKEV(f *gate.Finding) {
	for _, entry := range r.exploited {
		if f.KEV == nil {
			f.KEV = &gate.KEV{}
		}
		f.KEV.Added = earlier(f.KEV.Added, entry.DateAdded.Time)
		f.KEV.Due = earlier(f.KEV.Due, entry.DueDate.Time)
		f.KEV.Ransomware = f.KEV.Ransomware || strings.EqualFold(entry.Ransomware, "known")
	}
}

// earlier gives the earlier of the instants that are known.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
