// Package snyk reads the JSON of the Snyk CLI (`snyk test --json`, `snyk container test --json`, `snyk iac test --json`). Snyk Code prints SARIF.
//
// A report is one project, or a list of them: `vulnerabilities` holds the issues, one for each path of dependencies that leads to the package, or
// one for each issue with `--group-issues`; `filtered` holds those that an ignore rule or a patch silences; `infrastructureAsCodeIssues` holds
// what is wrong with configuration. An image has the projects that were found in it as `applications`. A project that could not be tested
// has an `error` in place of these. What a project is called and where its file lies may stand behind its issues, so the document is read twice.
//
// https://github.com/snyk/cli/blob/main/src/lib/formatters/test/format-test-results.ts
package snyk

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "snyk"

// Format is the JSON of the Snyk CLI.
var Format = report.Format{
	Name:    formatName,
	Title:   "Snyk JSON: open source, containers, infrastructure as code",
	Detect:  detect,
	Parse:   parse,
	Entry:   "an issue on one path of dependencies, ignored and patched ones too; an issue of configuration",
	LeftOut: "checks of configuration that passed",
	Proof:   "the `dependencyCount` of each project is above zero; of configuration, `infrastructureAsCodeSuccesses` is not empty",
	Notes: `The rating is Snyk's: the graver of "severity" and "severityWithCritical" with Snyk's vector. Those of the NVD and of others are kept.
Snyk rates a package of an operating system by its distribution, so a vector that "cvssDetails" gives to somebody else is theirs alone there. What
"filtered" holds is suppressed, with who ignored it, why and when; an ignored issue of configuration is suppressed as well. Licence issues have the
kind "license", and malicious packages the kind "malware". A project with an "error", or one that is not "ok" and has no issue, makes the source
"partial". A bound of severity is a warning of the source: issues below it are not in the report. A "dependencyCount" of 0 says that nothing was
tested, and no receipt makes up for that, whatever other projects count; beside findings of other projects it is a warning of the source.`,
}

// detect goes by the first project.
func detect(o *report.Outline) bool {
	var at string
	switch {
	case o.Lines:
		return false
	case o.Root == report.Array:
		at = "[]."
	case o.Root != report.Object:
		return false
	}
	return o.HasAny(at+"vulnerabilities[].isUpgradable", at+"vulnerabilities[].upgradePath", at+"vulnerabilities[].severityWithCritical",
		at+"applications[].vulnerabilities[].isUpgradable", at+"infrastructureAsCodeIssues", at+"infrastructureAsCodeSuccesses") ||
		o.HasAny(at+"vulnerabilities", at+"dependencyCount") && o.HasAny(at+"licensesPolicy", at+"filesystemPolicy", at+"ignoreSettings") ||
		o.Has(at+"vulnerabilities") && o.Has(at+"dependencyCount") ||
		o.Has(at+"ok") && o.Has(at+"error") && o.Has(at+"path") ||
		o.Has(at+"issues[].issueId") && o.Has(at+"issues[].fixInfo")
}

type parser struct {
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	projects []*project // in the order in which they begin
	next     int        // the one that the second reading comes to
	passed   int        // checks of configuration
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := p.each(d, p.describe)
	if err == nil {
		err = p.each(d, p.issues)
	}
	if err == nil {
		err = p.settle()
	}
	p.scan.Warnings = append(p.scan.Warnings, p.dates.Warnings()...)
	return p.scan, err
}

// each reads the outermost projects.
func (p *parser) each(d report.Document, read func(*report.Decoder) error) error {
	return report.JSON(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return report.EachElement(dec, func() error { return read(dec) })
		}
		return read(dec)
	})
}

// settle says what the projects tell of the scan.
func (p *parser) settle() error {
	if len(p.projects) > 0 {
		p.scan.Subject.Name = strings.TrimPrefix(p.projects[0].Name, "docker-image|")
	}
	for _, of := range p.projects {
		if !of.tested && of.Error == "" {
			return fmt.Errorf("%w: the project %q has neither `vulnerabilities` nor an `error`", report.ErrShape, of.name())
		}
		if problem := of.problem(); problem != "" && p.scan.Failed == "" {
			p.scan.Failed = problem
		}
	}
	p.prove()
	return nil
}
