// Package gitleaks reads the JSON of Gitleaks (`gitleaks git --report-format json --report-path gitleaks.json`), which looks for secrets.
//
// A report is one array with an entry for each secret. Where nothing was found it is an empty array, or null, whatever was looked at. Since 8.0
// the names of members begin with a capital; the reports of 1 to 7 have other members with small letters, and are read as well.
//
// https://github.com/gitleaks/gitleaks/blob/master/report/finding.go
package gitleaks

import (
	"fmt"
	"io"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "gitleaks"

// Format is Gitleaks JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "Gitleaks JSON, of all versions: secrets",
	Detect: detect,
	Parse:  parse,
	Entry:  "a leak",
	Notes: `A secret is known by a keyed digest of "Secret" ("offender" in reports of 1 to 7), wherever it stands. Where the report has it redacted,
it is known by its rule, its file, and its line or, in the history of a repository, its commit and line. Gitleaks says neither how bad a leak is
nor how sure it is: the rating is unknown and there is no certainty; only Gitleaks 2 writes the "severity" that the configuration gives to a rule.
The date of a commit is not taken as first seen: its author chose it. What an allow list, a baseline or a comment takes out is not in the report.`,
}

// detect goes by members that stand together in every version. The line of a leak can be so long that no more of the report is seen.
func detect(o *report.Outline) bool {
	if o.Root != report.Array || o.Lines {
		return false
	}
	place := o.HasAny("[].StartColumn", "[].EndColumn")
	leak := o.HasAny("[].Match", "[].Secret", "[].Context") && o.HasAny("[].RuleID", "[].Description")
	return place && leak || o.Has("[].offender") && o.HasAny("[].rule", "[].reason", "[].commit")
}

type parser struct {
	emit report.Emit
	scan gate.Scan
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	values := 0
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		if values++; values > 1 {
			return fmt.Errorf("a second JSON value follows the first")
		}
		return report.Each(dec, p.take) // null is what Gitleaks prints for a list without entries
	})
	if err == nil && values == 0 {
		err = io.ErrUnexpectedEOF
	}
	return p.scan, err
}

func (p *parser) take(e *entry) error {
	f := e.finding()
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
