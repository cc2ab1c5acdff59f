package github

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependabotAlert is an alert of Dependabot, as the REST API gives it.
type dependabotAlert struct {
	URL        text        `json:"html_url"`
	CreatedAt  report.Time `json:"created_at"`
	Repository repository  `json:"repository"` // in lists of organisations and enterprises
	Dependency struct {
		Package pkg  `json:"package"`
		Path    text `json:"manifest_path"`
	} `json:"dependency"`
	Advisory struct {
		GHSA           text         `json:"ghsa_id"`
		CVE            text         `json:"cve_id"`
		Identifiers    []identifier `json:"identifiers"`
		Summary        text         `json:"summary"`
		Classification text         `json:"classification"`
		Severity       report.Word  `json:"severity"`
		CVSS           cvss         `json:"cvss"`
		Severities     struct {
			V3 cvss `json:"cvss_v3"`
			V4 cvss `json:"cvss_v4"`
		} `json:"cvss_severities"`
		EPSS epss `json:"epss"`
		CWEs []struct {
			ID string `json:"cwe_id"`
		} `json:"cwes"`
		PublishedAt report.Time `json:"published_at"`
	} `json:"security_advisory"`
	Vulnerability struct {
		Package  pkg         `json:"package"`
		Severity report.Word `json:"severity"`
		Patched  release     `json:"first_patched_version"`
	} `json:"security_vulnerability"`

	State            text        `json:"state"`
	FixedAt          report.Time `json:"fixed_at"`
	AutoDismissedAt  report.Time `json:"auto_dismissed_at"`
	DismissedAt      report.Time `json:"dismissed_at"`
	DismissedBy      person      `json:"dismissed_by"`
	DismissedReason  text        `json:"dismissed_reason"`
	DismissedComment text        `json:"dismissed_comment"`
}

type pkg struct {
	Ecosystem text `json:"ecosystem"`
	Name      text `json:"name"`
}

func parseDependabot(d report.Document, emit report.Emit) (gate.Scan, error) {
	x := newExport("dependabot", emit)
	err := readPages(x, d, func(a *dependabotAlert) error {
		x.note(string(a.URL))
		f, err := a.dependency().finding(&x.dates)
		if err != nil {
			return err
		}
		return x.take(f)
	})
	return x.said(), err
}

func (a *dependabotAlert) dependency() *dependency {
	v := &a.Advisory
	d := &dependency{
		format: dependabotName, ghsa: v.GHSA, identifiers: append(v.Identifiers, identifier{Type: "CVE", Value: v.CVE}),
		summary: v.Summary, url: a.URL, malware: strings.EqualFold(string(v.Classification), "malware"),
		severity: a.Vulnerability.Severity, vectors: []cvss{v.Severities.V4, v.Severities.V3, v.CVSS}, probability: v.EPSS,
		ecosystem: cmp.Or(a.Dependency.Package.Ecosystem, a.Vulnerability.Package.Ecosystem),
		name:      cmp.Or(a.Dependency.Package.Name, a.Vulnerability.Package.Name),
		patched:   a.Vulnerability.Patched, path: a.Dependency.Path, repository: slug(a.Repository.FullName, a.URL),
		created: a.CreatedAt, publicised: v.PublishedAt,
		where: closing{
			State: a.State, Reason: a.DismissedReason, Comment: a.DismissedComment, By: a.DismissedBy,
			Closed: a.FixedAt, Dismissed: a.DismissedAt, Auto: a.AutoDismissedAt,
		},
	}
	if d.severity.Label == nil {
		d.severity = v.Severity
	}
	for _, weakness := range v.CWEs {
		d.weaknesses = append(d.weaknesses, weakness.ID)
	}
	return d
}
