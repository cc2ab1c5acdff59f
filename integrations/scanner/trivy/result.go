package trivy

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// head is what names a target. Trivy writes it before the entries; a tool that sorts the keys of JSON may not.
type head struct {
	Target, Class, Type string
	resource            string // of a cluster
}

func (p *parser) results(dec *report.Decoder, resource string) error {
	return report.EachElement(dec, func() error { return p.result(dec, resource) })
}

func (p *parser) result(dec *report.Decoder, resource string) error {
	h := head{resource: resource}
	p.targets++
	defer func() {
		if h.Target != "" && h.Class+h.Type != "" {
			p.named++
		}
	}()
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "Vulnerabilities", "Misconfigurations", "Secrets", "Licenses", "ExperimentalModifiedFindings":
			if err := p.complete(&h); err != nil {
				return err
			}
			return p.entries(dec, name, h)
		}
		return h.read(dec, name)
	})
}

// read takes a member that names the target, and passes over others.
func (h *head) read(dec *report.Decoder, name string) error {
	switch name {
	case "Target":
		return report.Value(dec, &h.Target)
	case "Class":
		return report.Value(dec, &h.Class)
	case "Type":
		return report.Value(dec, &h.Type)
	}
	return report.Skip(dec)
}

func (p *parser) entries(dec *report.Decoder, name string, h head) error {
	switch name {
	case "Vulnerabilities":
		return each(p, dec, func(v *vulnerability) *gate.Finding { return v.finding(h) })
	case "Misconfigurations":
		return each(p, dec, func(m *misconfiguration) *gate.Finding { return m.finding(h) })
	case "Secrets":
		return each(p, dec, func(s *secret) *gate.Finding { return s.finding(h) })
	case "Licenses":
		return each(p, dec, func(l *license) *gate.Finding { return l.finding(h) })
	}
	return report.Each(dec, func(m *modified) error {
		f, err := m.finding(h)
		if err != nil {
			return err
		}
		return p.take(f)
	})
}

func each[T any](p *parser, dec *report.Decoder, finding func(*T) *gate.Finding) error {
	return report.Each(dec, func(entry *T) error { return p.take(finding(entry)) })
}

// take emits one entry. An entry that gives no finding is a check that passed.
func (p *parser) take(f *gate.Finding) error {
	if f == nil {
		p.scan.Drop("passed check")
		return nil
	}
	if err := report.Identified(f); err != nil {
		return err
	}
	f.Tool = p.scan.Tool.Name
	p.dates.Settle("PublishedDate", &f.Published)
	p.scan.Read++
	return p.emit(f)
}

// complete fills in what stands behind the entries, by a reading of its own that names all targets, once.
func (p *parser) complete(h *head) error {
	if h.Target != "" && h.Class+h.Type != "" {
		return nil
	}
	if p.heads == nil {
		heads, err := readHeads(p.document)
		if err != nil {
			return err
		}
		p.heads = heads
	}
	if i := p.targets - 1; i < len(p.heads) {
		*h = p.heads[i]
	}
	return nil
}

// headList names the targets of a document in the order in which they stand there.
type headList []head

// readHeads passes over the findings one by one: a target may have any number of them.
func readHeads(d report.Document) (heads headList, err error) {
	err = report.JSON(d, func(dec *report.Decoder) error {
		if report.IsList(dec) {
			return heads.results(dec)
		}
		return report.EachMember(dec, func(name string) error {
			switch name {
			case "Results":
				return heads.results(dec)
			case "Vulnerabilities", "Misconfigurations", "Resources", "Findings":
				return report.EachElement(dec, func() error { return heads.resource(dec) })
			}
			return report.Skip(dec)
		})
	})
	return heads, err
}

func (l *headList) results(dec *report.Decoder) error {
	return report.EachElement(dec, func() error {
		var h head
		err := report.EachMember(dec, func(name string) error { return h.read(dec, name) })
		*l = append(*l, h)
		return err
	})
}

func (l *headList) resource(dec *report.Decoder) error {
	var namespace, kind, called string
	first := len(*l)
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "Namespace":
			return report.Value(dec, &namespace)
		case "Kind":
			return report.Value(dec, &kind)
		case "Name":
			return report.Value(dec, &called)
		case "Results":
			return l.results(dec)
		}
		return report.Skip(dec)
	})
	for i := first; i < len(*l); i++ {
		(*l)[i].resource = resourceName(namespace, kind, called)
	}
	return err
}

func resourceName(namespace, kind, name string) string {
	return strings.Trim(namespace+"/"+kind+"/"+name, "/")
}
