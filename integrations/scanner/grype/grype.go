// Package grype reads the JSON of Anchore's Grype (`grype … --output json`).
//
// A report is one object: `matches` and `ignoredMatches` hold the findings, `descriptor` names tool, database and time, `source` names what
// was scanned. They may stand in any order. Reports of 0.7 and later are known; the first of them write CVSS, fixes and links in other
// members than those of today.
//
// Grype does not count the packages that it looked at. A report without matches proves a scan by naming all of these: the program's version,
// the day of its database, and what was scanned.
//
// https://github.com/anchore/grype/tree/main/grype/presenter/models
package grype

import (
	"cmp"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Format is Grype JSON.
var Format = report.Format{
	Name:    "grype",
	Title:   "Grype JSON, since 0.7: images, directories, SBOMs",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a match or an ignored match",
	LeftOut: "alerts about packages",
	Proof:   "`descriptor` names version and database time, `source` names what was scanned",
	Notes: `A record's party is that of its namespace, so that the rating of a distribution is told apart from that of the NVD. Packages of the
kinds deb, rpm, apk, alpm and portage get no path: theirs is the database of the package manager. Related CVE and GHSA records are aliases. An
ignored match is suppressed, or has the state of the VEX statement that took it out.`,
}

// tool is what findings are said to be found by, wherever the descriptor stands.
const tool = "grype"

// detect goes by the first match, else by the members that stand around the matches.
func detect(o *report.Outline) bool {
	switch {
	case o.Root != report.Object:
		return false
	case o.Text("descriptor.name") == tool:
		return true
	case o.Has("matches[].vulnerability"):
		return o.Has("matches[].artifact") || o.Has("matches[].matchDetails") || o.Has("matches[].relatedVulnerabilities")
	}
	return o.Has("matches") && (o.Has("source.target") || o.Has("source") && o.Has("descriptor"))
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: tool}}}
	err := report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error { return p.member(dec, name) })
	})
	if err == nil && !p.matches {
		err = fmt.Errorf("%w: the report has no `matches`", report.ErrShape)
	}
	p.prove()
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

// prove takes null for no list of matches: Grype writes one, empty or not. Ignored matches are no findings that would speak for the scan.
func (p *parser) prove() {
	const null = "`matches` is null, and Grype writes a list"
	switch {
	case p.listed:
		p.scan.Proof = proof(&p.scan)
	case p.scan.Read > 0:
		p.scan.Failed = cmp.Or(p.scan.Failed, null)
	default:
		p.scan.Unproven = null
	}
}

func proof(s *gate.Scan) string {
	if s.Tool.Version == "" || !report.Meant(s.Database.Built) || s.Subject.Name == "" && len(s.Subject.Digests) == 0 {
		return ""
	}
	return fmt.Sprintf("scanned with the database of %s", s.Database.Built.Format(time.DateOnly))
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	dates   report.Dates
	matches bool // the member was there, empty or not
	listed  bool // it was a list, empty or not
}

// member reads one member of the document. Members that are not listed hold no findings.
func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "matches":
		p.matches, p.listed = true, report.IsList(dec)
		return report.Each(dec, func(m *match) error { return p.take(m, gate.Open, nil) })
	case "ignoredMatches":
		return report.Each(dec, func(m *match) error {
			state, word := silenced(m.rules)
			return p.take(m, state, word)
		})
	case "alertsByPackage":
		return report.Each(dec, p.alert)
	case "descriptor":
		return p.descriptor(dec)
	case "source":
		return p.source(dec)
	}
	return report.Skip(dec)
}

func (p *parser) take(m *match, state gate.State, word *gate.Word) error {
	m.settle(&p.dates)
	f, err := m.finding()
	if err == nil {
		err = report.Identified(f)
	}
	if err != nil {
		return err
	}
	f.State, f.Word = state, word
	p.scan.Read++
	return p.emit(f)
}

// packageAlerts are remarks on a package that name no vulnerability: its distribution is at the end of its life, say.
type packageAlerts struct {
	Alerts []struct {
		Type string `json:"type"`
	} `json:"alerts"`
}

func (p *parser) alert(a *packageAlerts) error {
	for _, alert := range a.Alerts {
		if alert.Type == "distro-eol" {
			p.scan.Drop("alert: package of a distribution at the end of its life")
		} else {
			p.scan.Drop("alert of another kind")
		}
	}
	return nil
}
