package main

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
)

// same-decision FILE FILE…: the files hold the same bytes of `decision`.
func sameDecision(ts *testscript.TestScript, neg bool, args []string) {
	first := decisionOf(ts, args[0])
	for _, other := range args[1:] {
		if bytes.Equal(first, decisionOf(ts, other)) == neg {
			ts.Fatalf("decisions of %s and %s: want equal %v", args[0], other, !neg)
		}
	}
}

func decisionOf(ts *testscript.TestScript, name string) jsontext.Value {
	var report struct {
		Decision jsontext.Value `json:"decision"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &report))
	if len(report.Decision) == 0 {
		ts.Fatalf("%s has no decision", name)
	}
	return report.Decision
}

// valid-config FILE: the schema that the program prints takes the configuration. With ! it refuses it.
func validConfig(ts *testscript.TestScript, neg bool, args []string) {
	schema, err := compiledSchema()
	ts.Check(err)
	var document any
	ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	if err := schema.Validate(document); (err != nil) != neg {
		ts.Fatalf("the schema says of %s: %v", args[0], err)
	}
}

func compiledSchema() (*jsonschema.Schema, error) {
	text, err := config.Schema()
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("defectgate.json", document); err != nil {
		return nil, err
	}
	return c.Compile("defectgate.json")
}

// pasteable FILE: the hint of the decision's first source ends with a configuration.
func pasteable(ts *testscript.TestScript, _ bool, args []string) {
	var decision gate.Decision
	ts.Check(json.Unmarshal(decisionOf(ts, args[0]), &decision))
	hint := decision.Inputs[0].Hint
	text := hint[max(strings.Index(hint, "  sources:"), 0):]
	file, err := config.Parse("hint", []byte(text))
	ts.Check(err)
	if len(file.Sources) != 1 || file.Sources[0].Report != decision.Inputs[0].Source {
		ts.Fatalf("the hint names %v", file.Sources)
	}
}

// members NAME…: every line of the last output is a JSON object with exactly these members.
func members(ts *testscript.TestScript, _ bool, want []string) {
	slices.Sort(want)
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		var object map[string]jsontext.Value
		ts.Check(json.Unmarshal([]byte(line), &object))
		var have []string
		for name := range object {
			have = append(have, name)
		}
		if slices.Sort(have); !slices.Equal(have, want) {
			ts.Fatalf("members are %v, want %v", have, want)
		}
	}
}
