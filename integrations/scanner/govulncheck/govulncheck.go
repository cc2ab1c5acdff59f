// Package govulncheck reads the JSON of the Go project's govulncheck (`govulncheck -format json ./...`).
//
// A report is a stream of objects, one behind the other, each with one member: `config` says what scans and how, `SBOM` lists the modules,
// `progress` tells what is being done, `osv` describes a vulnerability of some module, whatever its version, and `finding` says that the version
// at hand has it. Findings come in levels of detail: the module is required, the package is imported, the function is called. Together they
// are one finding here. Other programs wrap the stream into a list, which is read as well.
//
// Reports of before 2023 are one object with `Vulns` and `Modules`; those of 0.1 have `vulnerability` in place of `osv` and `finding`.
//
// https://github.com/golang/vuln/blob/master/internal/govulncheck/govulncheck.go
package govulncheck

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "govulncheck"

// Format is govulncheck JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "govulncheck JSON: Go modules and programs",
	Detect: detect,
	Parse:  parse,
	Entry:  "a vulnerability of one version of a module, with all findings that tell of it",
	Proof:  "`SBOM.modules` is not empty and a `progress` behind it says \"Checking the …\", since 1.1.4; before 2023 `Modules` is not empty",
	Cut:    report.ByReceipt,
	Notes: `The Go database rates nothing: the severity is unknown unless another report tells of the same vulnerability. The certainty is "high" where a
vulnerable function is called, "medium" where its package is imported and "low" where its module is required and no more; it is empty where the scan
looked no further. The place is the call in the user's own code; a program without positions gives the vulnerable function instead. That a module is
listed in "osv" without a "finding" says that its version is not concerned, and is no entry. A run that ended before it looked for
vulnerabilities makes the source "partial". One that lists no modules, or that looked for modules or fetched the database and went no further, found
nothing for that reason, and no receipt makes up for it.`,
}

// detect goes by the first message, which is the configuration, or by the graphs of the old form.
func detect(o *report.Outline) bool {
	switch o.Root {
	case report.Object:
		return o.HasAny("config.protocol_version", "config.scanner_name", "config.data_source", "config.go_version") ||
			!o.Lines && (o.HasAny("Calls.Functions", "Imports.Packages", "Requires.Modules") || o.Has("Vulns") && o.Has("Modules"))
	case report.Array:
		return o.HasAny("[].config.protocol_version", "[].config.scanner_name", "[].config.data_source", "[].config.go_version",
			"[].finding.trace", "[].osv.affected")
	}
	return false
}

type parser struct {
	scan     gate.Scan
	dates    report.Dates
	runs     []run
	records  map[string]*record // by id
	found    map[key]*found
	order    []key             // of found
	oldRun   run               // that the old form tells of: it is printed when all is done
	versions map[string]string // of the modules in the old form
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{records: map[string]*record{}, found: map[key]*found{}, versions: map[string]string{}}
	p.scan.Tool.Name = formatName
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return report.EachElement(dec, func() error { return p.message(dec) })
		}
		return p.message(dec)
	})
	if p.oldRun.checked {
		p.runs = append(p.runs, p.oldRun)
	}
	if err == nil && len(p.runs) == 0 {
		err = fmt.Errorf("%w: the report has neither `config` nor `Vulns`", report.ErrShape)
	}
	if err == nil {
		err = p.emitAll(emit)
	}
	p.settle()
	p.scan.Warnings = append(p.scan.Warnings, p.dates.Warnings()...)
	return p.scan, err
}

// message reads one object of the stream. The old form has all its members in one.
func (p *parser) message(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "config":
			return p.config(dec)
		case "SBOM":
			return p.bill(dec)
		case "progress":
			return p.progress(dec)
		case "osv":
			return p.record(dec)
		case "finding":
			p.last().found = true
			return p.finding(dec)
		case "vulnerability":
			return p.vulnerability(dec)
		case "Vulns":
			return p.oldFindings(dec)
		case "Modules":
			p.oldRun.listed = true
			return p.oldModules(dec)
		}
		return report.Skip(dec)
	})
}
