// Package zap reads the traditional reports of ZAP (the Zed Attack Proxy) in XML and JSON, with and without requests and responses: the
// templates traditional-xml, traditional-xml-plus, traditional-json and traditional-json-plus, and what came before there were templates.
// They are what the packaged scans write (`zap-baseline.py -x report.xml -J report.json`).
//
// A report holds sites, a site holds alerts, and an alert holds the instances: the requests at which ZAP saw it. An instance is one finding,
// as it is one result in ZAP's own SARIF: whoever accepts an injection at one address has not accepted the next one. An alert that ZAP
// calls systemic holds everywhere, its instances are examples, and it is one finding of its site.
//
// https://www.zaproxy.org/docs/desktop/addons/report-generation/report-traditional-xml/
package zap

import (
	"cmp"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "zap"

// Format is the traditional report of ZAP in XML and JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "ZAP traditional XML and JSON: running web applications",
	Detect: detect,
	Parse:  parse,
	Entry:  "an instance of an alert; an alert that is systemic or has no instances is one",
	Proof:  "`insights` counts endpoints that ZAP found (key `insight.endpoint.total`)",
	Notes: `The id is "alertRef", else "pluginid", else the name. An instance is held to its place by its method, its address and its parameter.
Of the address nothing stays but scheme, host, port and path: what else is in it changes from scan to scan, and may be a credential. The rating is
the "riskcode"; 0, informational, is rated none. "confidence" is how sure ZAP is; 0 is a false positive and is read as a VEX statement, which is
honoured only where the source says "statements: trusted". Neither attack nor evidence is read: they may quote what is secret. A "stoppingInsight"
makes the source "partial", as ZAP ended the scan before its time, and so do the insights that its disk or database is full. Other insights above
"Low" are warnings of the source. What the configuration file of a packaged scan ignores is in the report all the same.`,
}

// root is the element that a report in XML is.
const root = "OWASPZAPReport"

func detect(o *report.Outline) bool {
	switch o.Root {
	case report.XML:
		return o.Element == root
	case report.Object:
		return !o.Lines && (o.Has("site") && o.HasAny("@programName", "@version", "@generated") || o.HasAny("site[].@name", "site.@name"))
	}
	return false
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	o, err := report.Sketch(d)
	if err != nil {
		return gate.Scan{}, err
	}
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	if o.Root == report.XML {
		p.sited = true // an element stands for each site: without one, ZAP saw none
		err = report.XMLDocument(d, p.root)
	} else {
		err = report.Members(d, p.member)
	}
	if err == nil && !p.sited {
		err = fmt.Errorf("%w: the report has no `site`", report.ErrShape)
	}
	p.scan.Subject.Name = p.subject()
	return p.scan, err
}

type parser struct {
	emit  report.Emit
	scan  gate.Scan
	sited bool   // the list of sites was there, empty or not
	sites int    // how many there are
	first string // the name of the first one
}

// subject names the sites for people.
func (p *parser) subject() string {
	if p.sites > 1 {
		return fmt.Sprintf("%s and %d more", p.first, p.sites-1)
	}
	return p.first
}

// made reads the time of the report. The older member has no zone and counts as UTC.
func (p *parser) made(created, generated string) {
	if p.scan.Ended = report.ParseTime(created); !p.scan.Ended.IsZero() {
		return
	}
	if at, err := time.Parse("Mon, _2 Jan 2006 15:04:05", generated); err == nil {
		p.scan.Ended = at
	}
}

// insight is a remark of ZAP on the scan itself.
type insight struct {
	Level       string        `json:"level"`
	Site        string        `json:"site"`
	Key         string        `json:"key"`
	Description string        `json:"description"`
	Statistic   report.Number `json:"statistic"`
}

func (i *insight) String() string {
	text := cmp.Or(report.FirstLine(i.Description), i.Key)
	if i.Statistic.Float != nil {
		text += fmt.Sprintf(": %g", *i.Statistic.Float)
	}
	if i.Site != "" {
		text += " (" + i.Site + ")"
	}
	return text
}

// noted are the levels of insights that say nothing to worry about.
var noted = map[string]bool{"Info": true, "Low": true}

// full are the insights of a ZAP that could not keep what it found.
var full = map[string]bool{"insight.database.full": true, "insight.diskspace.full": true}

func (p *parser) learn(i *insight) {
	if full[i.Key] && p.scan.Failed == "" {
		p.scan.Failed = i.String()
	}
	if n := i.Statistic.Int(); i.Key == "insight.endpoint.total" && n > 0 && p.scan.Proof == "" {
		p.scan.Proof = fmt.Sprintf("endpoints found: %d", n)
	}
	if !noted[i.Level] {
		p.scan.Warnings = append(p.scan.Warnings, i.String())
	}
}

// stopped takes the insight on which ZAP gave up. It is there only where ZAP did.
func (p *parser) stopped(i *insight) { p.scan.Failed = "ZAP stopped the scan: " + i.String() }
