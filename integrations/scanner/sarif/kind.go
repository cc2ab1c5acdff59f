package sarif

import (
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// tools are drivers whose results are all of one kind, by their names in lower case. SARIF itself does not say what a result is about.
var tools = map[string]gate.Kind{
	"detect-secrets": gate.Secret, "ggshield": gate.Secret, "gitleaks": gate.Secret, "secretlint": gate.Secret,
	"talisman": gate.Secret, "trufflehog": gate.Secret,

	"cargo-audit": gate.Vulnerability, "dependency-check": gate.Vulnerability, "govulncheck": gate.Vulnerability,
	"grype": gate.Vulnerability, "osv-scanner": gate.Vulnerability, "snyk container": gate.Vulnerability,
	"snyk open source": gate.Vulnerability,

	"cfn_nag": gate.Misconfiguration, "checkov": gate.Misconfiguration, "defsec": gate.Misconfiguration,
	"dockle": gate.Misconfiguration, "hadolint": gate.Misconfiguration, "kics": gate.Misconfiguration,
	"kube-linter": gate.Misconfiguration, "kubelinter": gate.Misconfiguration, "kubescape": gate.Misconfiguration,
	"kubesec": gate.Misconfiguration, "snyk iac": gate.Misconfiguration, "terrascan": gate.Misconfiguration,
	"tfsec": gate.Misconfiguration,
}

// trivyTags are how Trivy, which finds all kinds, tells them apart.
var trivyTags = map[string]gate.Kind{
	"vulnerability": gate.Vulnerability, "misconfiguration": gate.Misconfiguration, "license": gate.License,
}

// trivyChecks are ids of Trivy's checks of configuration, old and new.
var trivyChecks = regexp.MustCompile(`^(AVD-|(DS|KSV|KCV)-?\d)`)

// advisory is the id of a vulnerability of a component, and, as Grype writes its rules, the component behind it.
var advisory = regexp.MustCompile(`(?i)^(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|(?:GO|PYSEC|RUSTSEC|MAL)-\d{4}-\d+|` +
	`SNYK-[A-Z0-9]+-[A-Z0-9_.]+-\d+)(?:-(.+))?$`)

// classify makes code of a result that nothing names: code is known by its place. All that one component has would be one defect.
func (e *entry) classify() gate.Kind {
	kind := e.kindOf()
	if kind.OfComponent() && e.id == unruled && len(e.advisories()) == 0 {
		return gate.Code
	}
	return kind
}

func (e *entry) kindOf() gate.Kind {
	tool := strings.ToLower(e.run.driver.Name)
	switch kind := tools[tool]; {
	case kind == gate.Secret || e.isSecret():
		return gate.Secret
	case strings.HasPrefix(e.id, "MAL-"):
		return gate.Malware
	case advisory.MatchString(e.id):
		return gate.Vulnerability
	case kind != "":
		return kind
	case strings.HasPrefix(e.id, "AVD-"):
		return gate.Misconfiguration
	case tool == "trivy":
		return e.classifyTrivy()
	case len(e.advisories()) > 0 && e.purl() != "":
		return gate.Vulnerability
	}
	return gate.Code
}

func (e *entry) classifyTrivy() gate.Kind {
	for _, tag := range e.rule.tags {
		if kind := trivyTags[tag]; kind != "" {
			return kind
		}
	}
	if trivyChecks.MatchString(e.id) {
		return gate.Misconfiguration
	}
	return gate.Code
}

// isSecret tells a rule for secrets of a tool that finds other things too. A weakness such as CWE-798 does not make one: it is what a
// rule for code is about.
func (e *entry) isSecret() bool {
	isWord := func(s string) bool { return strings.EqualFold(s, "secret") || strings.EqualFold(s, "secrets") }
	return slices.ContainsFunc(e.rule.tags, isWord) || slices.ContainsFunc(e.Properties.Tags, isWord) ||
		isWord(e.id) || isWord(e.rule.name) || strings.HasPrefix(e.id, "CKV_SECRET_")
}

// advisories gives the other ids of a rule that name vulnerabilities: OSV-Scanner lists aliases as former ids, others as tags.
func (e *entry) advisories() []string {
	var ids []string
	for _, list := range [][]string{e.rule.formerIDs, e.rule.tags, e.Properties.Tags} {
		for _, id := range list {
			if m := advisory.FindStringSubmatch(id); m != nil && m[2] == "" && id != e.id && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
