package policy

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// settingsForm is the schema of flat settings, compiled.
func settingsForm() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(settingsSchema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("settings.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("settings.json")
}

// validate holds flat settings against their schema: a severity or a clock that is misspelt would be a rule that says nothing.
func validate(schema *jsonschema.Schema, flat settings) error {
	var invalid *jsonschema.ValidationError
	err := schema.Validate(plain(flat))
	if errors.As(err, &invalid) {
		return faultsIn(invalid)
	}
	return err
}

// faultsIn gives one error for each place that is wrong; alternatives of one place are joined.
func faultsIn(e *jsonschema.ValidationError) error {
	texts := map[string][]string{}
	collect(e, message.NewPrinter(language.English), texts)
	var faults []error
	for _, place := range sortedKeys(texts) {
		faults = append(faults, fmt.Errorf("rules.%s: %s", place, strings.Join(slices.Compact(texts[place]), ", or ")))
	}
	return errors.Join(faults...)
}

// collect walks down to the causes: what stands above them says only that something below is wrong.
func collect(e *jsonschema.ValidationError, p *message.Printer, into map[string][]string) {
	if len(e.Causes) == 0 {
		place := strings.Join(e.InstanceLocation, ".")
		into[place] = append(into[place], e.ErrorKind.LocalizedString(p))
	}
	for _, cause := range e.Causes {
		collect(cause, p, into)
	}
}

// SettingsSchema gives the JSON Schema of `rules:` in a configuration: every rule with its settings, which may also stand under environments.
func SettingsSchema() (map[string]any, error) {
	var schema map[string]any
	if err := json.Unmarshal(settingsSchema, &schema); err != nil {
		return nil, fmt.Errorf("config/schema.json: %w", err)
	}
	return schema, nil
}
