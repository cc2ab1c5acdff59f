package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

const settingsFile = "config/data.yaml"

func builtinSettings(sets []Set) (settings, error) {
	defaults := settings{}
	for _, s := range sets {
		if !s.own {
			continue
		}
		if err := yaml.Unmarshal(s.Files[settingsFile], &defaults); err != nil {
			return nil, fmt.Errorf("%s: %w", s.place(settingsFile), err)
		}
	}
	return defaults, nil
}

// documents adds the data documents of a user's set, each under the path of its folder.
func (s Set) documents(data map[string]any) error {
	if s.own {
		return nil
	}
	for _, p := range s.paths() {
		if strings.HasSuffix(p, ".rego") {
			continue
		}
		var document map[string]any
		decode := oneDocument
		if strings.HasSuffix(p, ".json") {
			decode = func(text []byte, v any) error { return json.Unmarshal(text, v) }
		}
		if err := decode(s.Files[p], &document); err != nil {
			return fmt.Errorf("%s: %s", s.place(p), strings.Join(strings.Fields(err.Error()), " "))
		}
		if _, err := ast.InterfaceToValue(document); err != nil {
			return fmt.Errorf("%s: keys must be texts: %w", s.place(p), err)
		}
		if err := place(data, path.Dir(p), document); err != nil {
			return fmt.Errorf("%s: %w", s.place(p), err)
		}
	}
	return nil
}

// oneDocument reads YAML. A second document, which nobody would see, is an error.
func oneDocument(text []byte, v any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("a second document follows the first: keep all in one")
	}
	return nil
}

// place refuses what policies would not see: a second document at one place, and anything beside the built-in data.
func place(data map[string]any, at string, document map[string]any) error {
	if root, _, _ := strings.Cut(at, "/"); root == "defectgate" || at == "." && document["defectgate"] != nil {
		return fmt.Errorf("data.defectgate is not for users' documents")
	}
	for _, part := range strings.Split(at, "/") {
		if part == "." {
			continue
		}
		below, ok := data[part].(map[string]any)
		if data[part] != nil && !ok {
			return fmt.Errorf("data %q is already defined", part)
		}
		if !ok {
			below = map[string]any{}
			data[part] = below
		}
		data = below
	}
	for key, value := range document {
		if _, taken := data[key]; taken {
			return fmt.Errorf("data %q is already defined", key)
		}
		data[key] = value
	}
	return nil
}
