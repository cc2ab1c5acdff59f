package yarnaudit

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/npm"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type parser struct {
	npm.Answer
	kind  string // what printed the lines so far that are no messages
	ended bool   // nothing may follow but messages
}

// What prints a report.
const (
	yarn1 = "Yarn 1"
	yarn2 = "Yarn 2 or 3"
	yarn4 = "Yarn 4"
)

// line is one line, whoever printed it. The members of an answer of the registry are read as they come.
type line struct {
	kind   string // "type"
	data   jsontext.Value
	name   string // "value"
	tree   *issue // "children"
	answer bool
}

// value reads one line.
func (p *parser) value(dec *report.Decoder) error {
	var l line
	if err := report.EachMember(dec, func(name string) error { return p.member(dec, name, &l) }); err != nil {
		return err
	}
	switch {
	case l.tree != nil:
		if err := p.by(yarn4, false); err != nil {
			return err
		}
		return p.issue(l.name, l.tree)
	case l.answer:
		return p.by(yarn2, true)
	case strings.HasPrefix(l.kind, "audit"):
		if err := p.by(yarn1, l.kind == "auditSummary"); err != nil {
			return err
		}
		return p.classic(&l)
	case l.kind != "":
		return p.message(&l)
	}
	return fmt.Errorf("%w: a line that Yarn does not print", report.ErrShape)
}

// by makes sure that a document is one report of one kind.
func (p *parser) by(kind string, last bool) error {
	if p.ended || p.kind != "" && p.kind != kind {
		return fmt.Errorf("%w: a second report follows the first", report.ErrShape)
	}
	p.kind, p.ended = kind, last
	return nil
}

func (p *parser) member(dec *report.Decoder, name string, l *line) error {
	switch name {
	case "type":
		return report.Value(dec, &l.kind)
	case "data":
		return report.Value(dec, &l.data)
	case "value":
		return report.Value(dec, &l.name)
	case "children":
		return report.Value(dec, &l.tree)
	case "advisories":
		l.answer = true
		return p.Member(dec, name)
	case "metadata", "muted":
		return p.Member(dec, name)
	}
	return report.Skip(dec)
}

// nothingFound is the message that Yarn 2 and later print in place of findings.
const nothingFound = "No audit suggestions"

// message keeps the first error. Other messages are Yarn's own affairs: a field that a manifest lacks, say.
func (p *parser) message(l *line) error {
	if l.kind != "error" && l.kind != "info" || l.data.Kind() != jsontext.KindString {
		p.fail(l.kind == "error", "")
		return nil
	}
	var text string
	err := report.Unmarshal(l.data, &text)
	p.fail(l.kind == "error", report.FirstLine(text))
	p.ended = p.ended || p.kind != yarn1 && l.kind == "info" && text == nothingFound
	return err
}

func (p *parser) fail(failed bool, why string) {
	if failed && p.Scan.Failed == "" {
		p.Scan.Failed = cmp.Or(why, "Yarn does not say why")
	}
}

// classic reads a line of Yarn 1 on the audit.
func (p *parser) classic(l *line) error {
	if l.data.Kind() != jsontext.KindBeginObject {
		return fmt.Errorf("%w: a line of type %q without `data`", report.ErrShape, l.kind)
	}
	switch l.kind {
	case "auditAdvisory":
		return p.advisory(l.data)
	case "auditSummary":
		return p.Counts.Unmarshal(l.data)
	case "auditAction": // what Yarn would do about it
		return nil
	}
	return fmt.Errorf("%w: a line of type %q is not known", report.ErrShape, l.kind)
}

// advisory reads one way by which a package came into the tree, and the advisory about the package.
func (p *parser) advisory(data jsontext.Value) error {
	var v struct {
		Resolution struct {
			Path string `json:"path"`
		} `json:"resolution"`
		Advisory npm.Advisory `json:"advisory"`
	}
	if err := report.Unmarshal(data, &v); err != nil {
		return err
	}
	p.Dates.Read("created", &v.Advisory.Created)
	p.Ways++
	path := v.Resolution.Path
	return p.Take(p.Finding(&v.Advisory, versionAt(path, v.Advisory.Copies), gate.Location{Logical: path}))
}
