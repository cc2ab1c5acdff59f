package gate_test

import (
	"bytes"
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

type object = map[string]any

func formOf(t require.TestingT, text []byte) (form object) {
	require.NoError(t, json.Unmarshal(text, &form))
	return form
}

// shape holds a schema against Go types.
type shape struct {
	t     *testing.T
	root  object
	words map[string][]any // the words of a type that is an enumeration
	used  map[string]bool  // definitions
	seen  map[reflect.Type]bool
}

// TestTheSchemaHasTheMembersOfTheTypes goes through every type that a decision is made of: each has the members that the schema gives it, and no
// other; those that are always written are required; words are those of the constants.
func TestTheSchemaHasTheMembersOfTheTypes(t *testing.T) {
	decision, signOff := formOf(t, gate.DecisionSchemaJSON()), formOf(t, gate.SignOffSchemaJSON())
	require.Equal(t, gate.DecisionSchema, decision["$id"])
	require.Equal(t, gate.SignOffSchema, signOff["$id"])
	words := constants(t)
	for name := range words {
		require.NotEmpty(t, words[name], name)
	}
	whole(&shape{t, signOff, words, map[string]bool{}, map[reflect.Type]bool{}}, reflect.TypeFor[gate.SignOff]())
	words["SignOffKind"] = slices.DeleteFunc(words["SignOffKind"], func(w any) bool { return !gate.SignOffKind(w.(string)).IsException() })
	whole(&shape{t, decision, words, map[string]bool{}, map[reflect.Type]bool{}}, reflect.TypeFor[gate.Decision]()) // it names no other kinds
	for name, form := range part(signOff, "$defs") {
		if other, both := part(decision, "$defs")[name]; both {
			require.Equal(t, other, form, "$defs/%s is one thing in two schemas", name)
		}
	}
}

// whole holds the whole schema against a type.
func whole(s *shape, typ reflect.Type) {
	s.members("root", typ, s.root)
	defined := s.root["$defs"].(object)
	for name := range defined {
		require.True(s.t, s.used[name], "nothing is of $defs/%s", name)
	}
}

// resolved follows references, beside which stands at most a description.
func (s *shape) resolved(at string, schema object) object {
	ref, ok := schema["$ref"].(string)
	if !ok {
		return schema
	}
	for key := range schema {
		require.Contains(s.t, []string{"$ref", "description", "minItems"}, key, at)
	}
	name := strings.TrimPrefix(ref, "#/$defs/")
	target, ok := s.root["$defs"].(object)[name].(object)
	require.True(s.t, ok, "%s: %s is not defined", at, ref)
	s.used[name] = true
	return s.resolved(at, target)
}

var textType = reflect.TypeFor[encoding.TextMarshaler]()

// value holds the schema of a value against its type.
func (s *shape) value(at string, typ reflect.Type, schema any) {
	form, ok := schema.(object)
	require.True(s.t, ok, "%s is no schema", at)
	form = s.resolved(at, form)
	switch kind := typ.Kind(); {
	case kind == reflect.Pointer:
		s.value(at, typ.Elem(), form)
	case typ == reflect.TypeFor[time.Time]():
		require.Equal(s.t, "date-time", form["format"], at)
	case typ == reflect.TypeFor[gate.Fingerprint]():
		require.Equal(s.t, "^[0-9a-f]{64}$", form["pattern"], at)
	case typ.PkgPath() != "" && (kind == reflect.String || typ.Implements(textType)):
		require.ElementsMatch(s.t, s.words[typ.Name()], form["enum"], "%s: words of %s", at, typ)
	case kind == reflect.Struct:
		s.members(at, typ, form)
	case kind == reflect.Map:
		require.Equal(s.t, "object", form["type"], at)
		s.value(at+".*", typ.Elem(), form["additionalProperties"])
		if typ.Key().PkgPath() != "" {
			s.value(at+" names", typ.Key(), form["propertyNames"])
		}
	case kind == reflect.Slice:
		require.Equal(s.t, "array", form["type"], at)
		s.value(at+"[]", typ.Elem(), form["items"])
	case kind == reflect.Interface:
		require.NotContains(s.t, form, "type", at)
	default:
		s.plain(at, typ, form)
	}
}

// plain is what has no parts. A constant or a list of words stands for its type.
func (s *shape) plain(at string, typ reflect.Type, form object) {
	want := map[bool]string{true: "integer"}[typ.ConvertibleTo(reflect.TypeFor[int64]())]
	switch typ.Kind() {
	case reflect.String:
		want = "string"
	case reflect.Bool:
		want = "boolean"
	case reflect.Float64:
		want = "number"
	}
	words, _ := form["enum"].([]any)
	if word, ok := form["const"]; ok {
		words = []any{word}
	}
	for _, word := range words {
		require.Equal(s.t, want == "string", reflect.TypeOf(word).Kind() == reflect.String, at)
	}
	if len(words) == 0 {
		require.Equal(s.t, want, form["type"], at)
	}
}

// members holds the members of a struct against the schema of an object.
func (s *shape) members(at string, typ reflect.Type, form object) {
	require.Equal(s.t, "object", form["type"], at)
	require.Equal(s.t, false, form["additionalProperties"], at)
	require.NotEmpty(s.t, form["description"], at)
	properties, _ := form["properties"].(object)
	var names []string
	var always []any
	for _, f := range fieldsOf(typ) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		require.NotEmpty(s.t, name, "%s.%s has no name in JSON", typ, f.Name)
		names = append(names, name)
		if !strings.Contains(options, "omit") {
			always = append(always, name)
		}
	}
	require.ElementsMatch(s.t, names, slices.Collect(maps.Keys(properties)), "%s: %s", at, typ)
	required, _ := form["required"].([]any)
	require.ElementsMatch(s.t, always, required, "%s: required", at)
	if s.seen[typ] {
		return
	}
	s.seen[typ] = true
	for _, f := range fieldsOf(typ) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		s.value(at+"."+name, f.Type, properties[name])
	}
}

