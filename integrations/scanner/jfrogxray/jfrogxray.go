// Package jfrogxray reads the JSON of JFrog Xray, in three forms.
//
// A report that Xray exports, or its REST API gives, is one object: `rows` holds the vulnerabilities or violations, and `total_rows` counts them,
// those of other pages too. `jf audit --format json` and `jf scan --format json` print a list of scans, each with `vulnerabilities` and
// `violations` that name the packages they are found in. `jf audit --format simple-json` prints one object with a list for each sort of
// finding, which a first reading tells from the others by its members.
//
// https://jfrog.com/help/r/xray-rest-apis/get-vulnerabilities-report-content,
// https://github.com/jfrog/jfrog-client-go/blob/master/xray/services/scan.go,
// https://github.com/jfrog/jfrog-cli-security/blob/main/utils/formats/simplejsonapi.go
package jfrogxray

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "jfrog-xray"

// Format is JFrog Xray JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "JFrog Xray JSON: exported reports, jf audit, jf scan",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a CVE of an issue of one package, or the issue where it has none; a finding in code, configuration or of a secret",
	LeftOut: "licences that nothing is said against, operational risks",
	Proof:   "each scan has a `scan_id` and the `status` \"completed\"; each code in `scansStatus` is zero; nothing in an exported report",
	Notes: `An issue keeps its Xray id; its CVE is an alias. An issue of several CVEs is one finding for each, for they are not the same
vulnerability. The rating is Xray's word with the vector of CVSS 3, else of 4, else of 2; what an advisory or JFrog's research says is kept beside it.
What contextual analysis holds to be not applicable is a statement that the product is not affected, and counts where statements are trusted. A
page of a longer report ("total_rows" is above the number of rows), a scan that is not completed, a code that is not zero and an entry in "errors"
make the source "partial". A scan without a "scan_id" and a "scansStatus" without a code say that nothing was scanned, and no receipt makes up for
that. An issue that names no package is one of its file, else of what was scanned. The text of a secret is not read; one that is still active is
verified.`,
}

func detect(o *report.Outline) bool {
	switch {
	case o.Lines:
		return false
	case o.Root == report.Array:
		return isScan(o, "[].")
	case o.Root == report.Object:
		return isScan(o, "") || isReport(o) || isSimple(o)
	}
	return false
}

func isScan(o *report.Outline, at string) bool {
	return o.Has(at+"scan_id") && o.HasAny(at+"vulnerabilities", at+"violations", at+"licenses", at+"component_id", at+"status") ||
		o.Has(at+"vulnerabilities[].components") && o.Has(at+"vulnerabilities[].issue_id") ||
		o.Has(at+"violations[].components") && o.Has(at+"violations[].watch_name")
}

func isReport(o *report.Outline) bool {
	return o.Has("rows") && o.Has("total_rows") || o.HasAny("rows[].vulnerable_component", "rows[].impacted_artifact")
}

func isSimple(o *report.Outline) bool {
	return o.Has("vulnerabilities") && o.HasAny("securityViolations", "licensesViolations") ||
		o.HasAny("vulnerabilities[].impactedPackageName", "securityViolations[].impactedPackageName")
}

type parser struct {
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	scanned  []string // the `component_id` of each scan, which stands behind the findings
	current  string   // that of the scan that is being read
	unproven string   // the first thing that the report says against its scans
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	read, err := p.form(d)
	if err == nil {
		err = read(d)
	}
	if p.scan.Proof == "" && p.scan.Read == 0 {
		p.scan.Unproven = p.unproven
	}
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

// form chooses how to read a document: by its members, for some of them have one name in two forms. Of scans it learns what they are of.
func (p *parser) form(d report.Document) (read func(report.Document) error, err error) {
	read = p.scans
	err = report.JSON(d, func(dec *report.Decoder) error {
		one := func() error {
			of := ""
			defer func() { p.remember(of) }()
			return report.EachMember(dec, func(name string) error {
				switch name {
				case "component_id":
					return report.Value(dec, &of)
				case "rows":
					read = p.report
				case "securityViolations", "licensesViolations", "scansStatus":
					read = p.simple
				}
				return report.Skip(dec)
			})
		}
		if !report.IsList(dec) {
			return one()
		}
		err := report.EachElement(dec, one)
		read = p.scans
		return err
	})
	return read, err
}

// mostScans is of how many scans it is known beforehand what they are of.
const mostScans = 10_000

func (p *parser) remember(scanned string) {
	if len(p.scanned) < mostScans {
		p.scanned = append(p.scanned, scanned)
	}
}

func (p *parser) emitted(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

// fail keeps the first thing that the report says went wrong.
func (p *parser) fail(format string, args ...any) {
	if p.scan.Failed == "" {
		p.scan.Failed = fmt.Sprintf(format, args...)
	}
}

// Words for what is left out.
const (
	licenceOfPackage = "licence of a package"
	operationalRisk  = "operational risk of a package"
)
