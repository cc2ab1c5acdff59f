// Package sarif reads SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.
//
// A document has runs; a run is one tool with its rules and its results. What a result means stands in other places of its run:
// the rule by index or id, message texts, taxonomies, artifacts and base addresses. They may follow the results, so the document
// is read twice: first everything but the results, shortened, then the results, one at a time. The second reading checks every byte.
//
// Sections (§) are those of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
package sarif

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "sarif"

// Format is SARIF 2.1.0.
var Format = report.Format{
	Name:    formatName,
	Title:   "SARIF 2.1.0 of any tool",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a result of a check that failed",
	LeftOut: "results that are a passed check, information, an undecided check, or absent since the baseline",
	Proof:   "every run has `results`, and successful `invocations` or `artifacts`",
	Notes: `The kinds "pass" and "notApplicable" are passed checks; "informational", "open" and "review" are no failures either; a "baselineState" of
"absent" is gone. A result of one of these kinds that has a level other than "none" all the same is a failure. The rating is the
"security-severity" of the result, else of its rule, where there is one that is not 0, else the level. A result counts as suppressed only if each of
its suppressions has a kind that SARIF knows and is accepted or has no status. The time of a document is that of its oldest run. A notification of
level "error" among "toolExecutionNotifications" and "toolConfigurationNotifications" is a warning of the source where the invocation says
"executionSuccessful": true, and the document then proves no empty scan. Without that word of success the source is "partial", an error, as it is
with "executionSuccessful": false.`,
}

// version is the only one that is read: older drafts spell the same facts in other places, and would lose them silently.
const version = "2.1.0"

// telltales are members that only SARIF has. More than one, because the first part of a document may not reach to the tool.
var telltales = []string{"runs[].tool.driver", "runs[].results[].message", "runs[].results[].ruleId", "runs[].artifacts[].location"}

func detect(o *report.Outline) bool {
	if o.Root != report.Object || !o.Has("runs") {
		return false
	}
	for _, path := range telltales {
		if o.Has(path) {
			return true
		}
	}
	return strings.Contains(o.Text("$schema"), "sarif") || strings.HasPrefix(o.Text("version"), "2.")
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	runs, err := lookAhead(d)
	if err != nil {
		return gate.Scan{}, err
	}
	p := parser{emit: emit, scan: scanOf(runs)}
	err = report.JSON(d, func(dec *report.Decoder) error {
		return eachRun(dec, func(i int) error {
			if i >= len(runs) {
				return fmt.Errorf("the document changed while it was read")
			}
			return p.results(dec, runs[i])
		})
	})
	p.scan.Warnings = append(p.scan.Warnings, p.dates.Warnings()...)
	return p.scan, err
}

// eachRun calls run before each run of a document. The other members of the document hold nothing that is needed.
func eachRun(dec *report.Decoder, run func(i int) error) error {
	return report.EachMember(dec, func(name string) error {
		if name != "runs" {
			return report.Skip(dec)
		}
		i := -1
		return report.EachElement(dec, func() error {
			i++
			return run(i)
		})
	})
}

type parser struct {
	emit  report.Emit
	scan  gate.Scan
	dates report.Dates
}

func (p *parser) results(dec *report.Decoder, r *run) error {
	return report.EachMember(dec, func(name string) error {
		if name != "results" {
			return report.Skip(dec)
		}
		return report.Each(dec, func(v *result) error { return p.take(r, v) })
	})
}

// take emits one result, or counts why it is no defect.
func (p *parser) take(r *run, v *result) error {
	if reason := v.dropped(); reason != "" {
		p.scan.Drop(reason)
		return nil
	}
	p.dates.Read("firstDetectionTimeUtc", &v.Provenance.FirstSeen)
	p.scan.Read++
	return p.emit(v.finding(r))
}
