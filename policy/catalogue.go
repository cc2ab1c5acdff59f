package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// Rule is one rule that was found in the loaded packages.
type Rule struct {
	Category    string
	Name        string
	Root        string // "defectgate" built in, "custom" users', "main" Conftest style
	Artifact    bool   // judges the artifact as a whole, not one defect
	Title       string
	Description string
	Remedy      string
	Needs       string         // the setting, a list, without which it has nothing to say: while that is empty, it is not asked
	Place       string         // file:line
	Settings    map[string]any // defaults of a user's rule
	Reads       []string       // what it reads of the input: "defect.severity"; "*" for more than can be told

	scope   any      // as METADATA says it
	unknown []string // keys that METADATA has and that mean nothing here
}

// ID is how a rule is called: category/name.
func (r *Rule) ID() string { return r.Category + "/" + r.Name }

// catalogueOf finds the rules of all modules: packages defectgate.rules.C.N and custom.rules.C.N, and the rules deny, warn and violation of
// package main.
func catalogueOf(modules map[string]*ast.Module) ([]*Rule, error) {
	found := map[string]*Rule{}
	for _, place := range sortedKeys(modules) {
		if isTest(place) {
			continue
		}
		if err := misplaced(modules[place]); err != nil {
			return nil, err
		}
		for _, rule := range rulesOf(modules[place]) {
			known, twice := found[rule.ID()]
			if twice && known.Root != rule.Root {
				return nil, fmt.Errorf("%s: rule %s is already defined at %s: choose another name", rule.Place, rule.ID(), known.Place)
			}
			if !twice || known.Title == "" {
				found[rule.ID()] = rule
			}
		}
	}
	rules := make([]*Rule, 0, len(found))
	for _, id := range sortedKeys(found) {
		rules = append(rules, found[id])
	}
	for _, r := range rules {
		if err := r.undescribed(); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

func rulesOf(m *ast.Module) []*Rule {
	parts := packageParts(m)
	place := fmt.Sprintf("%s:%d", m.Package.Location.File, m.Package.Location.Row)
	switch {
	case len(parts) == 4 && parts[1] == "rules":
		r := &Rule{Category: parts[2], Name: parts[3], Root: parts[0], Place: place}
		r.describe(m)
		return []*Rule{r}
	case len(parts) == 1 && parts[0] == "main":
		return conftestRules(m)
	}
	return nil
}

// packagePath is where Rego finds the rule.
func (r *Rule) packagePath() string {
	if r.Root == "main" {
		return "data.main"
	}
	return "data." + r.Root + ".rules." + r.Category + "." + r.Name
}

func packageParts(m *ast.Module) []string {
	return strings.Split(strings.TrimPrefix(m.Package.Path.String(), "data."), ".")
}

var plainName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// misplaced refuses what looks like a rule and would never be asked.
func misplaced(m *ast.Module) error {
	parts := packageParts(m)
	at := fmt.Sprintf("%s:%d", m.Package.Location.File, m.Package.Location.Row)
	odd := func(part string) bool { return !plainName.MatchString(part) || strings.HasSuffix(part, "_test") }
	below := parts[0] == "custom" && len(parts) > 1 && strings.HasPrefix(parts[1], "rules")
	if slices.ContainsFunc(parts, odd) || below && (parts[1] != "rules" || len(parts) != 4) {
		return gate.WithHint(fmt.Errorf("%s: package %s is no place for a rule", at, strings.Join(parts, ".")),
			"use custom.rules.<category>.<name>, of letters, digits and _; _test ends the packages of tests in files *_test.rego")
	}
	for _, rule := range m.Rules {
		if len(parts) == 1 && parts[0] == "custom" && rule.Head.Ref()[0].Value.Compare(ast.Var("rules")) == 0 {
			return gate.WithHint(fmt.Errorf("%s:%d: %s reaches into the package of a rule", m.Package.Location.File, rule.Location.Row, rule.Head.Ref()),
				"write it in that package")
		}
		if parts[0] == "custom" && !below && string(rule.Head.Name) == "report" {
			return gate.WithHint(fmt.Errorf("%s:%d: report stands outside of custom.rules: nobody would ask it", m.Package.Location.File, rule.Location.Row),
				"name the package custom.rules.<category>.<name>")
		}
	}
	return nil
}

var conftestName = regexp.MustCompile(`^(deny|warn|violation)(_[a-zA-Z0-9]+)*$`)

// conftestRules gives the rules of package main by the names that Conftest knows.
func conftestRules(m *ast.Module) []*Rule {
	var rules []*Rule
	for _, rule := range m.Rules {
		name := string(rule.Head.Name)
		if conftestName.MatchString(name) && !slices.ContainsFunc(rules, func(r *Rule) bool { return r.Name == name }) {
			level := "deny"
			if strings.HasPrefix(name, "warn") {
				level = "warn"
			}
			rules = append(rules, &Rule{Category: "main", Name: name, Root: "main", Artifact: true, Title: name,
				Place: fmt.Sprintf("%s:%d", rule.Location.File, rule.Location.Row), Settings: map[string]any{"level": level}})
		}
	}
	return rules
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
