// Package tfsec reads the JSON of Aqua Security's tfsec (`tfsec . --format json`).
//
// A report is one object whose only member is `results`: a list, or null where there are none. Three generations are known. Before 0.40 a result
// has one "link" and says ERROR, WARNING or INFO; from then on it has several "links", a "status" that is a word, and a severity of four words;
// since 1.0 the status is a number, "rule_id" is the id of Aqua's database and "long_id" the readable one.
//
// https://aquasecurity.github.io/tfsec/latest/guides/usage/,
// https://github.com/aquasecurity/defsec/blob/v0.94.1/pkg/scan/flat.go
package tfsec

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "tfsec"

// Format is tfsec JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "tfsec JSON: Terraform",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a result that failed or was ignored",
	LeftOut: "passed checks",
	Proof:   "`results` holds checks that passed (`--include-passed`)",
	Notes: `A misconfiguration is held to its place by its "resource", in reports before 0.60 by its "description", which names the resource. A
result with the status "ignored" (or 2) is suppressed; one with "passed" (or 1) is left out; any other status leaves it open. The report of a
scan that found nothing is "results": null and nothing else: it could be of several tools, so that its format must be named.`,
}

// detect goes by the first result. What stands in the report of a scan that found nothing is nobody's own.
func detect(o *report.Outline) bool {
	const result = "results[]."
	return o.Root == report.Object && !o.Lines && o.Has(result+"rule_id") &&
		o.HasAny(result+"location.filename", result+"rule_provider", result+"rule_description")
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	results bool // the member was there, null or not
	passed  int
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			if name != "results" {
				return report.Skip(dec)
			}
			p.results = true
			return report.Each(dec, p.take)
		})
	})
	if err == nil && !p.results {
		err = fmt.Errorf("%w: the report has no `results`", report.ErrShape)
	}
	if p.passed > 0 {
		p.scan.Proof = fmt.Sprintf("checks passed: %d", p.passed)
	}
	return p.scan, err
}

func (p *parser) take(r *result) error {
	if r.passed() {
		p.passed++
		p.scan.Drop("passed check")
		return nil
	}
	f := r.finding()
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
