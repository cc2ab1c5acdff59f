package zap

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "@version":
		return report.Value(dec, &p.scan.Tool.Version)
	case "created", "@generated":
		return p.madeMember(dec, name)
	case "site":
		p.sited = true
		return oneOrMany(dec, func() error { return p.site(dec) })
	case "insights":
		return report.Each(dec, func(i *insight) error {
			p.learn(i)
			return nil
		})
	case "stoppingInsight":
		if dec.PeekKind() == jsontext.KindNull {
			break
		}
		var i insight
		err := report.Value(dec, &i)
		p.stopped(&i)
		return err
	}
	return report.Skip(dec)
}

// madeMember keeps the better of the two members, in whatever order they stand.
func (p *parser) madeMember(dec *report.Decoder, name string) error {
	var text string
	if err := report.Value(dec, &text); err != nil {
		return err
	}
	switch known := p.scan.Ended; {
	case name == "created":
		if p.made(text, ""); p.scan.Ended.IsZero() {
			p.scan.Ended = known
		}
	case known.IsZero():
		p.made("", text)
	}
	return nil
}

// oneOrMany walks a list that reports before 2.9 write as its only element where it has one.
func oneOrMany(dec *report.Decoder, element func() error) error {
	if dec.PeekKind() == jsontext.KindBeginObject {
		return element()
	}
	return report.EachElement(dec, element)
}

func (p *parser) site(dec *report.Decoder) error {
	var s site
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "@name":
			return report.Value(dec, &s.name)
		case "alerts":
			s.listed = true
			return list(dec, "alertitem", func() error {
				a, err := readAlert(dec)
				if err != nil {
					return err
				}
				return p.found(&s, a)
			})
		}
		return report.Skip(dec)
	})
	if err != nil {
		return err
	}
	return p.end(&s)
}

// list walks an array. Reports before 2.9 write what XML would be as JSON: an object with the name of the elements.
func list(dec *report.Decoder, name string, element func() error) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return report.EachElement(dec, element)
	}
	return report.EachMember(dec, func(member string) error {
		if member != name {
			return report.Skip(dec)
		}
		return oneOrMany(dec, element)
	})
}

func readAlert(dec *report.Decoder) (*alert, error) {
	a := &alert{}
	return a, report.EachMember(dec, func(name string) error {
		switch field := a.field(name); {
		case name == "riskcode":
			return report.Value(dec, &a.risk)
		case name == "instances":
			return list(dec, "instance", func() error {
				var i instance
				err := report.Value(dec, &i)
				a.instances = append(a.instances, i)
				return err
			})
		case field != nil:
			var text report.Word
			err := report.Value(dec, &text)
			if err == nil {
				*field = *text.Label
			}
			return err
		}
		return report.Skip(dec)
	})
}
