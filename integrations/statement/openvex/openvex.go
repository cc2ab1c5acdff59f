// Package openvex reads OpenVEX documents, versions 0.0.x to 0.2.0 (`vexctl create`, `vexctl merge`, `govulncheck -format openvex`).
//
// A document has one author and a list of statements, each of one vulnerability in some products. Where a product has subcomponents, the statement
// speaks of these within that product, and of nothing else.
//
// The document's author and time may stand behind its statements, so it is read twice: first its head, then its statements.
//
// https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md and https://github.com/openvex/spec/blob/main/openvex_json_schema.json
package openvex

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// Format is OpenVEX in JSON.
var Format = report.StatementFormat{
	Name:   "openvex",
	Title:  "OpenVEX JSON 0.0.x–0.2.0",
	Detect: detect,
	Parse:  parse,
	Notes: `The author is the document's. The time of a statement is when it was last updated, else its own, else the document's. A product is known
by its package URL (identifiers, or an "@id" that is one) and its hashes; its "@id" and CPEs are names by which the configuration can call it ours.
One with hashes can be what is being built, and no component in it: of these reports know no hashes. With subcomponents a statement speaks of
these within the product alone. A package URL that cannot be read, or whose version is empty ("pkg:npm/a@"), matches nothing. Left out and
counted: statements that name no product, and "not_affected" without one of the justifications of the specification or an impact statement, so
that the defect stays open. A status that is not in the specification is an error, and so is a member of a statement, a product or a subcomponent
that is not, since it could be the one that says of how little the statement speaks.`,
}

// namespace is how the address of the context begins; the version of the specification may follow it ("Document Struct Fields").
const namespace = "https://openvex.dev/ns"

func detect(o *report.Outline) bool {
	return o.Root == report.Object && !o.Lines && strings.HasPrefix(o.Text("@context"), namespace)
}

// head is what a document says of itself.
type head struct {
	Context string
	Author  string
	Tooling string
	Issued  report.Time // timestamp
	Updated report.Time // last_updated
	listed  bool        // it has statements
}

func parse(d report.Document, speak report.Speak) (gate.Scan, error) {
	p := parser{speak: speak}
	err := report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error { return p.head.member(dec, name) })
	})
	if err == nil {
		err = p.head.check()
	}
	if err != nil {
		return p.scan, err
	}
	p.scan.Tool.Name = p.head.Tooling
	p.scan.Ended = cmp.Or(p.head.Updated.Time, p.head.Issued.Time)
	err = report.JSON(d, p.statements)
	p.scan.Warnings = slices.Concat(p.dates.Warnings(), p.doubts.Warnings())
	return p.scan, err
}

func (h *head) member(dec *report.Decoder, name string) error {
	switch name {
	case "@context":
		return report.Value(dec, &h.Context)
	case "author":
		return report.Value(dec, &h.Author)
	case "tooling":
		return report.Value(dec, &h.Tooling)
	case "timestamp":
		return report.Value(dec, &h.Issued)
	case "last_updated":
		return report.Value(dec, &h.Updated)
	case "statements":
		h.listed = true
	}
	return report.Skip(dec)
}

// known are the versions of the specification that are read; none stands for 0.0.1. What a later one may say is not known.
var known = regexp.MustCompile(`^(/v0\.(0\.\d+|1\.0|2\.0))?$`)

func (h *head) check() error {
	version, ok := strings.CutPrefix(h.Context, namespace)
	switch {
	case !ok:
		return fmt.Errorf("%w: its @context is %q, not %s/v0.2.0", report.ErrShape, h.Context, namespace)
	case !known.MatchString(strings.TrimSuffix(version, "/")):
		return gate.WithHint(fmt.Errorf("%w: OpenVEX %s is not known, v0.0.1 to v0.2.0 are", report.ErrShape, strings.Trim(version, "/")),
			"write the statements in a version of the specification that is known, or use a newer defectgate")
	case !h.listed:
		return fmt.Errorf("%w: the document has no `statements`", report.ErrShape)
	}
	return nil
}

// parser gives the statements of one document.
type parser struct {
	head   head
	speak  report.Speak
	scan   gate.Scan
	dates  report.Dates
	doubts vers.Doubts
}

func (p *parser) statements(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "statements" {
			return report.Skip(dec)
		}
		return report.Each(dec, p.take)
	})
}

// take passes a statement on, unless it says nothing that may count.
func (p *parser) take(s *statement) error {
	state, err := s.state()
	if err != nil {
		return err
	}
	said, err := s.said(&p.head, state)
	if err != nil {
		return err
	}
	switch {
	case state == gate.NotAffected && !s.justified():
		p.scan.Drop("not_affected without a justification or an impact statement")
		return nil
	case len(said.Products) == 0:
		p.scan.Drop("names no product")
		return nil
	}
	p.dates.Settle("timestamp", &said.Word.At)
	p.doubts.Note(said.Products)
	p.scan.Read++
	return p.speak(said)
}
