package native

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
)

// The struct that is decoded, the table of members and the schema name the same members.
func TestMembersAreTheSameEverywhere(t *testing.T) {
	require.ElementsMatch(t, names(recordMembers), membersOf(reflect.TypeFor[record]()))
	require.ElementsMatch(t, names(headMembers), append(membersOf(reflect.TypeFor[head]()), "defects"))
	schema := schemaOf(t)
	require.ElementsMatch(t, names(recordMembers), schema.members("#/$defs/record"))
	require.ElementsMatch(t, names(headMembers), schema.members("#"))
}

func names(members []member) (names []string) {
	for _, m := range members {
		names = append(names, m.name)
	}
	return names
}

// membersOf lists the members of a struct by their tags, those of structs below it with dots.
func membersOf(t reflect.Type) (names []string) {
	for field := range fields(t) {
		below, kind := "", field.Type
		if kind.Kind() == reflect.Slice {
			below, kind = "[]", kind.Elem()
		}
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if kind.Kind() != reflect.Struct || kind == reflect.TypeFor[word]() {
			names = append(names, name)
			continue
		}
		for _, inner := range membersOf(kind) {
			names = append(names, name+below+"."+inner)
		}
	}
	return names
}

func fields(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// schemaNode is as much of a JSON Schema as the test looks at.
type schemaNode struct {
	Ref        string                `json:"$ref"`
	Defs       map[string]schemaNode `json:"$defs"`
	Properties map[string]schemaNode `json:"properties"`
	Required   []string              `json:"required"`
	Items      *schemaNode           `json:"items"`
	Enum       []string              `json:"enum"`
}

func schemaOf(t *testing.T) schemaNode {
	var root schemaNode
	require.NoError(t, json.Unmarshal(Schema, &root))
	return root
}

func (root schemaNode) members(ref string) []string {
	return root.below(schemaNode{Ref: ref})
}

// below lists the members of an object, records apart: these have a list of their own.
func (root schemaNode) below(n schemaNode) (names []string) {
	if definition, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok {
		n = root.Defs[definition]
	} else if n.Ref == "#" {
		n = root
	}
	for name, property := range n.Properties {
		inner, list := property, ""
		if property.Items != nil {
			inner, list = *property.Items, "[]"
		}
		if inner.Properties == nil {
			names = append(names, name)
		}
		for _, deeper := range root.below(schemaNode{Properties: inner.Properties}) {
			names = append(names, name+list+"."+deeper)
		}
	}
	return names
}

// The schema asks for what the parser asks for, and knows the same words.
func TestSchemaKnowsTheWords(t *testing.T) {
	schema := schemaOf(t)
	record := schema.Defs["record"]
	require.Equal(t, requiredAmong(recordMembers), record.Required)
	require.Equal(t, strings.Split(oneOf(gate.Kinds()), ", "), record.Properties["kind"].Enum)
	require.Equal(t, strings.Split(oneOf(gate.States()), ", "), record.Properties["state"].Enum)
	require.Equal(t, strings.Split(oneOf(certainties), ", "), record.Properties["certainty"].Enum)
	require.Equal(t, strings.Split(oneOf(gate.Severities()), ", "), schema.Defs["severity"].Enum)
	for _, kind := range gate.Kinds() {
		_, _, err := reporttest.Parse(JSON, fmt.Appendf(nil, `{"defectgate":1,"tool":{"name":"x"},"defects":[{"id":"1","kind":%q}]}`, kind))
		require.Equal(t, kind.OfComponent(), err != nil, kind)
		require.Equal(t, err == nil, valid(t, fmt.Sprintf(`{"id":"1","kind":%q}`, kind)) == nil, kind)
	}
}

func requiredAmong(members []member) (names []string) {
	for _, m := range members {
		if m.required && !strings.Contains(m.name, ".") { // the others are required of their object
			names = append(names, m.name)
		}
	}
	return names
}

func compiled(t *testing.T) *jsonschema.Schema {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(Schema)))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return schema
}

// valid holds a report of one record against the schema.
func valid(t *testing.T, record string) error {
	return validDocument(t, `{"defectgate":1,"tool":{"name":"x"},"defects":[`+record+`]}`)
}

func validDocument(t *testing.T, document string) error {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	require.NoError(t, err)
	return compiled(t).Validate(value)
}

func TestTestdataIsValid(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	require.NoError(t, err)
	documents := slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".json") })
	require.NotEmpty(t, documents)
	for _, entry := range documents {
		content, err := os.ReadFile("testdata/" + entry.Name())
		require.NoError(t, err)
		require.NoError(t, validDocument(t, string(content)), entry.Name())
	}
}

// What the schema lets pass in one record the parser reads, and what it refuses is refused.
func TestSchemaAndParserAgree(t *testing.T) {
	for members, want := range map[string]bool{
		`"epss":0.5`:                             true,
		`"epss":1.5`:                             false,
		`"titel":"x"`:                            false,
		`"aliases":[""]`:                         false,
		`"cwes":[79,"CWE-79"]`:                   true,
		`"cwes":["XSS"]`:                         false,
		`"location":{"path":"a","line":-1}`:      false,
		`"location":{"line":3}`:                  false,
		`"first_seen":"2026-01-31"`:              true,
		`"first_seen":"2026-01-31T09:30:00"`:     false,
		`"first_seen":"2026-02-30"`:              false,
		`"said_at":"2026-01-31"`:                 false,
		`"state":"fixed","said_at":"2026-01-31"`: true,
		`"state":"closed"`:                       false,
		`"certainty":"certain"`:                  false,
		`"ratings":[{"label":"low"}]`:            false,
		`"component":{"purl":"npm/x"}`:           false,
		`"kev":{"ransomware":true}`:              true,
		`"exploited":"yes"`:                      false,
	} {
		record := `{"id":"1","kind":"design",` + members + `}`
		_, _, err := reporttest.Parse(JSON, []byte(`{"defectgate":1,"tool":{"name":"x"},"defects":[`+record+`]}`))
		require.Equal(t, want, err == nil, "parser: %s: %v", members, err)
		require.Equal(t, want, valid(t, record) == nil, "schema: %s", members)
	}
}
