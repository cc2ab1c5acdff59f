// Package osv reads the JSON of Google's OSV-Scanner, version 1 and 2 (`osv-scanner scan --format json …`).
//
// A report is one object: `results` holds the sources (lock files, SBOMs, images), each with its vulnerable `packages`. Below a package stand
// `vulnerabilities`, which are records of the OSV database, and `groups`, which say what records are about the same vulnerability, how bad it is,
// and whether its code is called. What other detectors found stands in `experimental_generic_findings`.
//
// A report without vulnerabilities does not say what was scanned, but for --all-packages, which lists every package.
//
// https://google.github.io/osv-scanner/output/#json and https://ossf.github.io/osv-schema/
package osv

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const (
	formatName = "osv"
	tool       = "osv-scanner"
)

// Format is OSV-Scanner JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "OSV-Scanner JSON, version 1 and 2: lock files, SBOMs, images",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a vulnerability of a package, a licence that is not allowed, or what a detector found",
	LeftOut: "packages that are deprecated",
	Proof:   "`results` lists packages, as with --all-packages",
	Notes: `The rating is that of the record, or "max_severity" of its group where that is worse. A record's party is its database: "ghsa", "rustsec".
Where call analysis says of a whole group that it is not called, that counts as a statement "not affected" by osv-scanner. What Debian or Ubuntu
hold to be unimportant stays open, with their rating. Fixed versions are those of the package's own ecosystem and release. What osv-scanner.toml
ignores is not in the report, and "experimental_pes" changes nothing.`,
}

func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	return o.HasAny("results[].packages", "results[].source.path") || o.Has("results") && o.Has("experimental_config")
}

type parser struct {
	document report.Document
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	listed   bool   // the results were there, empty or not
	sources  int    // results so far
	packages int    // packages that can be looked up, with or without vulnerabilities
	heads    *heads // of the whole document, where something stands behind what needs it
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{document: d, emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: tool}}}
	err := report.Members(d, p.member)
	if err == nil && !p.listed {
		err = fmt.Errorf("%w: the report has no `results`", report.ErrShape)
	}
	if p.packages > 0 {
		p.scan.Proof = fmt.Sprintf("packages listed: %d", p.packages)
	}
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

// member reads one member of the document. Members that are not listed hold no findings.
func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "results":
		p.listed = true
		return report.EachElement(dec, func() error { return p.result(dec) })
	case "experimental_generic_findings":
		return report.Each(dec, func(d *detected) error { return p.take(d.finding()) })
	}
	return report.Skip(dec)
}

// result reads one source with its packages.
func (p *parser) result(dec *report.Decoder) error {
	var from *source
	p.sources++
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "source":
			return report.Value(dec, &from)
		case "packages":
			of, err := p.sourceOf(from)
			if err != nil {
				return err
			}
			return report.EachElement(dec, func() error { return p.readPackage(dec, of) })
		}
		return report.Skip(dec)
	})
}

func (p *parser) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.dates.Settle("published", &f.Published)
	p.scan.Read++
	return p.emit(f)
}