// fieldsOf lists the fields that are written, those of embedded structs as well.
func fieldsOf(typ reflect.Type) (list []reflect.StructField) {
	for f := range typ.Fields() {
		tag := f.Tag.Get("json")
		switch {
		case f.Anonymous && tag == "" && f.Type.Kind() == reflect.Pointer:
			list = append(list, fieldsOf(f.Type.Elem())...)
		case f.Anonymous && tag == "":
			list = append(list, fieldsOf(f.Type)...)
		case f.IsExported() && tag != "-":
			list = append(list, f)
		}
	}
	return list
}

func compiled(t *testing.T, id string, text []byte) *jsonschema.Schema {
	form, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource(id, form))
	schema, err := compiler.Compile(id)
	require.NoError(t, err)
	return schema
}

// document is a decision or a sign-off as it is recorded.
func document(t *testing.T, predicate any) any {
	text, err := json.Marshal(predicate, gate.Deterministic)
	require.NoError(t, err)
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return read
}

// TestDecisionsFitTheSchema makes decisions in which, taken together, every member stands; each fits, and none does with one more.
func TestDecisionsFitTheSchema(t *testing.T) {
	whole := map[string]any{}
	for name, d := range fullDecisions(t) {
		whole[name] = document(t, d)
	}
	fit(t, compiled(t, gate.DecisionSchema, gate.DecisionSchemaJSON()), formOf(t, gate.DecisionSchemaJSON()), whole)
}

// fit holds documents against a schema whose members stand in them.
func fit(t *testing.T, schema *jsonschema.Schema, root object, documents map[string]any) {
	have := map[string]bool{}
	s := &shape{t: t, root: root, used: map[string]bool{}}
	for name, whole := range documents {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, schema.Validate(whole))
			s.written("root", whole, s.root, func(of string, o object) {
				for member := range o {
					have[of+"."+member] = true
				}
				o["made_up"] = "x"
				require.Error(t, schema.Validate(whole), "%s with a member that nobody knows", of)
				delete(o, "made_up")
			})
			require.NoError(t, schema.Validate(whole))
		})
	}
	var want []string
	for name, form := range s.root["$defs"].(object) {
		for member := range part(form, "properties") {
			want = append(want, name+"."+member)
		}
	}
	for member := range part(s.root, "properties") {
		want = append(want, "root."+member)
	}
	slices.Sort(want)
	require.Equal(t, want, slices.Sorted(maps.Keys(have)))
}

func part(form any, name string) object {
	o, _ := form.(object)[name].(object)
	return o
}

// written goes through the objects of a document that have members of the schema, each with the name of its definition.
func (s *shape) written(of string, value any, schema any, visit func(of string, o object)) {
	form, _ := schema.(object)
	if ref, ok := form["$ref"].(string); ok {
		of = strings.TrimPrefix(ref, "#/$defs/")
	}
	form = s.resolved(of, form)
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			s.written(of, item, form["items"], visit)
		}
	case object:
		properties := part(form, "properties")
		if properties == nil {
			return
		}
		for name, member := range v {
			s.written(of+"."+name, member, properties[name], visit)
		}
		visit(of, v)
	}
}

// TestWhatADecisionMustNotLackOrSay: each of these is one change of a decision that fits.
func TestWhatADecisionMustNotLackOrSay(t *testing.T) {
	schema := compiled(t, gate.DecisionSchema, gate.DecisionSchemaJSON())
	for name, change := range map[string]func(d object){
		"no verdict":        func(d object) { delete(d, "verdict") },
		"another verdict":   func(d object) { d["verdict"] = "passed" },
		"another exit code": func(d object) { d["exit_code"] = 2 },
		"another schema":    func(d object) { d["schema"] = gate.DecisionSchema + "0" },
		"short id":          func(d object) { d["id"] = "0" },
		"clock of no zone":  func(d object) { part(d, "clock")["now"] = "2026-05-04T03:02:01" },
		"no inputs":         func(d object) { d["inputs"] = nil },
		"negative count":    func(d object) { part(part(d, "evaluation"), "summary")["open"] = -1 },
		"unknown severity":  func(d object) { part(part(part(d, "evaluation"), "summary"), "severities")["bad"] = 1 },
		"another kind":      func(d object) { lastException(d)["kind"] = "revoke" },
		"nobody approves":   func(d object) { lastException(d)["approvals"].([]any)[0].(object)["id"] = "" },
		"bound to nothing":  func(d object) { lastException(d)["defects"].([]any)[0].(object)["fingerprints"] = []any{} },
		"no place":          func(d object) { part(d, "evaluation")["findings"].([]any)[0].(object)["occurrences"] = []any{} },
	} {
		t.Run(name, func(t *testing.T) {
			d := document(t, fullDecisions(t)["failed"]).(object)
			require.NoError(t, schema.Validate(d))
			change(d)
			require.Error(t, schema.Validate(d))
		})
	}
}
