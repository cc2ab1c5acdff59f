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
	documents := l.documents()
	for _, place := range sortedKeys(l.compiler.Modules) {
		if isTest(place) || strings.HasPrefix(place, pathsPrefix) || !l.checked(packageParts(l.compiler.Modules[place])[0]) {
			continue // a test may put in place of data what is not there
		}
		walkRules(l.compiler.Modules[place], func(ref ast.Ref) {
			if ref.HasPrefix(ast.DefaultRootRef) && !l.defines(ref.GroundPrefix(), documents) {
				faults = append(faults, fmt.Errorf("%s: nothing defines %s", whereOf(ref, place), ref.GroundPrefix()))
			}
		})
	}
	return gate.WithHint(errors.Join(faults...), "correct the name; settings of a rule stand in its `# METADATA` under custom.settings")
}

// whereOf gives file and line of a reference; one that the compiler made has its file alone.
func whereOf(ref ast.Ref, place string) string {
	for _, term := range ref {
		if at := term.Location; at != nil && at.File != "" {
			return fmt.Sprintf("%s:%d", relative(at.File), at.Row)
		}
	}
	return place
}

// defines follows a reference through the rules, and through settings and documents.
func (l *library) defines(ref ast.Ref, documents map[string]any) bool {
	node := l.compiler.RuleTree.Child(ast.DefaultRootDocument.Value)
	var data any = documents
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

// nothing marks a setting whose default is null: it exists.
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
	document := map[string]any{"defectgate": map[string]any{"settings": plain(l.defaults)}}
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

// reads lists the members of the input that packages read, and those to which they refer. The modules are the compiled ones: in them
// an import is spelt out wherever it is used.
func (l *library) reads(packages ...string) []string {
	var members []string
	for i := 0; i < len(packages); i++ {
		for place, m := range l.compiler.Modules {
			if !isTest(place) && !strings.HasPrefix(place, pathsPrefix) && m.Package.Path.String() == packages[i] {
				walkRules(m, func(ref ast.Ref) {
					members = append(members, inputMember(ref)...)
					packages = l.follow(packages, ref)
				})
			}
		}
	}
	slices.Sort(members)
	return slices.Compact(members)
}

// walkRules visits the references of the rules; package and imports say nothing of what is read.
func walkRules(m *ast.Module, visit func(ast.Ref)) {
	for _, rule := range m.Rules {
		ast.WalkRefs(rule, func(ref ast.Ref) bool {
			visit(ref)
			return false
		})
	}
}

// follow adds the packages that a reference can reach, beside those known: the one in which it ends, or all below one that it names in part.
func (l *library) follow(packages []string, ref ast.Ref) []string {
	if !ref.HasPrefix(ast.DefaultRootRef) {
		return packages
	}
	ground := ref.GroundPrefix()
	for place, m := range l.compiler.Modules {
		if p := m.Package.Path; !isTest(place) && (ref.HasPrefix(p) || p.HasPrefix(ground)) && !slices.Contains(packages, p.String()) {
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
