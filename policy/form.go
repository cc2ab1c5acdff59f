package policy

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// form is a JSON Schema of the few keywords that config/schema.json has, read here because the library for all of them takes a tenth of a
// short check to start. A test holds every answer against that library.
type form struct {
	Ref        string           `json:"$ref"`
	Enum       []any            `json:"enum"`
	Const      any              `json:"const"`
	Type       string           `json:"type"`
	Minimum    *float64         `json:"minimum"`
	Maximum    *float64         `json:"maximum"`
	MinLength  int              `json:"minLength"`
	MinItems   int              `json:"minItems"`
	Pattern    string           `json:"pattern"`
	Required   []string         `json:"required"`
	Items      *form            `json:"items"`
	OneOf      []*form          `json:"oneOf"`
	Properties map[string]*form `json:"properties"`
	Others     *others          `json:"additionalProperties"`
	Defs       map[string]*form `json:"$defs"`
}

// others is what properties that are not named must be: false is none.
type others struct{ *form }

// UnmarshalJSON reads false or a form.
func (o *others) UnmarshalJSON(text []byte) error {
	if string(text) == "false" {
		return nil
	}
	return json.Unmarshal(text, &o.form)
}

// settingsForm reads the schema of flat settings.
func settingsForm() (*form, error) {
	var f form
	if err := json.Unmarshal(settingsSchema, &f); err != nil {
		return nil, fmt.Errorf("config/schema.json: %w", err)
	}
	return &f, nil
}

// validate holds flat settings against their schema: a severity or a clock that is misspelt would be a rule that says nothing.
func validate(f *form, flat settings) error {
	v := validation{root: f}
	v.check(f, "rules", plain(flat))
	for _, category := range sortedKeys(flat) { // of users' rules the level is all that is known, whatever category they are in
		for _, name := range sortedKeys(flat[category]) {
			if known := f.Properties[category]; known != nil && known.Properties[name] == nil {
				v.check(f.Defs["leveled"], "rules."+category+"."+name, flat[category][name])
			}
		}
	}
	return errors.Join(v.faults...)
}

type validation struct {
	root   *form
	faults []error
}

func (v *validation) fault(at, format string, args ...any) {
	v.faults = append(v.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (v *validation) check(f *form, at string, value any) {
	if f.Ref != "" {
		v.check(v.root.Defs[strings.TrimPrefix(f.Ref, "#/$defs/")], at, value)
	}
	if f.Enum != nil && !slices.ContainsFunc(f.Enum, func(e any) bool { return e == value }) {
		v.fault(at, "value must be one of %s, have %s", quoted(f.Enum), spell(value))
	}
	if f.Const != nil && f.Const != value {
		v.fault(at, "value must be %s, have %s", quoted([]any{f.Const}), spell(value))
	}
	if len(f.OneOf) > 0 {
		v.oneOf(f.OneOf, at, value)
	}
	if f.Type != "" && !isType(f.Type, value) {
		v.fault(at, "want %s %s, have %s", article(f.Type), f.Type, spell(value))
		return
	}
	switch value := value.(type) {
	case map[string]any:
		v.object(f, at, value)
	case []any:
		v.list(f, at, value)
	case string:
		if len(value) < f.MinLength || f.Pattern != "" && !regexp.MustCompile(f.Pattern).MatchString(value) {
			v.fault(at, "%q is not of the form that is wanted", value)
		}
	default:
		v.bounds(f, at, value)
	}
}

// oneOf takes the value if one of the forms does; else it says what each of them wants.
func (v *validation) oneOf(forms []*form, at string, value any) {
	var wants []string
	for _, f := range forms {
		tried := validation{root: v.root}
		tried.check(f, at, value)
		if len(tried.faults) == 0 {
			return
		}
		wants = append(wants, strings.TrimPrefix(tried.faults[0].Error(), at+": "))
	}
	v.fault(at, "%s", strings.Join(wants, ", or "))
}

func (v *validation) object(f *form, at string, value map[string]any) {
	for _, key := range f.Required {
		if _, ok := value[key]; !ok {
			v.fault(at, "%s is missing", key)
		}
	}
	for _, key := range sortedKeys(value) {
		below := at + "." + key
		switch {
		case f.Properties[key] != nil:
			v.check(f.Properties[key], below, value[key])
		case f.Others != nil && f.Others.form != nil:
			v.check(f.Others.form, below, value[key])
		case f.Others != nil:
			v.fault(below, "there is no such key")
		}
	}
}

func (v *validation) list(f *form, at string, value []any) {
	if len(value) < f.MinItems {
		v.fault(at, "want at least %d items, have %d", f.MinItems, len(value))
	}
	for i, item := range value {
		if f.Items != nil {
			v.check(f.Items, fmt.Sprintf("%s.%d", at, i), item)
		}
	}
}

func (v *validation) bounds(f *form, at string, value any) {
	n, ok := number(value)
	if ok && (f.Minimum != nil && !(n >= *f.Minimum) || f.Maximum != nil && !(n <= *f.Maximum)) {
		v.fault(at, "%s is out of bounds", spell(value))
	}
}

// number reads what YAML makes of a number.
func number(value any) (float64, bool) {
	switch n := value.(type) {
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case uint64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func isType(name string, value any) bool {
	n, isNumber := number(value)
	switch name {
	case "integer":
		return isNumber && n == math.Trunc(n) && !math.IsInf(n, 0)
	case "number":
		return isNumber && !math.IsNaN(n) && !math.IsInf(n, 0)
	}
	return name == typeNames[shape(value)]
}

// typeNames are JSON Schema's names of the shapes.
var typeNames = map[string]string{"nothing": "null", "settings": "object", "a list": "array", "true or false": "boolean", "a text": "string"}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aio") {
		return "an"
	}
	return "a"
}

func quoted(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = "'" + fmt.Sprint(v) + "'"
	}
	return strings.Join(texts, ", ")
}
