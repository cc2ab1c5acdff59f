// Package npm holds what npm's registry says of vulnerable packages. npm, pnpm and Yarn ask it and print its answer, each in its own way.
//
// https://docs.npmjs.com/about-audit-reports and https://github.com/npm/cli (workspaces/arborist/lib/audit-report.js)
package npm

import (
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Advisory is one advisory about one package.
type Advisory struct {
	Number     report.Word    `json:"id"` // of the registry; GitHub's advisories get another one with each change
	GHSA       string         `json:"github_advisory_id"`
	Package    string         `json:"module_name"`
	Title      string         `json:"title"`
	URL        string         `json:"url"`
	Severity   report.Word    `json:"severity"`
	CVEs       []string       `json:"cves"`
	CWE        jsontext.Value `json:"cwe"` // a text, a list, a list within a text, or null
	CVSS       CVSS           `json:"cvss"`
	Vulnerable string         `json:"vulnerable_versions"`
	Patched    report.Word    `json:"patched_versions"`
	Advice     string         `json:"recommendation"`
	Created    report.Time    `json:"created"`
	Copies     []Copy         `json:"findings"`
}

// CVSS is a score of 0 without vector where there is none.
type CVSS struct {
	Score  report.Number `json:"score"`
	Vector string        `json:"vectorString"`
}

// Copy is one version of the package, and the ways by which it came into the tree: "express>send>mime".
type Copy struct {
	Version string   `json:"version"`
	Paths   []string `json:"paths"`
}

// Printer is the program that prints, and the format that it prints.
type Printer struct{ Tool, Format string }

// Finding tells of an advisory about one version of its package.
func (p Printer) Finding(a *Advisory, version string, at gate.Location) *gate.Finding {
	id, aliases, related := a.ids()
	opinion := gate.Opinion{Party: a.party(), Label: a.Severity.Label, Vector: a.CVSS.Vector}
	if score := a.CVSS.Score.Float; score != nil && (*score != 0 || a.CVSS.Vector != "") {
		opinion.Score = score
	}
	return &gate.Finding{
		Tool:      p.Tool,
		Kind:      gate.Vulnerability,
		ID:        id,
		Aliases:   aliases,
		Related:   related,
		Title:     report.FirstLine(a.Title),
		Remedy:    report.FirstLine(a.Advice),
		URL:       a.URL,
		Rating:    report.RateAlways(p.Format, opinion),
		CWEs:      a.cwes(),
		Published: a.Created.Time,
		Location:  at,
		Component: gate.Component{
			PURL: report.PackageURL("npm", a.Package, version), Name: a.Package, Version: version, Fixed: a.fixed(),
		},
	}
}

var (
	ghsa   = regexp.MustCompile(`(?i)\bGHSA(-[0-9a-z]{4}){3}\b`)
	digits = regexp.MustCompile(`^[0-9]+$`)
)

// github gives the id in GitHub's database of advisories, from which the registry takes them since 2021.
func (a *Advisory) github() string {
	if a.GHSA != "" {
		return a.GHSA
	}
	return ghsa.FindString(a.URL)
}

func (a *Advisory) party() string {
	if a.github() != "" {
		return "ghsa"
	}
	return "npm"
}

// ids gives the names of an advisory. One that speaks of several CVEs is another name of none of them.
func (a *Advisory) ids() (id string, aliases, related []string) {
	id = a.github()
	if id == "" && a.Number.Label != nil {
		id = *a.Number.Label
		if digits.MatchString(id) {
			id = "npm-" + id
		}
	}
	switch {
	case id == "" && len(a.CVEs) > 0:
		return a.CVEs[0], nil, a.CVEs[1:]
	case len(a.CVEs) == 1:
		return id, a.CVEs, nil
	}
	return id, nil, a.CVEs
}

func (a *Advisory) cwes() []int {
	cwes := report.CWEs(string(a.CWE))
	slices.Sort(cwes)
	return slices.Compact(cwes)
}
