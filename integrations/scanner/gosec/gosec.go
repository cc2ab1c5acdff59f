// Package gosec reads the JSON of gosec (`gosec -fmt json -out gosec.json ./...`), which looks for weaknesses in Go code.
//
// A report is one object: `Issues` holds the findings, `Stats` counts what was looked at, `Golang errors` lists by file what could not be
// parsed, checked or loaded. Since 2.8 `GosecVersion` names the version. Reports of 1.0 and later are known.
//
// https://github.com/securego/gosec/blob/master/report.go
package gosec

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "gosec"

// Format is gosec JSON.
var Format = report.Format{
	Name:   formatName,
	Title:  "gosec JSON: Go code",
	Detect: detect,
	Parse:  parse,
	Entry:  "an issue",
	Proof:  "`Stats.files` is above zero, and `Stats.found` is not above what the report holds",
	Notes: `A finding is held to its place by the text of its lines. The rating is "severity"; "confidence" is how sure gosec is. Anything in "Golang
errors" makes the source "partial": gosec skips checks of a package that does not compile. An issue with "nosec" (of "-show-ignored") or with
"suppressions" of the kind "inSource" or "external" (of "-track-suppressions") is suppressed. Without these options what "#nosec" silences is not in
the report; the number of such comments is, and is a warning of the source. A report with fewer issues than "Stats.found" has a warning and proves
nothing: -severity and -confidence took some out, or "#nosec" did, whose issues -track-suppressions keeps in. Paths are as gosec prints them:
absolute. Hard-coded credentials, "G101", are code like all others: the report has no text of the secret alone.`,
}

func detect(o *report.Outline) bool {
	if o.Root != report.Object || o.Lines {
		return false
	}
	return o.Has("Golang errors") || o.Has("GosecVersion") || o.Has("Issues[].rule_id") || o.Has("Issues") && o.Has("Stats.nosec")
}

type parser struct {
	emit   report.Emit
	scan   gate.Scan
	stats  stats
	issues bool // the member was there, empty or not
	silent int  // suppressed issues that the report holds
}

type stats struct {
	Files report.Count `json:"files"`
	NoSec report.Count `json:"nosec"`
	Found report.Count `json:"found"`
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.issues {
		err = fmt.Errorf("%w: the report has no `Issues`", report.ErrShape)
	}
	p.settle()
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "Issues":
		p.issues = true
		return report.Each(dec, p.take)
	case "Golang errors":
		return report.EachMember(dec, func(file string) error {
			return report.Each(dec, func(f *failure) error { p.failure(file, f); return nil })
		})
	case "Stats":
		return report.Value(dec, &p.stats)
	case "GosecVersion":
		return report.Value(dec, &p.scan.Tool.Version)
	}
	return report.Skip(dec)
}

type failure struct {
	Line  report.Number `json:"line"`
	Error string        `json:"error"`
}

// failure is what gosec could not load, parse or check; the first reason is kept.
func (p *parser) failure(file string, f *failure) {
	if p.scan.Failed != "" {
		return
	}
	if line := f.Line.Int(); line > 0 {
		file = strings.TrimSpace(fmt.Sprintf("%s, line %d", file, line))
	}
	p.scan.Failed = fmt.Sprintf("%s: %s", file, report.FirstLine(f.Error))
}

// settle weighs the counts, which mostly stand behind the issues.
func (p *parser) settle() {
	s, files, found := &p.scan, p.stats.Files, p.stats.Found.N
	switch {
	case found > s.Read:
		s.Unproven = fmt.Sprintf("it counts %d issues and lists %d", found, s.Read)
		s.Warnings = append(s.Warnings, fmt.Sprintf("issues that gosec found and left out of the report: %d", found-s.Read))
	case files.N > 0:
		s.Proof = fmt.Sprintf("files scanned: %d", files.N)
	case files.Known:
		s.Unproven = fmt.Sprintf("it counts %d files", files.N)
	}
	if comments := p.stats.NoSec.N; comments > 0 && p.silent == 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("#nosec comments of which the report says no more: %d", comments))
	}
}
