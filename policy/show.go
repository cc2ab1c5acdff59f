package policy

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// InputSchema gives the JSON Schema of what rules read.
func InputSchema() []byte { return inputSchema }

// Explain describes a rule: what it says, what it reads, and its settings in force.
func (e *Engine) Explain(r *Rule) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s — %s", r.ID(), r.Title)
	if r.Description != "" {
		line("\n%s", strings.TrimSpace(r.Description))
	}
	if r.Remedy != "" {
		line("\nWhat to do: %s", r.Remedy)
	}
	scope := "each open defect"
	if r.Artifact {
		scope = "the artifact as a whole"
	}
	line("\nJudges %s. Defined at %s.", scope, r.Place)
	line("Reads %s.", strings.Join(r.Reads, ", "))
	line("\nSettings in force:\n\nrules:\n  %s:\n    %s:", r.Category, r.Name)
	for _, key := range sortedKeys(e.Settings(r)) {
		line("      %s: %s", key, spell(e.Settings(r)[key]))
	}
	if r.Root == "defectgate" {
		line("\nWhat they may be: defectgate config schema")
	}
	return b.String()
}

// SettingsSchema gives the JSON Schema of flat settings: every rule with its own, as they hold in one environment.
func SettingsSchema() (map[string]any, error) {
	var schema map[string]any
	if err := json.Unmarshal(settingsSchema, &schema); err != nil {
		return nil, fmt.Errorf("config/schema.json: %w", err)
	}
	return schema, nil
}
