// Package cyclonedx reads CycloneDX bills of materials with vulnerabilities: JSON 1.2 to 1.7, XML 1.0 to 1.7, and in XML also the
// vulnerability extension 1.0 that boms before 1.4 carry.
//
// A finding is one vulnerability of one component that it affects. The components may stand behind the vulnerabilities, so a bom is read
// twice: first its head and an index of its components, then its vulnerabilities. The analysis of a vulnerability is a VEX
// statement. A bill of materials lists what is there and not what was looked for: without vulnerabilities it proves no scan.
//
// https://cyclonedx.org/docs/1.7/json/ and https://github.com/CycloneDX/specification/tree/master/schema/ext
package cyclonedx

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "cyclonedx"

// Format is CycloneDX in JSON and XML.
var Format = report.Format{
	Name:   formatName,
	Title:  "CycloneDX JSON 1.2–1.7 and XML 1.0–1.7 with vulnerabilities and VEX, and the XML vulnerability extension",
	Detect: detect,
	Parse:  parse,
	Entry:  "a vulnerability of one component that it affects",
	Notes: `A vulnerability has the worst of the ratings of its own source, else the worst of all; a CVSS 2.0 rating does not count where the
same party has a newer one. The VEX analysis gives the state. It is honoured only where the source says "statements: trusted"; else the defect stays
open. A bill of materials lists what is there and not what was looked for, so that without vulnerabilities it proves no scan. The fixed
versions are those that "affects[].versions" calls "unaffected"; most programs write none, and name the fix in the text of the recommendation if
at all. Their defects then have no known fix, and where "only_fixable" is true, as it is by default, they are warned about and not denied.`,
}

// versions are the versions of the specification that are read. What a later one may say of vulnerabilities is not known.
var versions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

func detect(o *report.Outline) bool {
	switch o.Root {
	case report.XML:
		return o.Element == "bom" && strings.HasPrefix(o.Namespace, bomNamespace)
	case report.Object:
		return o.Text("bomFormat") == bomFormat ||
			!o.Has("bomFormat") && o.Has("specVersion") && (o.Has("components") || o.Has("vulnerabilities"))
	}
	return false
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	form, b, err := begin(d)
	if err != nil {
		return gate.Scan{}, err
	}
	p := parser{bom: b, emit: emit, scan: b.scan()}
	if err := b.check(); err != nil {
		return p.scan, err
	}
	err = form.vulnerabilities(d, b, p.take)
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

// begin reads the head of a bom.
func begin(d report.Document) (form, *bom, error) {
	b := &bom{index: map[string]component{}, enclosing: map[int]component{}}
	form, err := formOf(d)
	if err == nil {
		err = form.head(d, b)
	}
	return form, b, err
}

// form is how a bom is written: head reads everything but the vulnerabilities, vulnerabilities nothing but them.
type form struct {
	head            func(report.Document, *bom) error
	vulnerabilities func(report.Document, *bom, func(*vulnerability) error) error
}

// formOf looks at the first byte that is not white space.
func formOf(d report.Document) (form, error) {
	r, err := d.Open()
	if err != nil {
		return form{}, err
	}
	defer r.Close()
	buffered := bufio.NewReaderSize(r, 512)
	for {
		b, err := buffered.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return form{}, fmt.Errorf("the document is empty: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return form{}, err
		case b == '<':
			return form{head: readXMLHead, vulnerabilities: readXMLVulnerabilities}, nil
		case !slices.Contains([]byte(" \t\r\n"), b):
			return form{head: readJSONHead, vulnerabilities: readJSONVulnerabilities}, nil
		}
	}
}

// parser emits the findings of one bom.
type parser struct {
	bom   *bom
	emit  report.Emit
	scan  gate.Scan
	dates report.Dates
}

// take emits one finding for each component that the vulnerability affects.
func (p *parser) take(v *vulnerability) error {
	v.settle(&p.dates)
	for _, a := range p.bom.affected(v) {
		f := v.finding(a, p.bom)
		if err := report.Identified(f); err != nil {
			return err
		}
		p.scan.Read++
		if err := p.emit(f); err != nil {
			return err
		}
	}
	return nil
}
