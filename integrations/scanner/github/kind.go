package github

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// toolKinds are tools that find one kind of things, by their names in lower case. All that is uploaded becomes an alert of code scanning.
var toolKinds = map[string]gate.Kind{
	"detect-secrets": gate.Secret, "ggshield": gate.Secret, "gitleaks": gate.Secret, "secretlint": gate.Secret, "trufflehog": gate.Secret,
	"checkov": gate.Misconfiguration, "cfn_nag": gate.Misconfiguration, "defsec": gate.Misconfiguration, "dockle": gate.Misconfiguration,
	"hadolint": gate.Misconfiguration, "kics": gate.Misconfiguration, "kube-linter": gate.Misconfiguration, "kubelinter": gate.Misconfiguration,
	"kubescape": gate.Misconfiguration, "kubesec": gate.Misconfiguration, "snyk iac": gate.Misconfiguration, "terrascan": gate.Misconfiguration,
	"tfsec": gate.Misconfiguration,
}

// tagKinds are tags of rules, as Trivy writes them, that tell the kind.
var tagKinds = map[string]gate.Kind{
	"vulnerability": gate.Vulnerability, "misconfiguration": gate.Misconfiguration, "secret": gate.Secret, "license": gate.License,
}

// published is the id of a published vulnerability; Grype writes the package behind it.
var published = regexp.MustCompile(`(?i)^(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|(?:GO|PYSEC|RUSTSEC|MAL)-\d{4}-\d+|` +
	`SNYK-[A-Z0-9]+-[A-Z0-9_.]+-\d+)(?:-(.+))?$`)

// kind is told by the id of the rule, by the tool, and by the tags.
func (a *codeAlert) kind() gate.Kind {
	if published.MatchString(strings.TrimSpace(string(a.Rule.ID))) {
		return gate.Vulnerability
	}
	tool := strings.ToLower(string(a.Tool.Name))
	if kind := toolKinds[tool]; kind != "" {
		return kind
	}
	for _, tag := range a.Rule.Tags {
		if kind := tagKinds[strings.ToLower(tag)]; kind != "" && tool == "trivy" {
			return kind
		}
	}
	return gate.Code
}

// sentences are how tools say in a message which package they mean: Trivy, Grype old and new, OSV-Scanner, Snyk.
var sentences = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^Package: (?P<name>\S+)\s*\nInstalled Version: (?P<version>\S*)(?:(?s:.*?)\nFixed Version: (?P<fixed>[^\n]*))?`),
	regexp.MustCompile(`reports (?P<name>\S+) at version (?P<version>\S+)`),
	regexp.MustCompile(` package: (?P<name>[^\s,]+), version (?P<version>\S+)`),
	regexp.MustCompile(`Package '(?P<name>@?[^'@]+)@(?P<version>[^']+)'`),
	regexp.MustCompile(`introduces a vulnerable (?P<name>\S+) package`),
}

// fillComponent says which package an alert is about. Where the message does not, the file stands for it.
func (a *codeAlert) fillComponent(f *gate.Finding) {
	if found := published.FindStringSubmatch(f.ID); found != nil {
		f.ID, f.Component.Name = found[1], found[2]
	}
	for _, sentence := range sentences {
		if found := sentence.FindStringSubmatch(string(a.Instance.Message.Text)); found != nil {
			part := func(name string) string {
				if i := sentence.SubexpIndex(name); i >= 0 {
					return found[i]
				}
				return ""
			}
			f.Component = gate.Component{Name: part("name"), Version: part("version"), Fixed: listed(part("fixed"))}
			break
		}
	}
	f.Component.Name = cmp.Or(f.Component.Name, inside(f.Location.Logical, f.Location.Path))
}

func listed(versions string) []string {
	list := strings.FieldsFunc(versions, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Clip(list)
}
