package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/platform/github/githubtest"
)

// object is any JSON object.
type object = map[string]any

// cutOpenAPI keeps the operations that the fake has, and the components that they reach.
func cutOpenAPI(files map[string][]byte) ([]byte, error) {
	var whole struct {
		Paths      map[string]object `json:"paths"`
		Components map[string]object `json:"components"`
	}
	if err := json.Unmarshal(files["generated/api.github.com.json"], &whole); err != nil {
		return nil, err
	}
	wanted := githubtest.Operations()
	paths, found := object{}, 0
	for path, item := range whole.Paths {
		for method, operation := range item {
			if o, ok := operation.(object); ok && slices.Contains(wanted, fmt.Sprint(o["operationId"])) {
				if paths[path] == nil {
					paths[path] = object{}
				}
				paths[path].(object)[method], found = bare(o, false), found+1
			}
		}
	}
	if found != len(wanted) {
		return nil, fmt.Errorf("it has %d of the %d operations %q", found, len(wanted), wanted)
	}
	components := map[string]object{"schemas": {}}
	// What refuses a request says so in these forms also where the description of an operation does not mention it.
	for _, form := range []string{"basic-error", "validation-error"} {
		reach(object{"$ref": "#/components/schemas/" + form}, whole.Components, components)
	}
	reach(paths, whole.Components, components)
	return lines(paths, components)
}

// told are the members that only tell something to people; which members count, a map of names is not asked.
var told = []string{"description", "example", "examples", "externalDocs", "summary", "tags", "deprecated", "title", "discriminator"}

// names are the members whose own members are names, and not words of the description.
var names = []string{"properties", "patternProperties", "headers", "content", "responses", "parameters"}

// bare is a value without what only people read. A discriminator is left out as well: it names the type of an array.
func bare(value any, areNames bool) any {
	switch v := value.(type) {
	case object:
		kept := object{}
		for name, member := range v {
			if areNames || !slices.Contains(told, name) && !strings.HasPrefix(name, "x-") {
				kept[name] = bare(member, !areNames && slices.Contains(names, name))
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, element := range v {
			kept[i] = bare(element, false)
		}
		return kept
	}
	return value
}

// reach copies the components that a value refers to, and those that they refer to.
func reach(value any, from, to map[string]object) {
	switch v := value.(type) {
	case object:
		if reference, ok := v["$ref"].(string); ok {
			copyComponent(reference, from, to)
			return
		}
		for _, member := range v {
			reach(member, from, to)
		}
	case []any:
		for _, element := range v {
			reach(element, from, to)
		}
	}
}

func copyComponent(reference string, from, to map[string]object) {
	kind, name, _ := strings.Cut(strings.TrimPrefix(reference, "#/components/"), "/")
	if to[kind] == nil {
		to[kind] = object{}
	}
	if to[kind][name] == nil {
		to[kind][name] = bare(from[kind][name], false)
		reach(to[kind][name], from, to)
	}
}

// lines writes the description with one line for each path and component, so that a change of it can be read.
func lines(paths object, components map[string]object) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"openapi":"3.0.3","info":{"title":"a cut of GitHub's description","version":"` + openAPI.version + `"},"paths":`)
	err := linesOf(&b, paths)
	b.WriteString(`,"components":{`)
	for i, kind := range slices.Sorted(maps.Keys(components)) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "%q:", kind)
		if err == nil {
			err = linesOf(&b, components[kind])
		}
	}
	b.WriteString("}}\n")
	return b.Bytes(), err
}

func linesOf(b *bytes.Buffer, members object) error {
	b.WriteString("{\n")
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			b.WriteString(",\n")
		}
		key, err := jsontext.AppendQuote(nil, name)
		if err != nil {
			return err
		}
		value, err := json.Marshal(members[name], json.Deterministic(true))
		if err != nil {
			return err
		}
		b.Write(key)
		b.WriteString(":")
		b.Write(value)
	}
	b.WriteString("\n}")
	return nil
}
