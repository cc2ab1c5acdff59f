package dependencycheck

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependency is one dependency with the vulnerabilities that hold for it. Its identifiers may stand behind them, so that one dependency at a
// time is held in memory; the evidence, which is most of a report, is passed over.
type dependency struct {
	FileName string
	FilePath string
	packages []identifier
	matched  []identifier // CPEs by which vulnerabilities were found
	found    []vulnerability
}

type identifier struct {
	ID         string `json:"id"`
	Confidence string `json:"confidence"`
	kind       string // of the schemas before 2.0: "maven", "npm", "cpe" …
}

// add files an identifier of the old schemas, which have CPEs and packages in one list.
func (d *dependency) add(id identifier) {
	if id.kind == "cpe" {
		d.matched = append(d.matched, id)
	} else {
		d.packages = append(d.packages, id)
	}
}

var confidences = []string{"LOW", "MEDIUM", "HIGH", "HIGHEST"}

// surest gives the first of the identifiers that are as sure as any, of those that can be used.
func surest(list []identifier, usable func(identifier) gate.Component) (best gate.Component) {
	rank := -2
	for _, id := range list {
		c := usable(id)
		if sure := slices.Index(confidences, id.Confidence); c.Name != "" && sure > rank {
			best, rank = c, sure
		}
	}
	return best
}

func (d *dependency) component() gate.Component {
	if c := surest(d.packages, identifier.component); c.Name != "" {
		return c
	}
	if c := surest(d.matched, identifier.product); c.Name != "" {
		return c
	}
	return gate.Component{Name: cmp.Or(d.FileName, d.FilePath)}
}

// component reads a package URL, or what the old schemas write instead: "(org.dom4j:dom4j:2.1.1)" and a kind.
func (i identifier) component() gate.Component {
	purl := i.ID
	if i.kind != "" {
		text := strings.Trim(i.ID, "()")
		at := max(0, strings.LastIndex(text, ":"))
		purl = report.EcosystemURL(i.kind, text[:at], strings.TrimPrefix(text[at:], ":"))
	}
	p, err := packageurl.FromString(purl)
	if err != nil {
		return gate.Component{}
	}
	if at := strings.LastIndex(p.Name, "/"); p.Namespace == "" && at > 0 { // "pkg:npm/%40scope%2Fname": the scope is a namespace
		p.Namespace, p.Name = p.Name[:at], p.Name[at+1:]
		purl = p.ToString()
	}
	return gate.Component{PURL: purl, Name: fullName(p), Version: p.Version}
}

// fullName is the name as people of its kind write it.
func fullName(p packageurl.PackageURL) string {
	separator := "/"
	if p.Type == packageurl.TypeMaven {
		separator = ":"
	}
	return strings.TrimPrefix(p.Namespace+separator+p.Name, separator)
}

// cpe has vendor, product and version of both spellings: "cpe:2.3:a:vendor:product:version:…" and "cpe:/a:vendor:product:version".
var cpe = regexp.MustCompile(`^cpe:(?:2\.3:|/)[aho]:((?:\\.|[^:\\])+):((?:\\.|[^:\\])+)(?::((?:\\.|[^:\\])*))?`)

// product reads the CPE of a dependency that has no package URL.
func (i identifier) product() gate.Component {
	parts := cpe.FindStringSubmatch(i.ID)
	if parts == nil {
		return gate.Component{}
	}
	for n := range parts {
		parts[n] = strings.ReplaceAll(parts[n], `\`, "")
	}
	c := gate.Component{Name: parts[1] + ":" + parts[2], Version: parts[3]}
	if c.Version == "*" || c.Version == "-" {
		c.Version = ""
	}
	return c
}
