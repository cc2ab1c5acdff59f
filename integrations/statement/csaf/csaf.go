// Package csaf reads documents of the Common Security Advisory Framework, versions 2.0 and 2.1: those of the profile csaf_vex, and advisories, which
// carry the status of products as well.
//
// A document has a tree of products and a list of vulnerabilities, each of which names the products of its statuses by their ids. The tree may stand
// behind the vulnerabilities, so a document is read twice: first its head and its products, then its vulnerabilities.
//
// Whoever reads a status must know which products are meant. So an id that the tree does not have, an id that it has twice, and one product with two
// statuses that contradict each other are errors, as they are in the tests 6.1.1, 6.1.2 and 6.1.6 of the specification.
//
// https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html and https://docs.oasis-open.org/csaf/csaf/v2.1/csaf-v2.1.html
package csaf

import (
	"fmt"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/vers"
)

// Format is CSAF in JSON.
var Format = report.StatementFormat{
	Name:   "csaf",
	Title:  "CSAF JSON 2.0 and 2.1: VEX documents and advisories",
	Detect: detect,
	Parse:  parse,
	Notes: `The author is the name of the publisher. A product is known by its package URL and the hashes of its files; its id in the document, its name
and its CPE are names by which the configuration can call it ours. One with hashes can be what is being built, and no component
in it: of these reports know no hashes. The branches "product_version" and "product_version_range" narrow a package URL
that names no version; a range that is not in the notation "vers:" contains nothing. A branch without a name or of a category that is not in the
specification is an error. A package URL that cannot be read, or whose version is empty ("pkg:npm/a@"), matches nothing. A product of a relationship
is the component within the product that it relates to. "known_affected", "first_affected" and "last_affected" are affected, "recommended" says
nothing. The time is that of the flag or the impact, else of the release of the document. Left out and counted: "known_not_affected" without one of
the flags of the specification or an impact, so that the defect stays open; vulnerabilities without an id; and what a document says that is
withdrawn or superseded.`,
}

func detect(o *report.Outline) bool {
	return o.Root == report.Object && !o.Lines && o.Has("document.csaf_version")
}

// head is `document` (section 3.2.1; sections are those of 2.0, and one further on in 2.1).
type head struct {
	Category  string `json:"category"`
	Version   string `json:"csaf_version"`
	Publisher struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"publisher"`
	Tracking struct {
		Status    string      `json:"status"`
		Released  report.Time `json:"current_release_date"`
		Revisions []struct {
			Date report.Time `json:"date"`
		} `json:"revision_history"`
		Generator struct {
			Engine struct {
				Name    string `json:"name"`
				Version string `json:"version"`
			} `json:"engine"`
		} `json:"generator"`
	} `json:"tracking"`
}

// parser gives the statements of one document.
type parser struct {
	head   head
	tree   tree
	speak  report.Speak
	scan   gate.Scan
	dates  report.Dates
	doubts vers.Doubts
}

func parse(d report.Document, speak report.Speak) (gate.Scan, error) {
	p := parser{speak: speak, tree: newTree()}
	err := report.Members(d, p.member)
	if err == nil {
		err = p.head.check()
	}
	if err != nil {
		return p.scan, err
	}
	p.describe()
	err = report.JSON(d, p.vulnerabilities)
	p.scan.Warnings = slices.Concat(p.scan.Warnings, p.dates.Warnings(), p.doubts.Warnings())
	return p.scan, err
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "document":
		return report.Value(dec, &p.head)
	case "product_tree":
		return p.tree.read(dec)
	}
	return report.Skip(dec)
}

func (h *head) check() error {
	switch h.Version {
	case "2.0", "2.1":
		return nil
	case "":
		return fmt.Errorf("%w: the document has no document.csaf_version", report.ErrShape)
	}
	return gate.WithHint(fmt.Errorf("%w: CSAF %q is not known, 2.0 and 2.1 are", report.ErrShape, h.Version),
		"write the document in a version of the specification that is known, or use a newer defectgate")
}

// describe notes what the document says of its making. The dates of its revisions count where it has no date of its release.
func (p *parser) describe() {
	t := &p.head.Tracking
	if t.Released.IsZero() {
		for _, r := range t.Revisions {
			t.Released.Time = later(t.Released.Time, r.Date.Time)
		}
	}
	p.dates.Read("tracking.current_release_date", &t.Released)
	p.scan.Ended = t.Released.Time
	p.scan.Tool = gate.Tool{Name: t.Generator.Engine.Name, Version: t.Generator.Engine.Version}
	if t.Status == "draft" {
		p.scan.Warnings = append(p.scan.Warnings, "the document says that it is a draft")
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (p *parser) vulnerabilities(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		if name != "vulnerabilities" {
			return report.Skip(dec)
		}
		return report.Each(dec, p.take)
	})
}
