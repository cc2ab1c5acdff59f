// Package kev reads CISA's catalogue of known exploited vulnerabilities, JSON or CSV.
//
// The JSON names the day of its release and the number of its entries. The CSV has neither: its day is that of its newest entry.
//
// https://www.cisa.gov/known-exploited-vulnerabilities-catalog, schema known_exploited_vulnerabilities_schema.json
package kev

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Format is the catalogue.
var Format = report.FeedFormat{
	Name:   "kev",
	Title:  "CISA's Known Exploited Vulnerabilities, JSON or CSV",
	Parse:  parse,
	MaxAge: 14 * 24 * time.Hour,
	Date:   `"dateReleased" of the JSON; the newest "dateAdded" of the CSV`,
	Notes: `An entry makes a defect known to be exploited since "dateAdded", due on "dueDate", and used by ransomware where the catalogue says so. The
JSON counts its entries, so that a cut one is noticed; the CSV does not.`,
}

func parse(d report.Document, emit func(gate.Threat) error) (gate.Scan, error) {
	o, err := report.Sketch(d)
	if err != nil {
		return gate.Scan{}, err
	}
	c := catalogue{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: "CISA KEV"}}}
	if o.Root == report.Object {
		err = c.json(d)
	} else {
		err = c.sheet(d)
	}
	c.scan.Warnings = append(c.scan.Warnings, c.dates.Warnings()...)
	return c.scan, err
}

type catalogue struct {
	emit  func(gate.Threat) error
	scan  gate.Scan
	dates report.Dates
	count *int // of its entries, as the catalogue says
	found bool // the list of entries was there
}

// entry is one vulnerability of the catalogue.
type entry struct {
	CVE        string      `json:"cveID"`
	Added      report.Time `json:"dateAdded"`
	Due        report.Time `json:"dueDate"`
	Ransomware string      `json:"knownRansomwareCampaignUse"`
}

func (c *catalogue) json(d report.Document) error {
	err := report.Members(d, c.member)
	switch {
	case err != nil:
		return err
	case !c.found:
		return fmt.Errorf("%w: the catalogue has no `vulnerabilities`", report.ErrShape)
	case c.count != nil && *c.count != c.scan.Read:
		return fmt.Errorf("the catalogue counts %d entries and has %d: %w", *c.count, c.scan.Read, io.ErrUnexpectedEOF)
	}
	return nil
}

func (c *catalogue) member(dec *report.Decoder, name string) error {
	switch name {
	case "vulnerabilities":
		c.found = true
		return report.Each(dec, c.take)
	case "catalogVersion":
		return report.Value(dec, &c.scan.Database.Version)
	case "dateReleased":
		var at report.Time
		err := report.Value(dec, &at)
		c.scan.Database.Built = at.Time
		return err
	case "count":
		return report.Value(dec, &c.count)
	}
	return report.Skip(dec)
}

func (c *catalogue) take(e *entry) error {
	if !strings.HasPrefix(e.CVE, "CVE-") {
		return fmt.Errorf("%w: %q is no CVE", report.ErrShape, e.CVE)
	}
	c.dates.Read("dateAdded", &e.Added)
	c.dates.Read("dueDate", &e.Due)
	c.scan.Read++
	return c.emit(gate.Threat{ID: e.CVE, KEV: &gate.KEV{Added: e.Added.Time, Due: e.Due.Time, Ransomware: strings.EqualFold(e.Ransomware, "known")}})
}
