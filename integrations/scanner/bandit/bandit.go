// Package bandit reads the JSON of PyCQA's Bandit (`bandit -r . -f json -o report.json`).
//
// A report is one object: `results` holds the findings, `metrics` counts what was looked at, `errors` lists the files that could not be read.
//
// https://bandit.readthedocs.io/en/latest/formatters/json.html
package bandit

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "bandit"

// Format is Bandit JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "Bandit JSON: Python code",
	Detect: detect,
	Parse:  parse,
	Entry:  "a result",
	Proof:  "`errors` is a list, `metrics._totals.loc` is above zero, and `metrics._totals` counts no more findings than the report lists",
	Notes: `A finding is held to its place by the text of its lines. The rating is "issue_severity"; "issue_confidence" is how sure Bandit is. A file
that could not be read makes the source "partial". What "# nosec" silences is not in the report; the number of such lines is in its metrics and is a
warning of the source. What -l, -ll, -i and -b keep out of the report is still counted in its metrics ("SEVERITY.HIGH" and the like): a report
that counts more than it lists has a warning and proves nothing.`,
}

func detect(o *report.Outline) bool {
	return o.Root == report.Object && !o.Lines && (o.HasAny("results[].test_id", "metrics._totals.SEVERITY.HIGH", "metrics._totals.nosec"))
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	results bool // there is a list of them, empty or not
	errors  bool // likewise
	totals  totals
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.results {
		err = fmt.Errorf("%w: the report has no `results`", report.ErrShape)
	}
	p.settle()
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "results":
		p.results = report.IsList(dec)
		return report.Each(dec, p.take)
	case "errors":
		p.errors = report.IsList(dec)
		return report.Each(dec, p.failure)
	case "metrics":
		return p.metrics(dec)
	case "generated_at":
		var at report.Time
		err := report.Value(dec, &at)
		p.scan.Ended = at.Time
		return err
	}
	return report.Skip(dec)
}

// failure is a file that Bandit could not read; the first reason is kept.
func (p *parser) failure(f *struct {
	Filename string `json:"filename"`
	Reason   string `json:"reason"`
}) error {
	if p.scan.Failed == "" {
		p.scan.Failed = fmt.Sprintf("%s: %s", f.Filename, report.FirstLine(f.Reason))
	}
	return nil
}

// metrics reads the totals; beside them stands one object for each file.
func (p *parser) metrics(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "_totals" {
			return report.Skip(dec)
		}
		return report.Value(dec, &p.totals)
	})
}
