// Package sonarqube reads what the web API of SonarQube Server and SonarQube Cloud answers: `api/issues/search` and `api/hotspots/search`.
//
// An answer is one page: an object with `issues` or `hotspots`, `components` that give the paths, and `paging` that says how many entries there
// are in all. One page has at most 500 entries. Pages may be merged into one object with all entries, or stand in an array (`jq -s . page*.json`).
// The paths stand behind the entries, so that a document is read twice.
//
// https://docs.sonarsource.com/sonarqube-server/latest/extension-guide/web-api/,
// https://github.com/SonarSource/sonarqube/tree/master/server/sonar-webserver-webapi/src/main/resources/org/sonar/server
package sonarqube

import (
	"fmt"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "sonarqube"

// Format is the JSON of SonarQube's web API.
var Format = report.Format{
	Name:    formatName,
	Title:   "SonarQube web API: `api/issues/search` and `api/hotspots/search`, one page or all",
	Detect:  detect,
	Parse:   parse,
	Entry:   "an issue, of each vulnerability that it names; a security hotspot",
	LeftOut: "closed issues: the last analysis did not find them any more",
	Notes: `Issues of every type are read, bugs and code smells too: ask the API for "types=VULNERABILITY" or "impactSoftwareQualities=SECURITY"
where they shall not count. The rating is the worse of "severity" and of the "impacts" on security, or on anything where there is none on security;
that of a hotspot is its "vulnerabilityProbability". "WONTFIX" and "ACCEPTED" are suppressed; "FALSE-POSITIVE" is a statement of that name, "SAFE"
is the statement that nothing is affected, and "FIXED" without a new analysis is a statement too. A hotspot that is "ACKNOWLEDGED" was reviewed, and
it is a risk: it is under investigation, and open. An entry is held to its place by its project and the "hash" of its line, hotspots and secrets by
their "key". "creationDate" starts no clock: it may be the date of the commit of the line, which its author chooses. The rules of Dependency-Check's
plugin are vulnerabilities of the file that their message names, else of the one that the entry stands in. An export with fewer entries than "total"
or "paging" say, with a page twice, or that does not say how many there are, makes the source "partial". The API does not tell when a project was
analysed, or that it was.`,
}

func detect(o *report.Outline) bool {
	switch o.Root {
	case report.Object:
		return !o.Lines && isPage(o, "")
	case report.Array:
		return !o.Lines && isPage(o, "[].")
	}
	return false
}

// isPage goes by an entry, else by what stands around the entries.
func isPage(o *report.Outline, at string) bool {
	issue, hotspot := at+"issues[].", at+"hotspots[]."
	switch {
	case o.HasAny(hotspot+"vulnerabilityProbability", hotspot+"securityCategory"):
		return true
	case o.Has(issue+"component") && o.HasAny(issue+"rule", issue+"project", issue+"creationDate"):
		return true
	case o.HasAny(at+"issues", at+"hotspots") && o.HasAny(at+"paging.pageIndex", at+"paging.total", at+"effortTotal"):
		return true
	}
	return o.Has(at+"components[].qualifier") && o.Has(at+"components[].key")
}

type parser struct {
	emit  report.Emit
	scan  gate.Scan
	paths map[string]string // of components whose path is not the end of their key
	tally map[string]*tally // by the list: "issues" or "hotspots"
	pages int
	page  page
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, paths: map[string]string{}, tally: map[string]*tally{}, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	if err := report.JSON(d, func(dec *report.Decoder) error { return eachPage(dec, p.locate) }); err != nil {
		return p.scan, err
	}
	err := report.JSON(d, func(dec *report.Decoder) error { return eachPage(dec, p.read) })
	if err == nil && p.pages == 0 {
		err = fmt.Errorf("%w: the array holds no page", report.ErrShape)
	}
	p.scan.Failed = p.missing()
	return p.scan, err
}

func eachPage(dec *report.Decoder, read func(*report.Decoder) error) error {
	if report.IsList(dec) {
		return report.EachElement(dec, func() error { return read(dec) })
	}
	return read(dec)
}

// read reads the entries of one page, the second time.
func (p *parser) read(dec *report.Decoder) error {
	p.pages++
	p.page = page{}
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "issues":
			p.page.issues = true
			return report.Each(dec, func(i *issue) error {
				p.page.entries++
				return p.take(i)
			})
		case "hotspots":
			p.page.hotspots = true
			return report.Each(dec, func(h *hotspot) error {
				p.page.entries++
				return p.add(h.finding(p))
			})
		case "paging":
			return report.Value(dec, &p.page.paging)
		case "total":
			return report.Value(dec, &p.page.total)
		}
		return report.Skip(dec)
	})
	if err != nil {
		return err
	}
	return p.count()
}

// take reads one issue: mostly one finding, of Dependency-Check's plugin one for each vulnerability.
func (p *parser) take(i *issue) error {
	if i.Status == closed {
		p.scan.Drop("closed issue")
		return nil
	}
	for _, f := range i.findings(p) {
		if err := p.add(f); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) add(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}
