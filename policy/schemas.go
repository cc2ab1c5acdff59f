package policy

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// scopeKey marks, in schema.json, what only defect rules or only artifact rules find in their input.
const scopeKey = "x-scope"

// schemas gives the types against which policies are checked: the input, and the settings with their keys. Each rule package gets the input
// of its scope: what the other scope has would be undefined in it, and the rule would be silent. What rules share gets both.
func (l *library) schemas() (*ast.SchemaSet, error) {
	set := ast.NewSchemaSet()
	for _, scope := range []string{"", "defect", "artifact"} {
		if scope != "" && !l.checked("custom") {
			continue
		}
		var input map[string]any
		if err := json.Unmarshal(inputSchema, &input); err != nil {
			return nil, fmt.Errorf("schema.json: %w", err)
		}
		if scope != "" {
			keep(input, scope)
		}
		set.Put(schemaRef(scope), input)
	}
	set.Put(schemaRef("settings"), settingsTypes(plain(l.defaults)))
	for _, root := range []string{"defectgate", "custom", "main"} {
		if !l.checked(root) {
			continue
		}
		if err := l.typed(root, "data.defectgate.settings: schema.settings"); err != nil {
			return nil, err
		}
	}
	for _, r := range l.rules {
		if r.Root == "main" || !l.checked(r.Root) {
			continue
		}
		if err := l.typed(strings.TrimPrefix(r.packagePath(), "data."), "input: schema."+r.inputKind()); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// schemaRef is the schema of all policies, or one of its own.
func schemaRef(name string) ast.Ref {
	if name == "" {
		return ast.SchemaRootRef
	}
	return ast.SchemaRootRef.Append(ast.StringTerm(name))
}

// checked leaves the built-in rules alone at a check, which would start 9 ms later: the project's own tests have loaded them with tests.
func (l *library) checked(root string) bool {
	return l.tests || root != "defectgate" && len(l.sets) > 1
}

func (r *Rule) inputKind() string {
	if r.Artifact {
		return "artifact"
	}
	return "defect"
}

// typed adds a module without rules whose metadata gives a package, and those below, a schema.
func (l *library) typed(pkg, schema string) error {
	name := "schema of " + pkg
	if pkg == "main" {
		schema += "\n# - input: schema.artifact"
	}
	text := "# METADATA\n# scope: subpackages\n# schemas:\n# - " + schema + "\npackage " + pkg
	m, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
	l.modules[name] = m
	return err
}

// keep drops the properties of a schema that another scope has.
func keep(schema map[string]any, scope string) {
	for _, value := range schema {
		below, ok := value.(map[string]any)
		if !ok {
			continue
		}
		for name, property := range below {
			if p, ok := property.(map[string]any); ok && p[scopeKey] != nil && p[scopeKey] != scope {
				delete(below, name)
			}
		}
		keep(below, scope)
	}
}

// settingsTypes says which keys there are. Values are left open: null may stand for any, and config/schema.json knows better.
func settingsTypes(values map[string]any) map[string]any {
	properties := map[string]any{}
	for key, value := range values {
		switch v := value.(type) {
		case map[string]map[string]any: // the rules of a category
			properties[key] = settingsTypes(plain(settings{key: v})[key].(map[string]any))
		case map[string]any:
			properties[key] = settingsTypes(without(v))
		default:
			properties[key] = map[string]any{}
		}
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

// inScope catches what the schemas cannot: a rule that reaches, through what rules share, for members that its scope does not have.
func (r *Rule) inScope() error {
	for _, member := range r.Reads {
		artifact := member == "defects" || member == "sources" || member == "summary"
		if r.Artifact && strings.HasPrefix(member, "defect.") || !r.Artifact && artifact {
			return gate.WithHint(fmt.Errorf("%s: rule %s judges %s and refers to a package that reads input.%s, which it does not have",
				r.Place, r.ID(), map[bool]string{false: "one defect", true: "the artifact"}[r.Artifact], member),
				"set `scope: artifact` under `custom:` of its METADATA, or keep what reads input.%s in a package of its own", member)
		}
	}
	return nil
}

// silentSets refuses sets of users that say nothing: a wrong path or a slip in a package name must not look like a policy that agrees.
func (l *library) silentSets() error {
	files, rules := 0, 0
	for _, s := range l.sets {
		if len(s.Files) == 0 {
			return gate.WithHint(fmt.Errorf("policy %q holds no .rego file and no data", s.Name), "name the folder in which the policies are")
		}
		if !s.own {
			files++
		}
	}
	for _, r := range l.rules {
		if r.Root != "defectgate" {
			rules++
		}
	}
	for _, place := range sortedKeys(l.modules) {
		if packageParts(l.modules[place])[0] == "main" && !isTest(place) && !l.hasRoot("main") {
			return gate.WithHint(fmt.Errorf("%s: package main has no set deny, warn or violation: there is no rule", place), "write it as: deny contains …")
		}
	}
	if files > 0 && rules == 0 {
		return gate.WithHint(fmt.Errorf("the policies beside the built-in ones hold no rule"),
			"a rule is a package custom.rules.<category>.<name> with a set `report`, or package main with deny, warn or violation")
	}
	return nil
}

func (l *library) hasRoot(root string) bool {
	for _, r := range l.rules {
		if r.Root == root {
			return true
		}
	}
	return false
}
