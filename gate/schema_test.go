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

func decisionSchema(t require.TestingT) (form object) {
	require.NoError(t, json.Unmarshal(gate.DecisionSchemaJSON(), &form))
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
	s := &shape{t, decisionSchema(t), constants(t), map[string]bool{}, map[reflect.Type]bool{}}
	require.Equal(t, gate.DecisionSchema, s.root["$id"])
	s.members("decision", reflect.TypeFor[gate.Decision](), s.root)
	defined := s.root["$defs"].(object)
	for name := range defined {
		require.True(t, s.used[name], "nothing is of $defs/%s", name)
	}
	for name := range maps.Keys(s.words) {
		require.NotEmpty(t, s.words[name], name)
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

func compiled(t *testing.T) *jsonschema.Schema {
	form, err := jsonschema.UnmarshalJSON(bytes.NewReader(gate.DecisionSchemaJSON()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource(gate.DecisionSchema, form))
	schema, err := compiler.Compile(gate.DecisionSchema)
	require.NoError(t, err)
	return schema
}

// document is a decision as it is recorded.
func document(t *testing.T, d *gate.Decision) any {
	text, err := json.Marshal(d, gate.Deterministic)
	require.NoError(t, err)
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return read
}

// TestDecisionsFitTheSchema makes decisions in which, taken together, every member stands; each fits, and none does with one more.
func TestDecisionsFitTheSchema(t *testing.T) {
	schema, have := compiled(t), map[string]bool{}
	s := &shape{t: t, root: decisionSchema(t), used: map[string]bool{}}
	for name, d := range fullDecisions(t) {
		t.Run(name, func(t *testing.T) {
			whole := document(t, d)
			require.NoError(t, schema.Validate(whole))
			s.written("decision", whole, s.root, func(of string, o object) {
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
		want = append(want, "decision."+member)
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
	schema := compiled(t)
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
