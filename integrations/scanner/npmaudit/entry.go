package npmaudit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/npm"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is one vulnerable package, of reports since npm 7.
type entry struct {
	Via   []jsontext.Value `json:"via"`          // advisories, and names of packages
	Nodes []string         `json:"nodes"`        // where it is installed: "node_modules/acorn"
	Fix   jsontext.Value   `json:"fixAvailable"` // true, false, or the package that is to be changed
}

// advisory is one about the package itself.
type advisory struct {
	Number   report.Word    `json:"source"`
	Package  string         `json:"name"`
	Title    string         `json:"title"`
	URL      string         `json:"url"`
	Severity report.Word    `json:"severity"`
	CWE      jsontext.Value `json:"cwe"`
	CVSS     npm.CVSS       `json:"cvss"`
	Range    string         `json:"range"`
}

func (p *parser) entry(dec *report.Decoder, name string) error {
	var e entry
	if err := report.Value(dec, &e); err != nil {
		return err
	}
	p.packages[name] = true
	if len(e.Via) == 0 {
		p.through[name] = ""
	}
	own := 0
	for _, via := range e.Via {
		if via.Kind() == jsontext.KindString {
			if err := p.cause(via, name); err != nil {
				return err
			}
			continue
		}
		own++
		if err := p.about(&e, via, name); err != nil {
			return err
		}
	}
	if own == 0 {
		p.Scan.Drop("package that is vulnerable through another one only")
	}
	return nil
}

// cause notes a package that makes another one vulnerable.
func (p *parser) cause(via jsontext.Value, of string) error {
	var name string
	err := report.Unmarshal(via, &name)
	if _, noted := p.through[name]; !noted {
		p.through[name] = of
	}
	return err
}

// about emits what an advisory says of a package.
func (p *parser) about(e *entry, via jsontext.Value, name string) error {
	var v advisory
	if err := report.Unmarshal(via, &v); err != nil {
		return err
	}
	if v.Package == "" {
		v.Package = name
	}
	a := npm.Advisory{Number: v.Number, Package: v.Package, Title: v.Title, URL: v.URL, Vulnerable: v.Range,
		Severity: v.Severity, CWE: v.CWE, CVSS: v.CVSS}
	var at gate.Location
	if len(e.Nodes) > 0 {
		at.Path = e.Nodes[0]
	}
	f := p.Finding(&a, "", at)
	return p.mend(f, &a, e.Fix)
}

// mend adds what npm knows of a fix, and emits the finding. Where the advisory names no version with the fix and npm has one, it is above.
func (p *parser) mend(f *gate.Finding, a *npm.Advisory, fix jsontext.Value) error {
	var change struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Major   bool   `json:"isSemVerMajor"`
	}
	available := fix.Kind() == jsontext.KindTrue || fix.Kind() == jsontext.KindBeginObject
	if fix.Kind() == jsontext.KindBeginObject {
		if err := report.Unmarshal(fix, &change); err != nil {
			return err
		}
	}
	switch {
	case change.Name != "" && change.Major:
		f.Remedy = fmt.Sprintf("install %s@%s, which may break what depends on it", change.Name, change.Version)
	case change.Name != "":
		f.Remedy = fmt.Sprintf("install %s@%s", change.Name, change.Version)
	case available:
		f.Remedy = "npm audit fix"
	}
	switch {
	case !available || len(f.Component.Fixed) > 0:
	case change.Name == a.Package && change.Version != "":
		f.Component.Fixed = []string{change.Version}
	default:
		f.Component.Fixed = a.Above()
	}
	return p.Take(f)
}

// explain fails a scan whose report does not say why a package is vulnerable: the advisory about another one was lost.
func (p *parser) explain() {
	var lost []string
	for _, name := range slices.Sorted(maps.Keys(p.through)) {
		if !p.packages[name] || p.through[name] == "" {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		p.fail("the report has no advisory about " + strings.Join(lost, ", "))
	}
}
