// Package hadolint reads the JSON of Hadolint (`hadolint --format json Dockerfile`), which checks Dockerfiles.
//
// A report is one array. Each entry is a rule that does not hold at a line: of Hadolint itself (DL…), or of ShellCheck for the shell
// commands inside (SC…). A file that cannot be parsed has one entry, DL1000, and is not checked at all. Where everything is well the report
// is an empty array, whatever was looked at.
//
// https://github.com/hadolint/hadolint/blob/master/src/Hadolint/Formatter/Json.hs
package hadolint

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "hadolint"

// Format is Hadolint JSON.
var Format = report.Format{
	Name:    formatName,
	Title:   "Hadolint JSON: Dockerfiles",
	Detect:  detect,
	Parse:   parse,
	Entry:   "a rule that does not hold at a line",
	LeftOut: "files that could not be parsed",
	Notes: `A Dockerfile that could not be parsed, "DL1000", was not checked: the source is "partial". The report has nothing that would hold a finding
to its place but its line. What a comment or the configuration ignores is not in the report, and neither is the version of Hadolint.`,
}

func detect(o *report.Outline) bool {
	return o.Root == report.Array && !o.Lines && isRule(o.Text("[].code")) && o.Has("[].level") && o.Has("[].file") && o.Has("[].line")
}

// isRule tells the ids of Hadolint's report from the numbers that ShellCheck prints in the same members.
func isRule(code string) bool { return strings.HasPrefix(code, "DL") || strings.HasPrefix(code, "SC") }

type parser struct {
	emit report.Emit
	scan gate.Scan
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.JSON(d, func(dec *report.Decoder) error { return report.Each(dec, p.take) })
	return p.scan, err
}

type failure struct {
	File    string        `json:"file"`
	Line    report.Number `json:"line"`
	Code    string        `json:"code"`
	Level   report.Word   `json:"level"`
	Message string        `json:"message"`
}

// unparsed is the rule that stands for a file in which the parser gave up.
const unparsed = "DL1000"

func (p *parser) take(r *failure) error {
	if r.Code == unparsed {
		p.unparsed(r)
		return nil
	}
	f := r.finding()
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

// unparsed counts a file that was not checked; the first is named.
func (p *parser) unparsed(r *failure) {
	p.scan.Drop("file that could not be parsed")
	if p.scan.Failed == "" {
		p.scan.Failed = fmt.Sprintf("%s, line %d, could not be parsed: %s", r.File, r.Line.Int(), report.FirstLine(r.Message))
	}
}

func (r *failure) finding() *gate.Finding {
	return &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Misconfiguration,
		ID:       r.Code,
		Title:    report.FirstLine(r.Message),
		URL:      page(r.Code),
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName, Label: r.Level.Label}),
		Location: gate.Location{Path: r.File, Line: r.Line.Int()},
	}
}

// page is where a rule is explained: Hadolint and ShellCheck have one page for each.
func page(code string) string {
	switch {
	case strings.HasPrefix(code, "DL"):
		return "https://github.com/hadolint/hadolint/wiki/" + code
	case strings.HasPrefix(code, "SC"):
		return "https://www.shellcheck.net/wiki/" + code
	}
	return ""
}
