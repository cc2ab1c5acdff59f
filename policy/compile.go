package policy

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
)

// library is everything that was loaded, compiled.
type library struct {
	sets     []Set
	modules  map[string]*ast.Module
	compiler *ast.Compiler
	rules    []*Rule
	defaults settings
	data     map[string]any // documents of users' sets, and defectgate: settings and catalogue
}

// load reads and compiles the built-in set and those of users.
func load(sets []Set, tests bool) (*library, error) {
	l := &library{sets: sets, modules: map[string]*ast.Module{}, data: map[string]any{}}
	var faults []error
	for _, s := range sets {
		modules, err := s.modules(tests)
		faults = append(faults, err)
		maps.Copy(l.modules, modules)
		faults = append(faults, s.documents(l.data))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if err := l.catalogue(); err != nil {
		return nil, err
	}
	return l, l.compile()
}

func (l *library) catalogue() (err error) {
	if l.rules, err = catalogueOf(l.modules); err != nil {
		return err
	}
	if l.defaults, err = builtinSettings(l.sets); err != nil {
		return err
	}
	for _, r := range l.rules {
		if r.Root == "defectgate" {
			continue
		}
		if l.defaults[r.Category] == nil {
			l.defaults[r.Category] = map[string]map[string]any{}
		}
		l.defaults[r.Category][r.Name] = r.Settings
	}
	for _, r := range l.rules {
		if l.defaults[r.Category][r.Name] == nil {
			return fmt.Errorf("%s: rule %s has no settings", r.Place, r.ID())
		}
	}
	return nil
}

const settingsFile = "config/data.yaml"

func builtinSettings(sets []Set) (settings, error) {
	defaults := settings{}
	for _, s := range sets {
		if s.Name != BuiltinName {
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
	if s.Name == BuiltinName {
		return nil
	}
	for _, p := range s.paths() {
		if strings.HasSuffix(p, ".rego") {
			continue
		}
		var document map[string]any
		decode := yaml.Unmarshal
		if strings.HasSuffix(p, ".json") {
			decode = func(text []byte, v any) error { return json.Unmarshal(text, v) }
		}
		if err := decode(s.Files[p], &document); err != nil {
			return fmt.Errorf("%s: %w", s.place(p), err)
		}
		if err := place(data, path.Dir(p), document); err != nil {
			return fmt.Errorf("%s: %w", s.place(p), err)
		}
	}
	return nil
}

func place(data map[string]any, at string, document map[string]any) error {
	for _, part := range strings.Split(at, "/") {
		if part == "." {
			continue
		}
		below, ok := data[part].(map[string]any)
		if !ok {
			below = map[string]any{}
			data[part] = below
		}
		data = below
	}
	for key, value := range document {
		if _, taken := data[key]; taken || key == "defectgate" {
			return fmt.Errorf("data %q is already defined", key)
		}
		data[key] = value
	}
	return nil
}

// compile type-checks every module against the schema of the input, in strict mode. All faults are reported, each with file and line.
func (l *library) compile() error {
	var schema any
	if err := json.Unmarshal(inputSchema, &schema); err != nil {
		return fmt.Errorf("schema.json: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema)
	l.compiler = ast.NewCompiler().
		WithCapabilities(capabilities()).
		WithSchemas(schemas).
		WithStrict(true).
		WithEnablePrintStatements(true).
		WithDefaultRegoVersion(ast.RegoV1)
	l.compiler.Compile(l.modules)
	if l.compiler.Failed() {
		return gate.WithHint(faultsOf(l.compiler.Errors), "see the contract of rules and the members of the input with: defectgate policy show")
	}
	for _, r := range l.rules {
		if err := l.speaks(r); err != nil {
			return err
		}
		r.Reads = l.reads(r)
	}
	return l.danglingRefs()
}

// speaks makes sure that a rule has a set of violations: anything else would be silent.
func (l *library) speaks(r *Rule) error {
	ref := ast.MustParseRef("data." + r.Root + ".rules." + r.Category + "." + r.Name + ".report")
	if r.Root == "main" {
		ref = ast.MustParseRef("data.main." + r.Name)
	}
	definitions := l.compiler.GetRulesExact(ref)
	for _, rule := range definitions {
		if rule.Head.RuleKind() != ast.MultiValue {
			return gate.WithHint(fmt.Errorf("%s:%d: %s is no set of violations", rule.Location.File, rule.Location.Row, ref),
				"write it as: %s contains violation if { … }", rule.Head.Name)
		}
	}
	if len(definitions) == 0 {
		return gate.WithHint(fmt.Errorf("%s: rule %s has no report", r.Place, r.ID()), "write it as: report contains violation if { … }")
	}
	return nil
}

// faultsOf gives one line for each compile error.
func faultsOf(list ast.Errors) error {
	var faults []error
	for _, e := range list {
		text := e.Message
		if e.Details != nil {
			text += ": " + strings.Join(strings.Fields(strings.Join(e.Details.Lines(), " ")), " ")
		}
		faults = append(faults, fmt.Errorf("%s:%d: %s: %s", relative(e.Location.File), e.Location.Row, e.Code, text))
	}
	return errors.Join(faults...)
}

func relative(file string) string {
	if dir, err := os.Getwd(); err == nil {
		return strings.TrimPrefix(file, dir+string(os.PathSeparator))
	}
	return file
}

// store holds what policies read as data: documents of users, settings and catalogue.
func (l *library) store(flat settings) storage.Store {
	document := maps.Clone(l.data)
	document["defectgate"] = map[string]any{"settings": plain(flat), "catalogue": asData(l.rules)}
	return inmem.NewFromObjectWithOpts(document, inmem.OptReturnASTValuesOnRead(true))
}

func plain(flat settings) map[string]any {
	result := map[string]any{}
	for category, rules := range flat {
		below := map[string]any{}
		for name, values := range rules {
			below[name] = values
		}
		result[category] = below
	}
	return result
}
