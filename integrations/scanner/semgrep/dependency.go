package semgrep

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependency is what Semgrep Supply Chain says of a package that has a vulnerability.
type dependency struct {
	Kind  any `json:"kind"` // since 1.108: a text, or a list of a text and what belongs to it
	Match struct {
		Found struct {
			Package   string `json:"package"`
			Version   string `json:"version"`
			Ecosystem string `json:"ecosystem"`
		} `json:"found_dependency"`
		Pattern struct {
			Package   string `json:"package"`
			Ecosystem string `json:"ecosystem"`
		} `json:"dependency_pattern"`
	} `json:"dependency_match"`
}

var ghsa = regexp.MustCompile(`GHSA(?:-[0-9a-z]{4}){3}`)

// complete adds what only vulnerabilities have. Most of it stands in the metadata of the rule.
func (d *dependency) complete(f *gate.Finding, m metadata, dates *report.Dates) {
	name, ecosystem := cmp.Or(d.Match.Found.Package, d.Match.Pattern.Package), cmp.Or(d.Match.Found.Ecosystem, d.Match.Pattern.Ecosystem)
	f.Component = gate.Component{
		PURL:    packageURL(ecosystem, name, d.Match.Found.Version),
		Name:    name,
		Version: d.Match.Found.Version,
		Fixed:   fixed(m, name),
	}
	f.Aliases = m.texts("sca-vuln-database-identifier")
	for _, reference := range m.texts("references") {
		f.Related = append(f.Related, ghsa.FindAllString(reference, -1)...)
	}
	f.Published = report.ParseTime(m.text("publish-date"))
	dates.Settle("metadata.publish-date", &f.Published)
	f.Anchor = gate.Anchor{}
	if reason, unreachable := d.unreachable(); unreachable && f.State == gate.Open {
		f.State, f.Word = gate.NotAffected, &gate.Word{By: formatName, Reason: reason, Said: gate.NotAffected}
	}
}

// packageURLs are the ecosystems that Semgrep calls otherwise than others do.
var packageURLs = map[string]string{"swiftpm": "swift", "opam": "opam"}

func packageURL(ecosystem, name, version string) string {
	if kind := packageURLs[strings.ToLower(ecosystem)]; kind != "" {
		return report.PackageURL(kind, name, version)
	}
	return report.EcosystemURL(ecosystem, name, version)
}

// fixed gives the versions that have the fix: the metadata list one object for each package of the advisory, {"package": "version"}.
func fixed(m metadata, name string) (versions []string) {
	list, _ := m["sca-fix-versions"].([]any)
	for _, entry := range list {
		packages, _ := entry.(map[string]any)
		if version, ok := packages[name].(string); ok && version != "" {
			versions = append(versions, version)
		}
	}
	return versions
}

// unreachable is the one kind that says that the vulnerability does no harm: the packages between were analysed, and do not call it.
func (d *dependency) unreachable() (reason string, ok bool) {
	list, _ := d.Kind.([]any)
	if len(list) == 0 || list[0] != "TransitiveUnreachable" {
		return "", false
	}
	reason = "TransitiveUnreachable"
	if len(list) > 1 {
		more, _ := list[1].(map[string]any)
		if explanation, _ := more["explanation"].(string); explanation != "" {
			reason += ": " + report.FirstLine(explanation)
		}
	}
	return reason, true
}
