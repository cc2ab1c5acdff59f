package policy

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate holds flat settings against their schema: a severity or a clock that is misspelt would be a rule that says nothing.
func validate(flat settings) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(settingsSchema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("settings.json", document); err != nil {
		return err
	}
	schema, err := compiler.Compile("settings.json")
	if err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(plain(flat)); errors.As(err, &invalid) {
		return faultsIn(invalid)
	}
	return err
}

// faultsIn gives one error for each place that is wrong; alternatives of one place are joined.
func faultsIn(e *jsonschema.ValidationError) error {
	texts := map[string][]string{}
	for _, unit := range e.BasicOutput().Errors {
		if unit.Error != nil {
			place := strings.ReplaceAll(strings.TrimPrefix(unit.InstanceLocation, "/"), "/", ".")
			texts[place] = append(texts[place], unit.Error.String())
		}
	}
	var faults []error
	for _, place := range sortedKeys(texts) {
		faults = append(faults, fmt.Errorf("rules.%s: %s", place, strings.Join(slices.Compact(texts[place]), ", or ")))
	}
	return errors.Join(faults...)
}

// SettingsSchema gives the JSON Schema of `rules:` in a configuration: every rule with its settings, which may also stand under environments.
func SettingsSchema() (map[string]any, error) {
	var schema map[string]any
	if err := json.Unmarshal(settingsSchema, &schema); err != nil {
		return nil, fmt.Errorf("config/schema.json: %w", err)
	}
	return schema, nil
}
