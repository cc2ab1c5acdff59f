package cyclonedx

import (
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

const (
	bomNamespace       = "http://cyclonedx.org/schema/bom/" // and the version of the specification
	extensionNamespace = "http://cyclonedx.org/schema/ext/vulnerability/1.0"
)

// xmlReader walks the elements of one bom, in one of the two passes.
type xmlReader struct {
	*bom
	use   func(*vulnerability) error // nil in the first pass
	place int                        // of the last component that began; the same in both passes
}

func readXMLHead(d report.Document, b *bom) error {
	return report.XMLDocument(d, (&xmlReader{bom: b}).root)
}

func readXMLVulnerabilities(d report.Document, b *bom, use func(*vulnerability) error) error {
	return report.XMLDocument(d, (&xmlReader{bom: b, use: use}).root)
}

func (x *xmlReader) root(e *report.Element) error {
	version, ok := strings.CutPrefix(e.Name.Space, bomNamespace)
	if e.Name.Local != "bom" || !ok {
		return fmt.Errorf("%w: the root is <%s> of the namespace %q", report.ErrShape, e.Name.Local, e.Name.Space)
	}
	x.version, x.serial, x.listed = version, e.Attribute("serialNumber"), true
	return children(e, func(c *report.Element) error {
		switch c.Name.Local {
		case "metadata":
			return x.metadataElement(c)
		case "vulnerabilities":
			return x.vulnerabilities(c, nil)
		}
		return x.inventory(c)
	})
}

// inventory reads lists of components and services.
func (x *xmlReader) inventory(e *report.Element) error {
	if name := e.Name.Local; name != "components" && name != "services" {
		return nil
	}
	return children(e, func(c *report.Element) error {
		_, err := x.component(c)
		return err
	})
}

// component reads and indexes a component or service and all that are nested in it. Its vulnerabilities, in the extension, may
// stand before its name, so that they take it from the first pass.
func (x *xmlReader) component(e *report.Element) (component, error) {
	c, place, holds := component{ref: e.Attribute("bom-ref")}, x.place, false
	x.place++
	err := children(e, func(child *report.Element) error {
		switch child.Name.Local {
		case "group":
			return text(child, &c.group)
		case "name":
			return text(child, &c.name)
		case "version":
			return text(child, &c.version)
		case "purl":
			return text(child, &c.purl)
		case "versionRange":
			c.versionRange = new(string)
			return text(child, c.versionRange)
		case "hashes":
			return c.hashElements(child)
		case "vulnerabilities":
			holds = true
			holder := x.enclosing[place]
			return x.vulnerabilities(child, &holder)
		}
		return x.inventory(child)
	})
	if x.use == nil {
		x.add(&c)
		if holds {
			x.enclosing[place] = c
		}
	}
	return c, err
}

func (c *component) hashElements(e *report.Element) error {
	return children(e, func(child *report.Element) error {
		content, err := child.Text()
		c.hashes = append(c.hashes, hash{Algorithm: child.Attribute("alg"), Content: content})
		return err
	})
}

func (x *xmlReader) vulnerabilities(e *report.Element, holder *component) error {
	if x.use == nil {
		return nil
	}
	return children(e, func(c *report.Element) error {
		if c.Name.Local != "vulnerability" {
			return nil
		}
		v, err := readVulnerability(c)
		if err != nil {
			return err
		}
		v.holder = holder
		return x.use(v)
	})
}

// children walks the children of an element that belong to CycloneDX. Extensions of others may stand anywhere.
func children(e *report.Element, child func(*report.Element) error) error {
	return e.Each(func(c *report.Element) error {
		if !strings.HasPrefix(c.Name.Space, bomNamespace) && c.Name.Space != extensionNamespace {
			return nil
		}
		return child(c)
	})
}

// text reads an element that may stand once. A second one is an error, as a second member of one name is in JSON: which of them
// another reader sees is chance.
func text(e *report.Element, field *string) error {
	if *field != "" {
		return fmt.Errorf("%w: <%s> stands twice", report.ErrShape, e.Name.Local)
	}
	content, err := e.Text()
	*field = content
	return err
}
