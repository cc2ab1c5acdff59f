package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// danglingRefs finds references to data that nothing defines. Rego takes such a one for "undefined" and the rule stays silent: a misspelt setting
// or package would let everything pass.
func (l *library) danglingRefs() error {
	var faults []error
	for _, place := range sortedKeys(l.modules) {
		ast.WalkRefs(l.modules[place], func(ref ast.Ref) bool {
			if ref.HasPrefix(ast.DefaultRootRef) && !l.defines(ref.GroundPrefix()) {
				faults = append(faults, fmt.Errorf("%s:%d: nothing defines %s", relative(ref[0].Location.File), ref[0].Location.Row, ref.GroundPrefix()))
			}
			return false
		})
	}
	return gate.WithHint(errors.Join(faults...), "correct the name; settings of a rule stand in its `# METADATA` under custom.settings")
}

// defines follows a reference through the rules, and through settings and documents.
func (l *library) defines(ref ast.Ref) bool {
	node := l.compiler.RuleTree.Child(ast.DefaultRootDocument.Value)
	var data any = l.documents()
	for _, term := range ref[1:] {
		text, ok := term.Value.(ast.String)
		if !ok {
			return true
		}
		if node != nil {
			if node = node.Child(term.Value); node != nil && len(node.Values) > 0 {
				return true // what a rule holds is checked by its type
			}
		}
		data = member(data, string(text))
		if node == nil && data == nil {
			return false
		}
		if _, below := data.(map[string]any); node == nil && !below {
			return true
		}
	}
	return true
}

// absent marks a setting whose default is null: it exists.
type nothing struct{}

func member(data any, key string) any {
	object, ok := data.(map[string]any)
	if !ok {
		return nil
	}
	value, exists := object[key]
	if exists && value == nil {
		return nothing{}
	}
	return value
}

func (l *library) documents() map[string]any {
	document := map[string]any{"defectgate": map[string]any{"settings": plain(l.defaults), "catalogue": asData(l.rules)}}
	for key, value := range l.data {
		document[key] = value
	}
	if document["custom"] == nil {
		document["custom"] = map[string]any{"rules": map[string]any{}}
	}
	if document["main"] == nil {
		document["main"] = map[string]any{}
	}
	return document
}

// everything stands for more of the input than can be told from the text of a policy.
const everything = "*"

// reads lists the members of the input that a rule reads, in its own package and in those that it refers to.
func (l *library) reads(r *Rule) []string {
	packages := []string{"data." + r.Root + ".rules." + r.Category + "." + r.Name}
	if r.Root == "main" {
		packages = []string{"data.main"}
	}
	var members []string
	for i := 0; i < len(packages); i++ {
		for _, m := range l.modules {
			if m.Package.Path.String() == packages[i] {
				ast.WalkRefs(m, func(ref ast.Ref) bool {
					members = append(members, inputMember(ref)...)
					packages = l.follow(packages, ref)
					return false
				})
			}
		}
	}
	slices.Sort(members)
	return slices.Compact(members)
}

// follow adds the package of a reference to another package than those known.
func (l *library) follow(packages []string, ref ast.Ref) []string {
	if !ref.HasPrefix(ast.DefaultRootRef) {
		return packages
	}
	for _, m := range l.modules {
		if p := m.Package.Path; ref.HasPrefix(p) && !slices.Contains(packages, p.String()) {
			packages = append(packages, p.String())
		}
	}
	return packages
}

// inputMember gives the member that a reference reads: two levels below the defect, one level otherwise.
func inputMember(ref ast.Ref) []string {
	if !ref.HasPrefix(ast.InputRootRef) {
		return nil
	}
	var parts []string
	for _, term := range ref[1:] {
		text, ok := term.Value.(ast.String)
		if !ok {
			break
		}
		parts = append(parts, string(text))
	}
	if len(parts) == 0 || parts[0] == "defect" && len(parts) == 1 {
		return []string{everything}
	}
	if parts[0] != "defect" {
		return parts[:1]
	}
	return []string{strings.Join(parts[:2], ".")}
}
