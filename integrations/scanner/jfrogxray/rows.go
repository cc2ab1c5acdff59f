package jfrogxray

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// row is an entry of an exported report: a vulnerability, a violation of a rule, or a licence.
type row struct {
	Type             string        `json:"type"` // of violations: "security", "license", "operational_risk"
	IssueID          string        `json:"issue_id"`
	Summary          string        `json:"summary"`
	Severity         report.Word   `json:"severity"`
	AdvisorySource   string        `json:"external_advisory_source"`
	AdvisorySeverity string        `json:"external_advisory_severity"`
	CVEs             []cve         `json:"cves"`
	Worst3           report.Number `json:"cvss3_max_score"`
	Worst2           report.Number `json:"cvss2_max_score"`
	Vulnerable       string        `json:"vulnerable_component"`
	Component        string        `json:"component"` // of licences
	Path             string        `json:"path"`      // of the artifact, in Artifactory
	Fixed            []string      `json:"fixed_versions"`
	Published        report.Time   `json:"published"`
	Scanned          report.Time   `json:"artifact_scan_time"`
	References       addresses     `json:"references"`
	License          string        `json:"license"`
	LicenseKey       string        `json:"license_key"`
	Applicable       string        `json:"applicability_result"`
}

// report reads an exported report.
func (p *parser) report(d report.Document) error {
	var total report.Count
	rows := 0
	err := report.Members(d, func(dec *report.Decoder, name string) error {
		switch name {
		case "rows":
			if dec.PeekKind() == jsontext.KindNull {
				p.unproven = "its `rows` are null"
			}
			return report.Each(dec, func(r *row) error {
				rows++
				return p.row(r)
			})
		case "total_rows":
			return report.Value(dec, &total)
		}
		return report.Skip(dec)
	})
	if err == nil && total.N > rows {
		p.fail("the document is a page of a longer report: it has %d of %d rows", rows, total.N)
	}
	return err
}

func (p *parser) row(r *row) error {
	p.dates.Read("published", &r.Published)
	// The oldest of the scans says how fresh the report is.
	if at := r.Scanned.Time; report.Meant(at) && (p.scan.Ended.IsZero() || at.Before(p.scan.Ended)) {
		p.scan.Ended = at
	}
	i := r.issue()
	switch {
	case strings.EqualFold(r.Type, "operational_risk"):
		p.scan.Drop(operationalRisk)
		return nil
	case strings.EqualFold(r.Type, "license"):
		return p.emitted(i.licence(cmp.Or(r.LicenseKey, r.License, r.IssueID, r.Summary)))
	case r.Type == "" && r.License != "" && r.IssueID == "" && r.Severity.Label == nil:
		p.scan.Drop(licenceOfPackage)
		return nil
	}
	return p.take(i)
}

func (r *row) issue() *issue {
	i := &issue{
		ID:         r.IssueID,
		Summary:    r.Summary,
		References: r.References,
		Severity:   r.Severity,
		Others:     opinions(struct{ party, word string }{r.AdvisorySource, r.AdvisorySeverity}),
		CVEs:       r.CVEs,
		Component:  component(cmp.Or(r.Vulnerable, r.Component), r.Fixed),
		Location:   gate.Location{Path: r.Path},
		Published:  r.Published.Time,
		Applicable: r.Applicable,
	}
	if len(i.CVEs) == 0 {
		i.CVEs = []cve{{V3Score: r.Worst3, V2Score: r.Worst2}}
	}
	return i
}

// addresses is a list, or one text.
type addresses []string

// UnmarshalJSONFrom reads both spellings.
func (a *addresses) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	within := report.Within(dec)
	if dec.PeekKind() != jsontext.KindString {
		return report.Each(within, func(address *string) error {
			*a = append(*a, *address)
			return nil
		})
	}
	var text string
	err := report.Value(within, &text)
	*a = strings.Fields(text)
	return err
}
