package cyclonedx

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

func readJSONHead(d report.Document, b *bom) error {
	return report.Members(d, b.member)
}

func (b *bom) member(dec *report.Decoder, name string) error {
	switch name {
	case "bomFormat":
		return report.Value(dec, &b.format)
	case "specVersion":
		return report.Value(dec, &b.version)
	case "serialNumber":
		return report.Value(dec, &b.serial)
	case "metadata":
		return report.EachMember(dec, func(name string) error { return b.metadataMember(dec, name) })
	case "components", "services":
		b.listed = true
		return b.components(dec)
	case "vulnerabilities":
		b.listed = true
	}
	return report.Skip(dec)
}

func (b *bom) metadataMember(dec *report.Decoder, name string) (err error) {
	m := &b.metadata
	switch name {
	case "timestamp":
		return report.Value(dec, &m.Timestamp)
	case "tools":
		return report.Value(dec, (*tools)(&m.Tools))
	case "authors":
		return report.Value(dec, &m.Authors)
	case "supplier":
		return report.Value(dec, &m.Supplier)
	case "manufacture", "manufacturer":
		return report.Value(dec, &m.Manufacturer)
	case "component":
		if dec.PeekKind() == jsontext.KindNull {
			m.stray = name
		}
		m.Component, err = b.component(dec)
		return err
	}
	m.note(name)
	return report.Skip(dec)
}

func (b *bom) components(dec *report.Decoder) error {
	return report.EachElement(dec, func() error {
		_, err := b.component(dec)
		return err
	})
}

// component reads and indexes a component or service and all that are nested in it.
func (b *bom) component(dec *report.Decoder) (component, error) {
	var c component
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "bom-ref":
			return report.Value(dec, &c.ref)
		case "purl":
			return report.Value(dec, &c.purl)
		case "group":
			return report.Value(dec, &c.group)
		case "name":
			return report.Value(dec, &c.name)
		case "version":
			return report.Value(dec, &c.version)
		case "versionRange":
			return report.Value(dec, &c.versionRange)
		case "hashes":
			return report.Value(dec, &c.hashes)
		case "components", "services":
			return b.components(dec)
		}
		return report.Skip(dec)
	})
	b.add(&c)
	return c, err
}

// tools are an array of tools until 1.4, and since 1.5 also an object of components and services.
type tools []tool

// UnmarshalJSONFrom takes either shape.
func (t *tools) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	if dec.PeekKind() != jsontext.KindBeginObject {
		return report.Value(dec, (*[]tool)(t))
	}
	return report.EachMember(dec, func(name string) error {
		if name != "components" && name != "services" {
			return report.Skip(dec)
		}
		var list []tool
		err := report.Value(dec, &list)
		*t = append(*t, list...)
		return err
	})
}

func readJSONVulnerabilities(d report.Document, _ *bom, use func(*vulnerability) error) error {
	return report.JSON(d, func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			if name != "vulnerabilities" {
				return report.Skip(dec)
			}
			return report.Each(dec, use)
		})
	})
}
