package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"

	"github.com/defectgate/defectgate/gate"
)

// Options say what is loaded and how it judges.
type Options struct {
	Sets         []Set          // of users; the built-in one is always loaded
	Rules        map[string]any // settings of rules, as in the configuration: category → name → key → value
	Environment  string
	Environments []string // that are known beside [Environments]
	Limits       Limits   // zero members take those of [DefaultLimits]
	Lazy         bool     // what judges exceptions is compiled where there is one; reads of rules are not told then
}

// Limits bound an evaluation.
type Limits struct {
	Deadline time.Duration // for one query: one defect, or the artifact
	Heap     uint64        // bytes that the heap may grow
}

// DefaultLimits are 10 s for one query and 512 MiB for all.
var DefaultLimits = Limits{Deadline: 10 * time.Second, Heap: 512 << 20}

func (l Limits) orDefault() Limits {
	if l.Deadline == 0 {
		l.Deadline = DefaultLimits.Deadline
	}
	if l.Heap == 0 {
		l.Heap = DefaultLimits.Heap
	}
	return l
}

// Engine is a compiled policy, ready to judge. It implements [gate.Policy].
type Engine struct {
	library  *library
	settings settings
	limits   Limits
	levels   map[string]gate.Level // of the rules that are asked, by id
	onlyNew  map[string]bool       // rules that judge what the baseline does not have, by id
	store    storage.Store
	defect   *questions
	artifact *questions

	exceptions *questions              // what is said of exceptions alone
	whole      func() (*Engine, error) // the engine that has what this one leaves out; nil where it has all
	members    []defectMember          // that defect rules read
	all        []defectMember          // that artifact rules read of each defect; nil where none reads the defects
}

// New loads, compiles and prepares. Its errors are misuse: of a policy, or of settings.
func New(ctx context.Context, o Options) (*Engine, error) {
	l, err := loadWithBuiltin(o.Sets, false)
	if err != nil {
		return nil, err
	}
	return l.engine(ctx, o)
}

// engine compiles what was loaded, for one environment.
func (l *library) engine(ctx context.Context, o Options) (*Engine, error) {
	flat, err := l.flat(o)
	if err != nil {
		return nil, err
	}
	if o.Lazy {
		return l.lazy(ctx, flat, o.Limits)
	}
	return l.engineOf(ctx, flat, o.Limits)
}

// engineOf compiles what was loaded, with settings that are merged and checked.
func (l *library) engineOf(ctx context.Context, flat settings, limits Limits) (*Engine, error) {
	if err := l.compile(flat); err != nil {
		return nil, err
	}
	e := &Engine{library: l, settings: flat, limits: limits.orDefault(), store: l.store(flat),
		levels: map[string]gate.Level{}, onlyNew: map[string]bool{}}
	if !slices.ContainsFunc(e.active(), func(r *Rule) bool { return !isOfExceptions(r.ID()) }) { // those judge no defect
		return nil, gate.WithHint(errors.New("no rule is left to judge with"), "set the level of at least one rule to deny or warn")
	}
	for _, r := range e.active() {
		e.levels[r.ID()] = gate.Level(fmt.Sprint(e.Settings(r)["level"]))
		e.onlyNew[r.ID()] = e.Settings(r)["judge"] == "new"
	}
	e.defect, e.artifact = e.defectQuestions(ctx), e.newQuestions(ctx, e.rulesOf(true))
	e.exceptions = e.newQuestions(ctx, nil)
	e.exceptions.parts = append(e.exceptions.parts, part{key: exceptionsKey, query: exceptionsEntry})
	e.members = membersRead(e.rulesOf(false), l.reads("data.defectgate.sla", "data.defectgate.exception"))
	if slices.ContainsFunc(e.rulesOf(true), func(r *Rule) bool { return slices.ContainsFunc(r.Reads, readsDefects) }) {
		e.all = defectMembers
	}
	return e, nil
}

func readsDefects(member string) bool { return member == "defects" || member == everything }

func loadWithBuiltin(sets []Set, tests bool) (*library, error) {
	own, err := Builtin()
	if err != nil {
		return nil, err
	}
	return load(append([]Set{own}, sets...), tests)
}

// flat merges and checks the settings for one environment.
func (l *library) flat(o Options) (settings, error) {
	user, err := asSettings(o.Rules)
	if err != nil {
		return nil, err
	}
	known := append(slices.Clone(Environments), o.Environments...)
	if !slices.Contains(known, o.Environment) {
		return nil, gate.WithHint(fmt.Errorf("%q is no known environment", o.Environment),
			"use one of %s, or declare it under `environments:`", strings.Join(known, ", "))
	}
	if err := l.undeclared(known); err != nil {
		return nil, err
	}
	flat, err := mergeSettings(l.defaults, user, o.Environment, known)
	if err != nil {
		return nil, err
	}
	if len(user) == 0 && len(l.sets) == 1 {
		return flat, nil // the defaults of the built-in rules alone, which the project's own tests have validated
	}
	return flat, l.validateAll(user, known)
}

// undeclared finds environments that the metadata of rules name and nobody declared.
func (l *library) undeclared(known []string) error {
	for _, r := range l.rules {
		for _, name := range sortedKeys(environmentsOf(r.Settings)) {
			if !slices.Contains(known, name) {
				return gate.WithHint(fmt.Errorf("%s: rule %s: its settings name the environment %q, which is not known", r.Place, r.ID(), name),
					"use one of %s, or declare it under `environments:`", strings.Join(known, ", "))
			}
		}
	}
	return nil
}

// validateAll checks the values in every environment: a slip that waits for another one would be found too late.
func (l *library) validateAll(user settings, known []string) error {
	schema, err := settingsForm()
	if err != nil {
		return err
	}
	var faults []error
	for _, environment := range known {
		flat, err := mergeSettings(l.defaults, user, environment, known)
		if err == nil {
			err = validate(schema, flat)
		}
		if err != nil && (len(faults) == 0 || err.Error() != faults[0].Error()) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func asSettings(rules map[string]any) (settings, error) {
	result := settings{}
	for category, below := range rules {
		names, ok := below.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("rules.%s: want rules, have %v", category, below)
		}
		result[category] = map[string]map[string]any{}
		for name, values := range names {
			if result[category][name], ok = values.(map[string]any); !ok {
				return nil, fmt.Errorf("rules.%s.%s: want settings, have %v", category, name, values)
			}
		}
	}
	return result, nil
}

func (e *Engine) prepare(ctx context.Context, query string) (rego.PreparedEvalQuery, error) {
	return rego.New(
		rego.Query(query), rego.Compiler(e.library.compiler), rego.Store(e.store),
		rego.StrictBuiltinErrors(true), rego.EnablePrintStatements(true), rego.Capabilities(capabilities()), rego.GenerateJSON(asTerm),
	).PrepareForEval(ctx)
}

// active lists the rules that are asked.
func (e *Engine) active() []*Rule { return active(e.library.rules, e.settings) }

func (e *Engine) rulesOf(artifact bool) []*Rule {
	return slices.DeleteFunc(e.active(), func(r *Rule) bool { return r.Artifact != artifact || e.library.isLean && isOfExceptions(r.ID()) })
}

// Rules lists the rules, ignored ones included, ordered by id.
func (e *Engine) Rules() []*Rule { return e.library.rules }

// Settings gives the flat settings of a rule.
func (e *Engine) Settings(r *Rule) map[string]any { return e.settings[r.Category][r.Name] }

// AllSettings gives the flat settings of every rule: category, name, setting.
func (e *Engine) AllSettings() map[string]any { return plain(e.settings) }

var _ gate.Policy = (*Engine)(nil)
