package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/defectgate/defectgate/gate"
)

// customKeys are what METADATA may say of a rule under custom.
var customKeys = []string{"needs", "remedy", "scope", "settings"}

// describe takes over the metadata of the package.
func (r *Rule) describe(m *ast.Module) {
	for _, a := range m.Annotations {
		if a.Scope != "package" {
			continue
		}
		r.Title, r.Description = a.Title, a.Description
		r.Remedy, _ = a.Custom["remedy"].(string)
		r.Needs, _ = a.Custom["needs"].(string)
		r.scope = a.Custom["scope"]
		r.unknown = slices.DeleteFunc(sortedKeys(a.Custom), func(key string) bool { return slices.Contains(customKeys, key) })
		r.Artifact = r.scope == "artifact"
		if r.Root == "custom" {
			r.Settings, _ = a.Custom["settings"].(map[string]any)
		}
	}
	if r.Root == "custom" {
		r.Settings = withDefault(r.Settings, "level", "deny")
	}
}

// judging adds to the settings of a rule which defects it judges: all, or only those that the baseline does not have.
func judging(values map[string]any) map[string]any { return withDefault(values, "judge", "all") }

func withDefault(values map[string]any, key string, value any) map[string]any {
	if values[key] != nil {
		return values
	}
	values = maps.Clone(values)
	if values == nil {
		values = map[string]any{}
	}
	values[key] = value
	return values
}

// undescribed refuses a rule whose metadata lacks what outputs call it by, or says what nobody would read.
func (r *Rule) undescribed() error {
	refuse := func(hint, problem string, args ...any) error {
		return gate.WithHint(fmt.Errorf("%s: rule %s %s", r.Place, r.ID(), fmt.Sprintf(problem, args...)), "%s", hint)
	}
	_, unreadable := ast.InterfaceToValue(r.Settings)
	word, named := r.Settings["severity"].(string)
	switch {
	case r.Title == "":
		return refuse("write `# METADATA` and `# title: …` above its package line", "has no title")
	case len(r.unknown) > 0:
		return refuse("use "+strings.Join(customKeys, ", ")+"; what the rule needs of its own stands under custom.settings",
			"has custom.%s in its METADATA, which means nothing here", r.unknown[0])
	case unreadable != nil:
		return refuse("keys must be texts: put those that are none in quotation marks", "has settings that cannot be read: %v", unreadable)
	case named && !isSeverity(word):
		return refuse("use one of "+severityWords(), "has the setting severity: %s, which is none", word)
	case r.scope != nil && r.scope != "artifact" && r.scope != "defect":
		return refuse("write scope: artifact, or leave it out for defect", "has the scope %v", r.scope)
	}
	return nil
}
