// Package pipaudit reads the JSON of PyPA's pip-audit (`pip-audit --format json --output report.json`).
//
// A report is one object: `dependencies` lists every dependency, each with its `vulns`, or with a `skip_reason` where it could not be audited;
// `fixes` says what `--fix` did. Releases before 2.0 print the list of dependencies alone.
//
// https://github.com/pypa/pip-audit#usage
package pipaudit

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const (
	formatName = "pip-audit"
	ecosystem  = "PyPI"
)

// Format is pip-audit JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "pip-audit JSON: Python dependencies",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a vulnerability of a dependency",
	LeftOut: "dependencies that were not audited",
	Proof:   "`dependencies` lists at least one that was audited",
	Notes: `pip-audit does not rate: every finding is "unknown". A dependency with a "skip_reason" was not audited, and is a warning of the source;
with --strict pip-audit fails instead. What "fixes" says is not taken for mended: scan again after --fix. What --ignore-vuln takes out is not in
the report.`,
}

// others are members of documents that have dependencies, too.
var others = []string{"bomFormat", "reportSchema", "scanInfo", "projectInfo", "metadata", "components", "vulnerabilities", "version", "name",
	"packages"}

func detect(o *report.Outline) bool {
	switch {
	case o.Lines:
		return false
	case o.Root == report.Array:
		return o.HasAny("[].vulns", "[].skip_reason")
	case o.Root != report.Object || o.HasAny(others...):
		return false
	case o.Has("dependencies[]"):
		return o.HasAny("dependencies[].vulns", "dependencies[].skip_reason")
	}
	return o.Has("dependencies")
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	listed  bool // the dependencies were there, if only an empty list of them
	audited int
	skipped int
	first   string // the first that was skipped, with the reason
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSON(d, func(dec *report.Decoder) error {
		if dec.PeekKind() == report.Array {
			return p.dependencies(dec)
		}
		return report.EachMember(dec, func(name string) error {
			if name == "dependencies" && dec.PeekKind() == report.Array {
				return p.dependencies(dec)
			}
			return report.Skip(dec)
		})
	})
	if err == nil && !p.listed {
		err = fmt.Errorf("%w: the report has no list of `dependencies`", report.ErrShape)
	}
	p.conclude()
	return p.scan, err
}

// conclude says what was audited and what was not.
func (p *parser) conclude() {
	switch {
	case p.audited > 0:
		p.scan.Proof = fmt.Sprintf("dependencies audited: %d", p.audited)
	case p.skipped > 0:
		p.scan.Unproven = "none of its dependencies was audited"
	default:
		p.scan.Unproven = "it lists 0 dependencies"
	}
	switch p.skipped {
	case 0:
	case 1:
		p.scan.Warnings = append(p.scan.Warnings, "1 dependency was not audited: "+p.first)
	default:
		p.scan.Warnings = append(p.scan.Warnings, fmt.Sprintf("%d dependencies were not audited, the first of them %s", p.skipped, p.first))
	}
}

func (p *parser) dependencies(dec *report.Decoder) error {
	p.listed = true
	return report.Each(dec, p.dependency)
}
