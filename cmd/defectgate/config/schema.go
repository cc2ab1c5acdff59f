package config

import (
	_ "embed"
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/feed"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/integrations/statement"
	"github.com/defectgate/defectgate/policy"
)

//go:embed schema.json
var schema []byte

// Schema gives the JSON Schema of defectgate.yaml. The names of report formats and outputs, and the rules with their settings, are filled in from
// their tables.
func Schema() ([]byte, error) {
	var document map[string]any
	if err := json.Unmarshal(schema, &document); err != nil {
		return nil, fmt.Errorf("schema.json: %w", err)
	}
	rules, err := policy.SettingsSchema()
	if err != nil {
		return nil, err
	}
	definitions := document["$defs"].(map[string]any)
	adopt(definitions, rules)
	if leveled, ok := definitions["leveled"].(map[string]any); ok {
		delete(leveled, "required") // a file says only what differs from the defaults
	}
	definitions["rules"] = rules
	definitions["report_format"] = map[string]any{"enum": scanner.Names()}
	definitions["alert_kind"] = map[string]any{"enum": AlertKinds()}
	definitions["feed"] = map[string]any{"enum": namesOf(feed.Formats(), func(f feed.Format) string { return f.Name })}
	definitions["statement_format"] = map[string]any{"enum": statement.Names(StatementFormats())}
	definitions["output_format"] = map[string]any{"enum": namesOf(output.Formats(), func(f output.Format) string { return f.Name })}
	return json.Marshal(document, gate.Deterministic, jsontext.WithIndent("  "))
}

// adopt moves the definitions of a schema to those of the document that it becomes a part of: references begin at the document's root.
func adopt(definitions, part map[string]any) {
	own, _ := part["$defs"].(map[string]any)
	maps.Copy(definitions, own)
	delete(part, "$defs")
}

func namesOf[T any](table []T, name func(T) string) []string {
	var names []string
	for _, entry := range table {
		names = append(names, name(entry))
	}
	return names
}
