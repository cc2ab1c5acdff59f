package native

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func parseJSON(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := jsonParser{parser: parser{emit: emit}, document: d}
	err := report.JSON(d, func(dec *report.Decoder) error {
		if err := report.EachMember(dec, func(name string) error { return p.member(dec, name) }); err != nil {
			return err
		}
		return p.finish()
	})
	return p.scan, err
}

type jsonParser struct {
	parser
	document report.Document
	record   record // the one that is being read
	seen     bool   // `defects` was there
}

// target is where the value of a member of the head belongs; nil if there is no such member.
func (h *head) target(name string) any {
	switch name {
	case "defectgate":
		return &h.Version
	case "tool":
		return &h.Tool
	case "database":
		return &h.Database
	case "started":
		return &h.Started
	case "ended":
		return &h.Ended
	case "subject":
		return &h.Subject
	case "scanned":
		return &h.Scanned
	}
	return nil
}

func (p *jsonParser) member(dec *report.Decoder, name string) error {
	if name == "defects" {
		return p.defects(dec)
	}
	target := p.head.target(name)
	if target == nil {
		return placed("the head", "", unknownMember(headMembers, name, name))
	}
	if err := report.StrictValue(dec, target); err != nil {
		return placed("the head", "", explain(err, headMembers, 0))
	}
	if name == "defectgate" {
		return placed("the head", "", p.head.checkVersion())
	}
	return nil
}

func (p *jsonParser) defects(dec *report.Decoder) error {
	p.seen = true
	if err := p.findTool(); err != nil {
		return err
	}
	if kind := dec.PeekKind(); kind != jsontext.KindBeginArray && kind != jsontext.KindInvalid {
		return placed("defects", "", fmt.Errorf("want a list, have %s", report.KindName(kind)))
	}
	return report.EachElement(dec, func() error {
		p.record = record{}
		err := report.StrictValue(dec, &p.record)
		if err != nil {
			err = explain(err, recordMembers, 2)
		} else {
			err = p.take(&p.record)
		}
		if err != nil {
			return placed(fmt.Sprintf("defects[%d]", p.scan.Read), p.record.ID, err)
		}
		return p.emit(&p.finding)
	})
}

// findTool reads ahead for the tool where it stands behind the defects: each of them is to name it.
func (p *jsonParser) findTool() error {
	if p.head.Tool.Name != "" {
		return nil
	}
	err := report.JSON(p.document, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			if name != "tool" {
				return report.Skip(dec)
			}
			return placed("the head", "", explain(report.StrictValue(dec, &p.head.Tool), headMembers, 0))
		})
	})
	if err != nil {
		return err
	}
	return placed("the head", "", p.head.checkTool())
}

// finish settles the head once all of it was read. Without `defects` nobody says that there are none.
func (p *jsonParser) finish() error {
	err := p.head.fill(&p.scan)
	if err == nil && !p.seen {
		err = wrong("defects", "write [] if nothing was found", errMissing)
	}
	return placed("the head", "", err)
}
