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
	ID          string       `json:"id"`
	Namespace   string       `json:"namespace"` // provider and scope: "nvd:cpe", "debian:distro:debian:12", of old reports "debian:10"
	DataSource  string       `json:"dataSource"`
	Severity    report.Word  `json:"severity"`
	Description string       `json:"description"`
	URL         report.First `json:"urls"`
	CVSS        []cvss       `json:"cvss"`
	Fix         fix          `json:"fix"`
	Advisories  []struct {
		ID string `json:"id"`
	} `json:"advisories"`
	CWEs []struct {
		CWE string `json:"cwe"`
	} `json:"cwes"`
	EPSS []struct {
		EPSS report.Number `json:"epss"`
	} `json:"epss"`
	KnownExploited []knownExploited `json:"knownExploited"`

	// Of old reports.
	Link           report.First `json:"links"`
	CVSSv2         cvss         `json:"cvssV2"`
	CVSSv3         cvss         `json:"cvssV3"`
	FixedInVersion string       `json:"fixedInVersion"`
}

// parties are the providers that are called otherwise elsewhere.
var parties = map[string]string{"github": "ghsa", "rhel": "redhat"}

// party is who speaks in a record: the provider of its namespace, else what its address tells.
func (r *record) party() string {
	provider, _, _ := strings.Cut(r.Namespace, ":")
	switch {
	case parties[provider] != "":
		return parties[provider]
	case provider != "":
		return provider
	case strings.Contains(r.DataSource, "//nvd.nist.gov/"):
		return "nvd"
	case strings.Contains(r.DataSource, "//github.com/advisories/"):
		return "ghsa"
	}
	return tool
}

func (r *record) url() string {
	return cmp.Or(r.DataSource, string(r.URL), string(r.Link))
}

func (r *record) fixed() []string {
	if r.FixedInVersion != "" {
		return append(r.Fix.Versions, r.FixedInVersion)
	}
	return r.Fix.Versions
}

// addEPSS keeps the highest probability. One that is none is an error: left out, it would make a threat look smaller.
func (r *record) addEPSS(f *gate.Finding) error {
	for _, entry := range r.EPSS {
		p := entry.EPSS.Float
		switch {
		case p == nil:
		case !(*p >= 0 && *p <= 1):
			return fmt.Errorf("%w: EPSS of %q is %s, no probability", report.ErrShape, r.ID, strconv.FormatFloat(*p, 'g', -1, 64))
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
	for i := range r.KnownExploited {
		dates.Read("knownExploited[].dateAdded", &r.KnownExploited[i].DateAdded)
		dates.Read("knownExploited[].dueDate", &r.KnownExploited[i].DueDate)
	}
}

func (r *record) addKEV(f *gate.Finding) {
	for _, entry := range r.KnownExploited {
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
