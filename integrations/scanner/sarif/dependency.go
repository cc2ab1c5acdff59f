package sarif

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
)

// SARIF has no member for a component. Each tool says in a place of its own which one it means; these are the sentences that the common
// ones write: Trivy, OSV-Scanner, Grype, Snyk.
var sentences = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^Package: (?P<name>\S+)\s*\nInstalled Version: (?P<version>\S*)(?:(?s:.*?)\nFixed Version: (?P<fixed>[^\n]*))?`),
	regexp.MustCompile(`Package '(?P<name>@?[^'@]+)@(?P<version>[^']+)'`),
	regexp.MustCompile(`reports (?P<name>\S+) at version (?P<version>\S+)`),
	regexp.MustCompile(`introduces a vulnerable (?P<name>\S+) package`),
}

// fillComponent says which component a vulnerability belongs to, and by which ids it is known.
func (e *entry) fillComponent(f *gate.Finding) {
	f.Aliases = e.advisories()
	f.Component = e.component()
	if m := advisory.FindStringSubmatch(f.ID); m != nil {
		f.ID = m[1]
		f.Component.Name = cmp.Or(f.Component.Name, m[2])
	}
	if f.Component.Name == "" && f.Location.Path != "" {
		f.Component.Name = path.Base(f.Location.Path)
	}
	f.Component.Name = cmp.Or(f.Component.Name, f.Location.Logical)
}

// component is known by a package URL, else by what the logical location names, else by what the message says.
func (e *entry) component() gate.Component {
	c := e.mentioned()
	if p, err := packageurl.FromString(e.purl()); err == nil {
		return gate.Component{PURL: e.purl(), Name: cmp.Or(c.Name, p.Name), Version: cmp.Or(p.Version, c.Version), Fixed: c.Fixed}
	}
	if logical := e.run.logicalName(e.place()); c.Version == "" && !isWeb(logical) {
		name, version := splitVersion(logical)
		if c.Name == "" || c.Name == name {
			c.Name, c.Version = name, version
		}
	}
	return c
}

// purl is the package URL of a result. A rule's counts only if it is the only one: Grype lists the packages of all its results.
func (e *entry) purl() string {
	if list := e.Properties.packages(); len(list) > 0 {
		return list[0]
	}
	if logical := e.run.logicalName(e.place()); strings.HasPrefix(logical, "pkg:") {
		return logical
	}
	if len(e.rule.purls) == 1 {
		return e.rule.purls[0]
	}
	return ""
}

// splitVersion parts "lodash@4.17.4". The at sign of a scope is none of a version.
func splitVersion(name string) (short, version string) {
	if at := strings.LastIndexByte(name, '@'); at > 0 {
		return name[:at], name[at+1:]
	}
	return name, ""
}

// mentioned reads the component out of the message.
func (e *entry) mentioned() gate.Component {
	for _, sentence := range sentences {
		m := sentence.FindStringSubmatch(e.text)
		if m == nil {
			continue
		}
		part := func(name string) string {
			if i := sentence.SubexpIndex(name); i >= 0 {
				return m[i]
			}
			return ""
		}
		return gate.Component{Name: part("name"), Version: part("version"), Fixed: versions(part("fixed"))}
	}
	return gate.Component{}
}

func versions(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
