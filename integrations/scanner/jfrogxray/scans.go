package jfrogxray

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// response is what Xray says of one scan. Lists that are empty are left out of it.
type response struct {
	id, component, status, problem string
	lists                          bool // there is a list of findings, empty or not
}

// scans reads one response or a list of them.
func (p *parser) scans(d report.Document) error {
	completed, all := 0, 0
	err := report.JSON(d, func(dec *report.Decoder) error {
		read := func() error {
			all++
			p.current = ""
			if all <= len(p.scanned) {
				p.current = p.scanned[all-1]
			}
			r, err := p.response(dec)
			if r.id == "" {
				p.unproven = "it lists a scan without a scan_id"
			}
			if err == nil && r.id != "" && strings.EqualFold(r.status, done) {
				completed++
			}
			return err
		}
		if report.IsList(dec) {
			return report.EachElement(dec, read)
		}
		return read()
	})
	if all > 0 && completed == all {
		p.scan.Proof = fmt.Sprintf("scans that completed: %d", completed)
	}
	return err
}

// done is the status of a scan that ran to its end. Some versions print none.
const done = "completed"

func (p *parser) response(dec *report.Decoder) (r response, err error) {
	err = report.EachMember(dec, func(name string) error {
		switch name {
		case "vulnerabilities", "violations":
			r.lists = true
			return report.Each(dec, p.entry)
		case "licenses":
			return report.EachElement(dec, func() error {
				p.scan.Drop(licenceOfPackage)
				return report.Skip(dec)
			})
		case "scan_id":
			return report.Value(dec, &r.id)
		case "component_id":
			return report.Value(dec, &r.component)
		case "status":
			return report.Value(dec, &r.status)
		case "error":
			return report.Value(dec, &r.problem)
		}
		return report.Skip(dec)
	})
	if err != nil {
		return r, err
	}
	return r, p.settle(&r)
}

func (p *parser) settle(r *response) error {
	switch {
	case r.problem != "":
		p.fail("%s: %s", cmp.Or(r.component, r.id, "a scan"), report.FirstLine(r.problem))
	case r.status != "" && !strings.EqualFold(r.status, done):
		p.fail("%s: the scan is %s", cmp.Or(r.component, r.id, "a scan"), r.status)
	case !r.lists && r.id == "" && r.component == "":
		return fmt.Errorf("%w: the scan has neither `vulnerabilities` nor a `scan_id`", report.ErrShape)
	}
	p.scan.Subject.Name = cmp.Or(p.scan.Subject.Name, r.component)
	return nil
}

// entry is a vulnerability, or a violation of a rule.
type entry struct {
	Type        string              `json:"type"` // of violations
	IssueID     string              `json:"issue_id"`
	Summary     string              `json:"summary"`
	Severity    report.Word         `json:"severity"`
	CVEs        []cve               `json:"cves"`
	References  addresses           `json:"references"`
	License     string              `json:"license_key"`
	LicenseName string              `json:"license_name"`
	Components  map[string]affected `json:"components"`
	Research    struct {
		Severity    string `json:"jfrog_research_severity"`
		Remediation string `json:"remediation"`
	} `json:"extended_information"`
}

type affected struct {
	Fixed []string `json:"fixed_versions"`
	Paths [][]struct {
		File string `json:"full_path"`
	} `json:"impact_paths"`
}

// files are those on the first of the paths to the package, its own last.
func (a *affected) files() (files []string) {
	for _, path := range a.Paths[:min(1, len(a.Paths))] {
		for _, node := range path {
			files = append(files, node.File)
		}
	}
	return files
}

// entry makes findings of each package that has the issue.
func (p *parser) entry(e *entry) error {
	if strings.EqualFold(e.Type, "operational_risk") {
		p.scan.Drop(operationalRisk)
		return nil
	}
	if len(e.Components) == 0 {
		e.Components = map[string]affected{"": {}}
	}
	for _, id := range slices.Sorted(maps.Keys(e.Components)) {
		at := e.Components[id]
		i := e.issue(id, p.current, &at)
		var err error
		if strings.EqualFold(e.Type, "license") {
			err = p.emitted(i.licence(cmp.Or(e.License, e.LicenseName, e.IssueID)))
		} else {
			err = p.take(i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) issue(id, of string, at *affected) *issue {
	return &issue{
		ID:         e.IssueID,
		Summary:    e.Summary,
		Remedy:     e.Research.Remediation,
		References: e.References,
		Severity:   e.Severity,
		Others:     opinions(struct{ party, word string }{"jfrog-research", e.Research.Severity}),
		CVEs:       e.CVEs,
		Component:  component(id, at.Fixed),
		Location:   located(id, at.files()...),
		Scanned:    of,
	}
}
