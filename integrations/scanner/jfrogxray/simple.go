package jfrogxray

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// simple reads the form of `jf audit --format simple-json`.
func (p *parser) simple(d report.Document) error {
	return report.Members(d, p.list)
}

// kinds are the lists of findings that have a place in a file.
var kinds = map[string]gate.Kind{
	"secrets": gate.Secret, "secretsViolations": gate.Secret,
	"iac": gate.Misconfiguration, "iacViolations": gate.Misconfiguration,
	"sast": gate.Code, "sastViolations": gate.Code, "maliciousCode": gate.Code,
}

func (p *parser) list(dec *report.Decoder, name string) error {
	if kind, ok := kinds[name]; ok {
		return report.Each(dec, func(s *placed) error { return p.emitted(s.finding(kind)) })
	}
	switch name {
	case "vulnerabilities", "securityViolations":
		return report.Each(dec, func(s *simpleIssue) error { return p.take(s.issue()) })
	case "licensesViolations":
		return report.Each(dec, func(s *simpleIssue) error { return p.emitted(s.issue().licence(cmp.Or(s.License, s.LicenseName))) })
	case "licenses", "operationalRiskViolations":
		why := map[string]string{"licenses": licenceOfPackage, "operationalRiskViolations": operationalRisk}[name]
		return report.EachElement(dec, func() error {
			p.scan.Drop(why)
			return report.Skip(dec)
		})
	case "errors":
		return report.Each(dec, func(e *struct {
			File    string `json:"filePath"`
			Message string `json:"errorMessage"`
		}) error {
			p.fail("%s: %s", cmp.Or(e.File, "the scan"), report.FirstLine(e.Message))
			return nil
		})
	case "scansStatus":
		return p.statuses(dec)
	}
	return report.Skip(dec)
}

// statuses reads the codes of the scans that were made: a scan that failed has another than zero.
func (p *parser) statuses(dec *report.Decoder) error {
	var codes map[string]jsontext.Value
	if err := report.Value(dec, &codes); err != nil {
		return err
	}
	scans := 0
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		switch code := codes[name]; {
		case code.Kind() == jsontext.KindNull: // a scan that was not made
		case code.Kind() != jsontext.KindNumber:
			return fmt.Errorf("%w: the code %q is %s, want a number", report.ErrShape, name, report.KindName(code.Kind()))
		case string(code) != "0":
			p.fail("%s is %s: the scan failed", name, code)
			return nil
		default:
			scans++
		}
	}
	if scans == 0 {
		p.unproven = "its scansStatus names no scan that was made"
		return nil
	}
	p.scan.Proof = fmt.Sprintf("scans with the status 0: %d", scans)
	return nil
}

// simpleIssue is a vulnerability, a violation or a licence of one package.
type simpleIssue struct {
	Severity   report.Word `json:"severity"`
	Name       string      `json:"impactedPackageName"`
	Version    string      `json:"impactedPackageVersion"`
	Type       string      `json:"impactedPackageType"`
	Summary    string      `json:"summary"`
	Applicable string      `json:"applicable"`
	Fixed      []string    `json:"fixedVersions"`
	IssueID    string      `json:"issueId"`
	References addresses   `json:"references"`
	CVEs       []struct {
		Name       string        `json:"id"`
		V2Score    report.Number `json:"cvssV2"`
		V2Vector   string        `json:"cvssV2Vector"`
		V3Score    report.Number `json:"cvssV3"`
		V3Vector   string        `json:"cvssV3Vector"`
		CWEs       []string      `json:"cwe"`
		Applicable struct {
			Status string `json:"status"`
		} `json:"applicability"`
	} `json:"cves"`
	Components []struct {
		Location place `json:"location"`
	} `json:"components"` // what the user depends on
	Research struct {
		Severity    string `json:"severity"`
		Remediation string `json:"remediation"`
	} `json:"jfrogResearchInformation"`
	License     string `json:"licenseKey"`
	LicenseName string `json:"licenseName"`
}

func (s *simpleIssue) issue() *issue {
	i := &issue{
		ID:         s.IssueID,
		Summary:    s.Summary,
		Remedy:     s.Research.Remediation,
		References: s.References,
		Severity:   s.Severity,
		Others:     opinions(struct{ party, word string }{"jfrog-research", s.Research.Severity}),
		Component:  component(strings.ToLower(s.Type)+"://"+s.Name+":"+s.Version, s.Fixed),
		Applicable: s.Applicable,
	}
	if len(s.Components) > 0 {
		i.Location = located("", s.Components[0].Location.File)
	}
	for _, c := range s.CVEs {
		i.CVEs = append(i.CVEs, cve{Name: c.Name, V2Score: c.V2Score, V2Vector: c.V2Vector, V3Score: c.V3Score, V3Vector: c.V3Vector,
			CWEs: c.CWEs, Applicable: c.Applicable.Status})
	}
	return i
}

type place struct {
	File string        `json:"file"`
	Line report.Number `json:"startLine"`
}

// placed is a finding in a file. Its snippet is not read: that of a secret holds the secret.
type placed struct {
	place
	Severity    report.Word `json:"severity"`
	RuleID      string      `json:"ruleId"`
	CWEs        []string    `json:"cwe"`
	Title       string      `json:"scannerShortDescription"`
	Fingerprint string      `json:"fingerprint"`
	Evidence    struct {
		Status string `json:"status"` // of the check whether a token still works
	} `json:"applicability"`
}

func (s *placed) finding(kind gate.Kind) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     kind,
		ID:       s.RuleID,
		Title:    report.FirstLine(s.Title),
		Rating:   report.Rate(formatName, gate.Opinion{Party: jfrog, Label: s.Severity.Label}),
		CWEs:     report.CWEs(s.CWEs...),
		Location: gate.Location{Path: s.File, Line: s.Line.Int()},
		Anchor:   gate.Anchor{Hash: s.Fingerprint},
	}
	if kind == gate.Secret && s.Evidence.Status == "Active" {
		f.Certainty = gate.Verified
	}
	return f
}
