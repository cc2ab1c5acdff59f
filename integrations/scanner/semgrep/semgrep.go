// Package semgrep reads the JSON of Semgrep (`semgrep scan --json --output semgrep.json`) and of its fork Opengrep, which prints the same.
//
// A report is one object: `results` holds the findings, of Semgrep Code, Supply Chain and Secrets alike; `errors` lists what went wrong, and
// `paths` what was looked at. `version` is there since 0.92. Who is not logged in gets "requires login" in the place of some members.
//
// https://github.com/semgrep/semgrep-interfaces/blob/main/semgrep_output_v1.atd
package semgrep

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "semgrep"

// Format is Semgrep JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "Semgrep JSON, of Opengrep too: code, dependencies, secrets",
	Detect: detect,
	Parse:  parse,
	Entry:  "a result",
	Proof:  "a `version` since 1.0, `paths.scanned` names files, and `errors` and `skipped_rules` are empty",
	Notes: `A result with "sca_info" is a vulnerability of a package, one of a rule whose metadata say "product: secrets" is a secret, and all others are
code. A finding is held to its place by "fingerprint", else by the text of its lines; both are there only for who is logged in, since 1.98. The rating
is "severity", where ERROR, WARNING and INFO are the older words for HIGH, MEDIUM and LOW. How sure Semgrep is is the "confidence" of the rule; a
secret whose "validation_state" is "CONFIRMED_VALID" is verified, and one that is "CONFIRMED_INVALID" has a low certainty. The title of a secret is
the name of its rule: the message may hold the secret. A result with "is_ignored" is suppressed by a comment. A vulnerability that Semgrep found to be
"TransitiveUnreachable" is not affected, a statement; all other kinds of reachability are open. The time of a commit is not taken as first seen. An
error of the level "error", or of a level that is not known, makes the source "partial"; one of the level "warn" or "info" is a warning of the source,
one for each type, and so are rules that were skipped and files that could not be analysed.`,
}

func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	result := o.Has("results[].check_id") && o.HasAny("results[].extra", "results[].path", "results[].start", "results[].end")
	return result || o.Has("errors") && detectAround(o)
}

// detectAround goes by the members around the results: there may be none, or they may stand too far behind.
func detectAround(o *report.Outline) bool {
	switch {
	case o.Has("results[]"), o.HasAny("metrics", "generated_at", "mobsfscan_version"): // Bandit and mobsfscan have results and errors, too
		return false
	case o.HasAny("paths.scanned", "skipped_rules", "rules_by_engine", "engine_requested", "interfile_languages_used"):
		return true
	case o.Has("errors[].level") && o.Has("errors[].type") && o.Has("errors[].code"):
		return true
	}
	return o.Has("results") && !o.Has("errors[]")
}

type parser struct {
	emit    report.Emit
	scan    gate.Scan
	dates   report.Dates
	results bool // the member was there, empty or not
	making
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.results {
		err = fmt.Errorf("%w: the report has no `results`", report.ErrShape)
	}
	p.scan.Failed = p.failed
	p.scan.Proof, p.scan.Unproven = p.proof(p.scan.Tool.Version), p.unproven()
	p.scan.Warnings = append(p.warnings(), p.dates.Warnings()...)
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "results", "errors", "skipped_rules":
		p.noteNull(dec, name)
	}
	switch name {
	case "results":
		p.results = true
		return report.Each(dec, p.take)
	case "version":
		return report.Value(dec, &p.scan.Tool.Version)
	case "errors":
		p.errors = true
		return report.Each(dec, p.making.trouble)
	case "paths":
		return p.making.paths(dec)
	case "skipped_rules":
		return report.Each(dec, p.making.skippedRule)
	case "time":
		return p.making.time(dec)
	}
	return report.Skip(dec)
}

func (p *parser) take(r *result) error {
	f := r.finding(&p.dates)
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
