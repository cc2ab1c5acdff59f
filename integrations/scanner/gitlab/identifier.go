package gitlab

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// identifier names what was found: a rule of the scanner, an advisory, a weakness. The first one is the primary.
type identifier struct {
	Type  text `json:"type"`
	Name  text `json:"name"`
	Value text `json:"value"`
	URL   text `json:"url"`
}

func (i *identifier) kind() string { return strings.ToLower(string(i.Type)) }

// text is the value, or for a weakness its number with the prefix. Where the value is a sentence and the name is none, the name is the id.
func (i *identifier) text() string {
	name, value := strings.TrimSpace(string(i.Name)), strings.TrimSpace(string(i.Value))
	switch {
	case i.kind() == "cwe" && value != "" && strings.Trim(value, "0123456789") == "":
		return "CWE-" + value
	case name != "" && strings.Contains(value, " ") && !strings.Contains(name, " "):
		return name
	}
	return cmp.Or(value, name)
}

// isClass reports whether it names a class of weaknesses, which is nothing that a vulnerability could be called.
func (i *identifier) isClass() bool {
	return slices.Contains([]string{"cwe", "owasp", "wasc", "capec"}, i.kind())
}

// id is the primary identifier. Findings without one are known by their name, else by what the scanner compares them by. Vulnerabilities of a
// component are not known by their class: two of one package would be the same then.
func (v *vulnerability) id(kind gate.Kind) string {
	for i := range v.Identifiers {
		if id := v.Identifiers[i].text(); id != "" && !(kind.OfComponent() && v.Identifiers[i].isClass()) {
			return id
		}
	}
	return cmp.Or(string(v.Name), report.FirstLine(string(v.Message)), string(v.CompareKey), string(v.ID))
}

// otherIDs are the ids behind the primary one. Which of them are aliases, and which advisories that only speak of it, their databases tell.
func (v *vulnerability) otherIDs(primary string) (ids []string) {
	for i := range v.Identifiers {
		if id := v.Identifiers[i].text(); id != "" && id != primary && !v.Identifiers[i].isClass() {
			ids = append(ids, id)
		}
	}
	return ids
}

// advisories are the published vulnerabilities that a finding in code is related to.
func (v *vulnerability) advisories(primary string) (ids []string) {
	for _, id := range v.otherIDs(primary) {
		if strings.HasPrefix(id, "CVE-") || strings.HasPrefix(id, "GHSA-") {
			ids = append(ids, id)
		}
	}
	return ids
}

// weaknesses are the CWEs. Some scanners write the number into the value, others only into the name.
func (v *vulnerability) weaknesses() []int {
	var named []string
	for i := range v.Identifiers {
		if id := &v.Identifiers[i]; id.kind() == "cwe" {
			named = append(named, id.text(), string(id.Name))
		}
	}
	cwes := report.CWEs(named...)
	slices.Sort(cwes)
	return slices.Compact(cwes)
}

// configurationTools are scanners whose SAST is one of infrastructure.
var configurationTools = []string{"checkov", "hadolint", "kics", "kubesec", "terrascan", "tfsec"}

// secretRules are the types of identifiers that name rules for secrets. Old reports of SAST hold these, too.
var secretRules = []string{"gitleaks_rule_id", "trufflehog_rule_id"}

// kind is what sort of scan found it, else what the location looks like.
func (v *vulnerability) kind(tool, scanType string) gate.Kind {
	primary := ""
	if len(v.Identifiers) > 0 {
		primary = v.Identifiers[0].kind()
	}
	sort := cmp.Or(string(v.Category), scanType)
	switch {
	case sort == "secret_detection" || slices.Contains(secretRules, primary):
		return gate.Secret
	case slices.Contains([]string{"dependency_scanning", "container_scanning", "cluster_image_scanning"}, sort):
		return gate.Vulnerability
	case slices.Contains(configurationTools, strings.ToLower(tool)) || primary == "kics_id":
		return gate.Misconfiguration
	case sort == "" && v.Location.Dependency.Package.Name != "":
		return gate.Vulnerability
	case sort == "" && v.Location.Commit.SHA != "":
		return gate.Secret
	}
	return gate.Code
}
