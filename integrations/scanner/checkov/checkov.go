// Package checkov reads the JSON of Checkov (`checkov --directory . --output json`).
//
// A report is one object for each kind of check that ran ("terraform", "secrets", "sca_package" …): alone where there is one, in an array where
// there are several. `results` holds the checks that failed, passed and were skipped, and the files that could not be parsed; `summary` counts
// them. With --quiet only the failed checks are listed. Where nothing was scanned, Checkov prints the bare counts of a summary.
//
// https://www.checkov.io/2.Basics/Reviewing%20Scan%20Results.html,
// https://github.com/bridgecrewio/checkov/blob/main/checkov/common/output/report.py
package checkov

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "checkov"

// Format is Checkov JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "Checkov JSON: infrastructure as code, pipelines, secrets, dependencies",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a failed or skipped check",
	LeftOut: "passed checks",
	Proof:   "a `summary` counts checks that passed",
	Notes: `The check type and what a check holds tell its kind: "secrets" are secrets, those of "sca_package" and "sca_image" are
vulnerabilities or licences, those of "sast_…" are code, all others are misconfigurations. A "severity" that is null is no rating: Checkov knows
severities only with a key of its platform. NONE counts as unknown, for Checkov prints it also for words that it does not know. A misconfiguration
is held to its place by its "resource", which moves with no line; code by its text; a secret by its line, for its digest could be tested against
guesses. A skipped check is suppressed, with its "suppress_comment". Files that could not be parsed, policies that could not be read, and a
"summary" that counts more failed checks than are listed, make the source "partial". With --quiet, suppressed checks are a warning only. The bare
counts of a summary say that nothing was checked, and a "summary" can count no resources, neither passed nor failed checks, or skipped checks that
are not listed: no receipt makes up for that. Where a record on a dependency and its "vulnerability_details" each have a "severity", the worse one
decides. When a secret was committed is not taken over, for the author of a commit chooses its date: "added_date" starts no clock.`,
}

func detect(o *report.Outline) bool {
	switch o.Root {
	case report.Object:
		return !o.Lines && (isReport(o, "") || o.Has("checkov_version") && o.HasAny("passed", "failed"))
	case report.Array:
		return !o.Lines && isReport(o, "[].")
	}
	return false
}

func isReport(o *report.Outline, at string) bool {
	switch {
	case o.Has(at + "check_type"):
		return o.HasAny(at+"results", at+"summary")
	case o.Has(at + "summary.checkov_version"):
		return true
	}
	return o.HasAny(at+"results.failed_checks[].check_id", at+"results.passed_checks[].check_id", at+"results.skipped_checks[].check_id")
}

type parser struct {
	document report.Document
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	types    []string // the check types of all reports, where results stand before them
	reports  int      // reports so far
	passed   int      // checks that passed, of all reports
	unproven string   // the first thing that a report says against its having checked anything
	report   part
}

// part is the report of one check type.
type part struct {
	checkType string
	results   bool // the member was there
	listed    bool // it lists what was skipped, too
	failed    int  // failed checks that are listed
	passed    int
	summary   summary
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{document: d, emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSON(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return report.EachElement(dec, func() error { return p.one(dec) })
		}
		return p.one(dec)
	})
	if err == nil && p.reports == 0 {
		err = fmt.Errorf("%w: the array holds no report", report.ErrShape)
	}
	switch {
	case p.passed > 0:
		p.scan.Proof = fmt.Sprintf("checks passed: %d", p.passed)
	case p.scan.Read == 0:
		p.scan.Unproven = p.unproven
	}
	p.scan.Warnings = append(p.scan.Warnings, p.dates.Warnings()...)
	return p.scan, err
}

// one reads the report of one check type, or the bare summary.
func (p *parser) one(dec *report.Decoder) error {
	p.report = part{}
	err := report.EachMember(dec, func(name string) error { return p.member(dec, name) })
	p.reports++
	if err != nil {
		return err
	}
	return p.settle()
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "check_type":
		return report.Value(dec, &p.report.checkType)
	case "results":
		p.report.results = true
		if err := p.typed(); err != nil {
			return err
		}
		return report.EachMember(dec, func(name string) error { return p.list(dec, name) })
	case "summary":
		return report.Value(dec, &p.report.summary)
	}
	return p.report.summary.bare(dec, name)
}

// list reads one list of results. Lists that are not known hold no findings of any version.
func (p *parser) list(dec *report.Decoder, name string) error {
	switch name {
	case "failed_checks":
		return report.Each(dec, func(r *record) error {
			p.report.failed++
			return p.take(r, gate.Open)
		})
	case "skipped_checks":
		p.report.listed = true
		return report.Each(dec, func(r *record) error { return p.take(r, gate.Suppressed) })
	case "passed_checks":
		return report.EachElement(dec, func() error {
			p.report.passed++
			p.scan.Drop("passed check")
			return report.Skip(dec)
		})
	case "parsing_errors":
		return report.EachElement(dec, func() error { return p.unparsed(dec) })
	}
	return report.Skip(dec)
}

func (p *parser) take(r *record, state gate.State) error {
	f := r.finding(p.report.checkType, &p.dates)
	if state == gate.Suppressed {
		f.State, f.Word = state, &gate.Word{Said: state, By: "checkov skip", Reason: r.Result.Comment}
	}
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

// unparsed is a file that Checkov could not parse; the first is kept.
func (p *parser) unparsed(dec *report.Decoder) error {
	var file report.Word
	if err := report.Value(dec, &file); err != nil {
		return err
	}
	p.fail("%s could not be parsed", *file.Label)
	return nil
}

// fail keeps the first thing that went wrong.
func (p *parser) fail(format string, args ...any) {
	if p.scan.Failed == "" {
		p.scan.Failed = fmt.Sprintf(format, args...)
	}
}
