// Package gitlab reads the security reports of GitLab (`gl-sast-report.json` and the like), as its analyzers write them and as other scanners
// imitate them: SAST, secret detection, dependency, container and cluster image scanning, DAST, API fuzzing and coverage-guided fuzzing.
//
// A report is one object. `vulnerabilities` holds the findings, `scan` says which scanner ran and how it ended, `remediations` holds patches,
// and `dependency_files` what dependency scanning looked at. Schemas 2.3 to 15.2 are known. Those before 15 say at each finding which scanner
// found it and what kind of scan it was; later ones say so in `scan` alone, which mostly stands at the end: the document is read twice.
//
// https://docs.gitlab.com/development/integrations/secure/#report
// https://gitlab.com/gitlab-org/security-products/security-report-schemas
package gitlab

import (
	"fmt"
	"regexp"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "gitlab"

// Format is a security report of GitLab.
var Format = report.Format{
	Name:   formatName,
	Title:  "GitLab security reports, schemas 2.3 to 15: SAST, secrets, dependencies, images, DAST, fuzzing",
	Detect: detect,
	Parse:  parse,
	Entry:  "a vulnerability",
	Proof:  "`scan.status` is \"success\", and `dependency_files` or `scan.scanned_resources` names what was scanned",
	Notes: `The kind comes from "scan.type", in old reports from "category", and where neither is there from the shape of "location". The id is that
of the first identifier, of a dependency or an image the first that is no class such as a CWE, else the name; the others are aliases, related
advisories or weaknesses. A secret that the report masks ("***", "REDACTED") is known by its place. A "scan.status" other than "success", and a
message of a level other than "info" and "warn", make the source "partial"; a "warn" is a warning of the source. A scan of the changed files only
("partial_scan") is a warning and proves nothing, not even with a receipt. Reports of SAST, of secrets and of images do not say what they scanned,
so that an empty one proves nothing alone. A vector of "cvss_vectors" goes with the severity where its vendor is the scanner, GitLab or not known,
and is the rating of another party otherwise. The flag "flagged-as-likely-false-positive" is a guess of a tool: the finding stays open, is under
investigation, and says who flagged it and why. What is attacked over the network is known by method, path and parameter, not by host, so
that review environments share their defects. Package URLs follow from the package manager of the file, in images from the operating system.`,
}

var schemaVersion = regexp.MustCompile(`^\d+\.\d+`)

// detect goes by what only these reports have, as far as the first bytes show it: descriptions, patches and lists of dependencies are long, and
// any of them may stand first.
func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	switch {
	case o.HasAny("vulnerabilities[].identifiers[].type", "vulnerabilities[].identifiers[].value", "dependency_files[].package_manager"),
		o.Has("remediations[].fixes"):
		return true
	case o.Has("scan.type") && o.HasAny("scan.scanner", "scan.status", "scan.start_time"):
		return true
	case !schemaVersion.MatchString(o.Text("version")):
		return false
	}
	return o.Has("vulnerabilities") && o.HasAny("remediations", "scan", "schema", "vulnerabilities[].location", "vulnerabilities[].category")
}

type parser struct {
	emit  report.Emit
	scan  gate.Scan
	about header
	seen  images
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit}
	if err := p.about.read(d); err != nil {
		return p.scan, err
	}
	p.scan = p.about.scan()
	err := report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			if name != "vulnerabilities" {
				return report.Skip(dec)
			}
			return report.Each(dec, p.take)
		})
	})
	p.scan.Subject = p.seen.subject()
	return p.scan, err
}

func (p *parser) take(v *vulnerability) error {
	f := v.finding(&p.about)
	if err := report.Identified(f); err != nil {
		return err
	}
	p.seen.note(string(v.Location.Image))
	p.scan.Read++
	return p.emit(f)
}

// errNoFindings is the error of a document that has no list of findings: an empty one is printed as such by every version.
var errNoFindings = fmt.Errorf("%w: the report has no `vulnerabilities`", report.ErrShape)
