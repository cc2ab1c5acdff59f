// Package nuclei reads the JSON and the JSON lines of ProjectDiscovery's Nuclei (`nuclei … -json-export FILE`, `-jsonl-export FILE` or `-jsonl`).
//
// An entry is one match of one template at one place. JSON is an array of entries; JSON lines have one entry a line, so that a scan with one
// match is one object, and a scan without any is a file without bytes. Both spellings of members are known: "templateID", "matched" and
// "matcher_name" of the first versions of 2.x, "template-id", "matched-at" and "matcher-name" since.
//
// https://docs.projectdiscovery.io/opensource/nuclei/running,
// https://github.com/projectdiscovery/nuclei/blob/main/pkg/output/output.go
package nuclei

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "nuclei"

const notes = `A template with one "cve-id" is that vulnerability, of the product that its metadata name, else of the host; one with several
is known by its own id, for they are not one. Templates tagged "token" or "keys" find secrets, those that fuzz find weaknesses in code, all others
misconfigurations. Without a component, a finding is held to its place by template, matcher, extractor, parameter and address, without the
query of the address: Nuclei puts random values there. User and password are taken off every address. The rating is the template's "severity", with
its "cvss-metrics" and "cvss-score". The tag "kev" says that CISA's catalogue has it. With -matcher-status the templates that did not match are left
out, and one with an "error" makes the source "partial". Requests, responses and the texts that were extracted are never read; the source's time is
that of the last match.`

const (
	entry   = "a match of a template"
	leftOut = "templates that did not match (`-matcher-status`)"
)

// JSON is Nuclei's JSON export.
var JSON = report.Format{
	Name:    formatName,
	Title:   "Nuclei JSON (`-json-export`): services and files, by templates",
	Detect:  detectArray,
	Parse:   parseArray,
	Entry:   entry,
	LeftOut: leftOut,
	Proof:   "it lists templates that did not match (`-matcher-status`)",
	Notes:   notes,
}

// Lines are Nuclei's JSON lines.
var Lines = report.Format{
	Name:    "nuclei-jsonl",
	Title:   "Nuclei JSON lines (`-jsonl`, before 2.9 `-json`)",
	Detect:  detectLines,
	Parse:   parseLines,
	Entry:   entry,
	LeftOut: leftOut,
	Cut:     "by a receipt only",
	Notes:   notes,
}

func detectArray(o *report.Outline) bool {
	return o.Root == report.Array && !o.Lines && isEntry(o, "[].")
}

// detectLines takes an object, whether or not a second one is in sight: a response can make the first line longer than an outline.
func detectLines(o *report.Outline) bool { return o.Root == report.Object && isEntry(o, "") }

func isEntry(o *report.Outline, at string) bool {
	if o.HasAny(at+"template-id", at+"templateID") && o.HasAny(at+"info", at+"template", at+"template-path", at+"type", at+"host") {
		return true
	}
	return o.HasAny(at+"info.name", at+"info.severity", at+"info.author") && o.HasAny(at+"matcher-status", at+"matched-at", at+"matched")
}

type parser struct {
	emit   report.Emit
	scan   gate.Scan
	missed int // templates that did not match
	read   int // entries so far
}

func newParser(emit report.Emit) *parser {
	return &parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
}

func parseArray(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := newParser(emit)
	err := report.JSON(d, func(dec *report.Decoder) error { return report.Each(dec, p.take) })
	if p.missed > 0 {
		p.scan.Proof = fmt.Sprintf("templates that did not match: %d", p.missed)
	}
	return p.scan, err
}

// parseLines proves nothing: where lines are lost at the end, those that are left would prove a scan that found something.
func parseLines(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := newParser(emit)
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		p.read++
		var m match
		err := report.Value(dec, &m)
		if err == nil {
			err = p.take(&m)
		}
		if err != nil {
			return &report.Placed{Where: fmt.Sprintf("entry %d", p.read), Err: err}
		}
		return nil
	})
	return p.scan, err
}

func (p *parser) take(m *match) error {
	if m.Status != nil && !*m.Status {
		p.miss(m)
		return nil
	}
	f, err := m.finding()
	if err == nil {
		err = report.Identified(f)
	}
	if err != nil {
		return err
	}
	if at := m.Timestamp.Time; report.Meant(at) && at.After(p.scan.Ended) {
		p.scan.Ended = at
	}
	p.scan.Read++
	return p.emit(f)
}

// miss is a template that did not match. The first that failed is kept.
func (p *parser) miss(m *match) {
	if m.Error == "" {
		p.missed++
		p.scan.Drop("template that did not match")
		return
	}
	p.scan.Drop("template that failed")
	if p.scan.Failed == "" {
		p.scan.Failed = fmt.Sprintf("%s at %s: %s", m.id(), report.Anonymous(m.Host), withoutUsers(report.FirstLine(m.Error)))
	}
}
