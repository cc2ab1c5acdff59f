package policy

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/defectgate/defectgate/gate"
)

// library is everything that was loaded, compiled.
type library struct {
	sets     []Set
	modules  map[string]*ast.Module
	compiler *ast.Compiler
	rules    []*Rule
	defaults settings
	data     map[string]any // documents of users' sets
	tests    bool           // test files are loaded too
	isLean   bool           // what judges exceptions is left out
	verbatim bool           // constants are not folded: what tests compare with
}

// load reads the built-in set and those of users, and finds their rules.
func load(sets []Set, tests bool) (*library, error) {
	l := &library{sets: sets, modules: map[string]*ast.Module{}, data: map[string]any{}, tests: tests}
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
	for _, r := range l.rules {
		if err := l.speaks(r); err != nil {
			return nil, err
		}
	}
	return l, l.silentSets()
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
		if !r.Artifact {
			l.defaults[r.Category][r.Name] = judging(l.defaults[r.Category][r.Name])
		}
	}
	return nil
}

// compile type-checks every module against the schema of the input and the settings, in strict mode. All faults are reported, each with
// file and line.
func (l *library) compile(flat settings) error {
	schemas, err := l.schemas()
	if err != nil {
		return err
	}
	l.spellOut()
	l.compiler = newCompiler(schemas).WithStageAfterID(ast.StageCheckTypes, ast.CompilerStageDefinition{
		Name: "ReadsOfRules", MetricName: "reads_of_rules", Stage: l.readsOfRules,
	})
	if !l.tests && !l.verbatim {
		if l.compiler, err = foldConstants(l.compiler, flat); err != nil {
			return err
		}
	}
	l.compiler.Compile(l.modules)
	if l.compiler.Failed() {
		return gate.WithHint(faultsOf(l.compiler.Errors), "see the contract of rules and the members of the input with: defectgate policy show")
	}
	for _, r := range l.rules {
		if err := r.inScope(); err != nil {
			return err
		}
	}
	return errors.Join(l.danglingRefs(), l.unasked())
}

// readsOfRules is a stage of the compiler: what a rule reads is to be told of what was written, before constants are folded.
func (l *library) readsOfRules(*ast.Compiler) *ast.Error {
	for _, r := range l.rules {
		r.Reads = l.reads(r.packagePath())
	}
	return nil
}

func newCompiler(schemas *ast.SchemaSet) *ast.Compiler {
	return ast.NewCompiler().
		WithCapabilities(capabilities()).
		WithSchemas(schemas).
		WithUseTypeCheckAnnotations(true).
		WithStrict(true).
		WithEnablePrintStatements(true).
		WithDefaultRegoVersion(ast.RegoV1).
		SetErrorLimit(0) // none: all faults are told at once
}

// active leaves out the rules that are ignored, and those that have nothing to say as they are set.
func active(rules []*Rule, flat settings) []*Rule {
	return slices.DeleteFunc(slices.Clone(rules), func(r *Rule) bool {
		values := flat[r.Category][r.Name]
		list, isList := values[r.Needs].([]any)
		return values["level"] == "ignore" || isList && len(list) == 0
	})
}

// speaks makes sure that a rule has a set of violations: anything else would be silent.
func (l *library) speaks(r *Rule) error {
	name, found := strings.TrimPrefix(r.report(), r.packagePath()+"."), false
	for place, m := range l.modules {
		if isTest(place) || m.Package.Path.String() != r.packagePath() {
			continue
		}
		for _, rule := range m.Rules {
			if ref := rule.Head.Ref(); ref[0].Value.String() != name {
				continue
			}
			found = true
			if rule.Head.RuleKind() != ast.MultiValue || len(rule.Head.Ref()) != 1 {
				return gate.WithHint(fmt.Errorf("%s:%d: %s is no set of violations", rule.Location.File, rule.Location.Row, r.report()),
					"write it as: %s contains violation if { … }", name)
			}
		}
	}
	if !found {
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
		faults = append(faults, fmt.Errorf("%s:%d: %s: %s", relative(e.Location.File), max(1, e.Location.Row), e.Code, text))
	}
	return errors.Join(faults...)
}

func relative(file string) string {
	if dir, err := os.Getwd(); err == nil {
		return strings.TrimPrefix(file, dir+string(os.PathSeparator))
	}
	return file
}

// store holds what policies read as data: documents of users, and settings.
func (l *library) store(flat settings) storage.Store {
	document := maps.Clone(l.data)
	document["defectgate"] = map[string]any{"settings": plain(flat)}
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
