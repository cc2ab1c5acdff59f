// Package kics reads the JSON of Checkmarx' KICS (`kics scan --path . --report-formats json --output-path .`).
//
// A report is one object: `queries` holds one object for each query that found something, and each of these lists the places in `files`; around
// them stand the numbers of files, lines and queries. Resources that KICS merely notes (severity TRACE) stand in `bill_of_materials`, in the same
// shape. A query may describe itself behind its files, so that the document is read twice.
//
// https://docs.kics.io/latest/results/,
// https://github.com/Checkmarx/kics/blob/master/pkg/model/summary.go
package kics

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "kics"

// Format is KICS JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "KICS JSON: infrastructure as code",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a file of a query",
	LeftOut: "resources of the bill of materials",
	Proof: "`files_parsed` (`files_scanned` where that is absent) and `queries_total` are above zero, " +
		"`files_failed_to_scan` and `total_counter` are there, not above the entries",
	Notes: `A finding is held to its place by its "similarity_id". What the query "Passwords And Secrets" finds are secrets, of which no text is
read; all else are misconfigurations. INFO is no rating of harm and counts as none. Files that were found and not parsed ("files_parsed" is below
"files_scanned"), "files_failed_to_scan" and "queries_failed_to_execute" make the source "partial", as does a "total_counter" above the number of
entries. What comments in files silence is not in the report; the number of such lines, "lines_ignored", is a warning.`,
}

func detect(o *report.Outline) bool {
	return o.Root == report.Object && !o.Lines && (o.HasAny("queries_failed_to_execute", "queries[].query_name", "queries[].query_id",
		"queries[].files[].issue_type", "bill_of_materials[].query_id", "bill_of_materials[].files[].issue_type") ||
		o.Has("files_failed_to_scan") && o.Has("files_parsed"))
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	counts  counts
	queries []query // all, without their files
	next    int     // the query whose files come next
	listed  bool    // the member was there, empty or not
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	if err := p.each(d, p.head); err != nil {
		return p.scan, err
	}
	if !p.listed {
		return p.scan, fmt.Errorf("%w: the report has no `queries`", report.ErrShape)
	}
	err := p.each(d, p.entries)
	p.counts.settle(&p.scan)
	return p.scan, err
}

// each reads the document once, member by member.
func (p *parser) each(d report.Document, member func(*report.Decoder, string) error) error {
	return report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error { return member(dec, name) })
	})
}

// head reads, the first time, what does not depend on other members.
func (p *parser) head(dec *report.Decoder, name string) error {
	switch name {
	case "queries":
		p.listed = true
		return report.Each(dec, p.describe)
	case "bill_of_materials":
		return report.EachElement(dec, func() error { return p.materials(dec) })
	case "kics_version":
		return report.Value(dec, &p.scan.Tool.Version)
	case "start":
		return when(dec, &p.scan.Started)
	case "end":
		return when(dec, &p.scan.Ended)
	}
	return p.counts.member(dec, name)
}

func (p *parser) describe(q *query) error {
	p.queries = append(p.queries, *q)
	return nil
}

// materials counts the resources of one query of the bill of materials.
func (p *parser) materials(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "files" {
			return report.Skip(dec)
		}
		return report.EachElement(dec, func() error {
			p.scan.Drop("resource of the bill of materials")
			return report.Skip(dec)
		})
	})
}

// entries reads the files of all queries, the second time.
func (p *parser) entries(dec *report.Decoder, name string) error {
	if name != "queries" {
		return report.Skip(dec)
	}
	return report.EachElement(dec, func() error {
		if p.next == len(p.queries) {
			return fmt.Errorf("%w: it changed while it was read", report.ErrShape)
		}
		q := &p.queries[p.next]
		p.next++
		found := false
		err := report.EachMember(dec, func(name string) error {
			if name != "files" {
				return report.Skip(dec)
			}
			found = true
			return report.Each(dec, func(f *file) error { return p.take(f.finding(q)) })
		})
		if err == nil && !found {
			err = fmt.Errorf("%w: the query %q has no `files`", report.ErrShape, q.ID)
		}
		return err
	})
}

func (p *parser) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
