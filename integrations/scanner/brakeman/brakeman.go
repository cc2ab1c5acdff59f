// Package brakeman reads the JSON of Brakeman (`brakeman --format json --output brakeman.json`), which looks for weaknesses in Rails code.
//
// A report is one object: `warnings` and `ignored_warnings` hold the findings, `scan_info` says what was looked at and when, `errors` lists what
// could not be read. Reports of 1.6 and later are known; the first of them have neither fingerprints nor ignored warnings. What `brakeman
// --compare` prints is no report but the difference of two.
//
// https://github.com/presidentbeef/brakeman/blob/main/lib/brakeman/report/report_json.rb
package brakeman

import (
	"cmp"
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "brakeman"

// Format is Brakeman JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "Brakeman JSON, since 1.6: Ruby on Rails code",
	Detect: detect,
	Parse:  parse,
	Entry:  "a warning or an ignored warning",
	Proof:  "`errors` is a list, `scan_info.checks_performed` names checks, and `scan_info` counts controllers, models or templates",
	Notes: `The id is that of Brakeman's SARIF: "BRAKE" and the four digits of "warning_code". Brakeman does not say how bad a warning is: the rating is
its "confidence", "High", "Medium" or "Weak", which is also how sure it is. A CVE in the text of a warning is related. An ignored warning is
suppressed by the ignore file; its note is not in the report. Anything in "errors" makes the source "partial", and so does a
"scan_info.security_warnings" that is above the number of warnings in the report. A "scan_info" that names no checks, or counts no controllers,
models and templates, says that nothing was looked at, and no receipt makes up for that.`,
}

func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	return o.HasAny("scan_info.brakeman_version", "scan_info.checks_performed", "scan_info.rails_version", "scan_info.security_warnings") ||
		o.Has("warnings[].warning_type") && o.HasAny("warnings[].confidence", "warnings[].warning_code", "warnings[].message")
}

type parser struct {
	emit     report.Emit
	scan     gate.Scan
	info     info
	warnings bool // the member was there, empty or not
	errors   bool // there is a list of them, empty or not
	shown    int  // warnings that are not ignored
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.warnings {
		err = fmt.Errorf("%w: the report has no `warnings`", report.ErrShape)
	}
	p.settle()
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "scan_info":
		return report.Value(dec, &p.info)
	case "warnings":
		p.warnings = true
		return report.Each(dec, p.show)
	case "ignored_warnings":
		return report.Each(dec, p.ignore)
	case "errors":
		p.errors = report.IsList(dec)
		return report.Each(dec, p.failure)
	}
	return report.Skip(dec)
}

func (p *parser) show(w *warning) error {
	p.shown++
	return p.take(w.finding())
}

func (p *parser) ignore(w *warning) error {
	f := w.finding()
	f.State, f.Word = gate.Suppressed, &gate.Word{By: "brakeman ignore file", Said: gate.Suppressed}
	return p.take(f)
}

func (p *parser) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

// failure is what Brakeman could not read or follow; the first reason is kept.
func (p *parser) failure(f *struct {
	Error    string `json:"error"`
	Location string `json:"location"`
}) error {
	reason := cmp.Or(report.FirstLine(f.Error), "an error without a reason")
	if f.Location != "" {
		reason += " (" + report.FirstLine(f.Location) + ")"
	}
	p.scan.Failed = cmp.Or(p.scan.Failed, reason)
	return nil
}
