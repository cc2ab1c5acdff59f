package policy

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// unasked finds sets that look like reports, in the packages of rules, and that nobody reads: a misspelt `deny` or `report` would be silent.
func (l *library) unasked() error {
	if !l.checked("custom") {
		return nil
	}
	read := l.readRefs()
	var faults []error
	for _, place := range sortedKeys(l.compiler.Modules) {
		m := l.compiler.Modules[place]
		if isTest(place) || len(rulesOf(m)) == 0 && packageParts(m)[0] != "main" {
			continue
		}
		for _, rule := range m.Rules {
			if rule.Head.RuleKind() == ast.MultiValue && !l.isReport(rule) && !read.reach(rule.Ref().GroundPrefix()) {
				faults = append(faults, fmt.Errorf("%s:%d: nobody asks %s", relative(rule.Location.File), rule.Location.Row, rule.Ref()))
			}
		}
	}
	return gate.WithHint(errors.Join(faults...),
		"the set of a rule is called report; in package main deny, warn or violation; any other set counts only where one of these reads it")
}

func (l *library) isReport(rule *ast.Rule) bool {
	for _, r := range l.rules {
		if rule.Ref().String() == r.report() {
			return true
		}
	}
	return false
}

// fixed are references to data, up to their first variable.
type fixed map[string]ast.Ref

func (l *library) readRefs() fixed {
	read := fixed{}
	for place, m := range l.compiler.Modules {
		if isTest(place) {
			continue
		}
		walkRules(m, func(ref ast.Ref) {
			if ground := ref.GroundPrefix(); ground.HasPrefix(ast.DefaultRootRef) {
				read[ground.String()] = ground
			}
		})
	}
	return read
}

// reach reports whether a reference names the rule, something in it, or a package around it.
func (f fixed) reach(rule ast.Ref) bool {
	for _, ref := range f {
		if ref.HasPrefix(rule) || rule.HasPrefix(ref) {
			return true
		}
	}
	return false
}
