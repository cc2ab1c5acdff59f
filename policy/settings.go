package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Environments are those that every configuration knows. Others are declared.
var Environments = []string{"production", "staging", "development"}

// settings are rule settings as they are written: category → name → key → value.
type settings map[string]map[string]map[string]any

// environmentsKey holds, in the settings of a rule, what differs in an environment.
const environmentsKey = "environments"

// mergeSettings gives the flat settings of every rule in one environment: default ← user ← user's environment. A key that the
// defaults do not have, a value of another type and an environment that nobody declared are faults; all are reported at once.
func mergeSettings(defaults, user settings, environment string, known []string) (settings, error) {
	m := merger{known: known}
	flat := settings{}
	for category, rules := range defaults {
		flat[category] = map[string]map[string]any{}
		for name, values := range rules {
			flat[category][name] = m.rule("rules."+category+"."+name, values, user[category][name], environment)
		}
	}
	m.strangers(defaults, user)
	return flat, errors.Join(m.faults...)
}

type merger struct {
	known  []string // environments
	faults []error
}

func (m *merger) fault(format string, args ...any) {
	m.faults = append(m.faults, fmt.Errorf(format, args...))
}

// strangers finds settings for rules that do not exist.
func (m *merger) strangers(defaults, user settings) {
	for _, category := range sortedKeys(user) {
		if defaults[category] == nil {
			m.fault("rules.%s: there is no such category; there are %s", category, strings.Join(sortedKeys(defaults), ", "))
			continue
		}
		for _, name := range sortedKeys(user[category]) {
			if defaults[category][name] == nil {
				m.fault("rules.%s.%s: there is no such rule; there are %s", category, name, strings.Join(sortedKeys(defaults[category]), ", "))
			}
		}
	}
}

// rule merges the settings of one rule: what the defaults say of the environment is part of the defaults, so that whatever a user writes wins
// over them. An override for an environment is checked even where it is not in force.
func (m *merger) rule(at string, values, user map[string]any, environment string) map[string]any {
	result := m.environment(at, without(values), environmentsOf(values), environment)
	if written := user[environmentsKey]; written != nil && shape(written) != "settings" {
		m.fault("%s.environments: want environments, have %v", at, written)
	}
	for _, name := range sortedKeys(environmentsOf(user)) {
		if !slices.Contains(m.known, name) {
			m.fault("%s.environments.%s: there is no such environment; there are %s", at, name, strings.Join(m.known, ", "))
		}
	}
	result = m.overlay(at, result, without(user))
	return m.environment(at, result, environmentsOf(user), environment)
}

func (m *merger) environment(at string, base, environments map[string]any, environment string) map[string]any {
	result := base
	for _, name := range sortedKeys(environments) {
		overrides, ok := environments[name].(map[string]any)
		if !ok {
			m.fault("%s.environments.%s: want settings, have %v", at, name, environments[name])
			continue
		}
		if over := m.overlay(at+".environments."+name, base, overrides); name == environment {
			result = over
		}
	}
	return result
}

func environmentsOf(values map[string]any) map[string]any {
	environments, _ := values[environmentsKey].(map[string]any)
	return environments
}

func without(values map[string]any) map[string]any {
	values = maps.Clone(values)
	delete(values, environmentsKey)
	return values
}

// overlay lays values over defaults: maps are merged, everything else is replaced.
func (m *merger) overlay(at string, defaults, over map[string]any) map[string]any {
	result := maps.Clone(defaults)
	for _, key := range sortedKeys(over) {
		below := at + "." + key
		standard, exists := defaults[key]
		switch {
		case !exists:
			m.fault("%s: there is no such setting; there are %s", below, strings.Join(sortedKeys(defaults), ", "))
		case isSeverity(standard) && shape(over[key]) == "a text" && !isSeverity(over[key]):
			m.fault("%s: want a severity, one of %s, have %v", below, severityWords(), over[key])
		case !sameShape(standard, over[key]):
			m.fault("%s: want %s, have %v", below, shape(standard), over[key])
		case shape(standard) == "settings":
			result[key] = m.overlay(below, standard.(map[string]any), over[key].(map[string]any))
		default:
			result[key] = over[key]
		}
	}
	return result
}

// isSeverity reports whether a setting is a word of the scale. Where the default is one, no other word means anything.
func isSeverity(value any) bool {
	word, ok := value.(string)
	return ok && slices.ContainsFunc(gate.Severities(), func(s gate.Severity) bool { return s.String() == word })
}

func severityWords() string {
	var words []string
	for _, s := range gate.Severities() {
		words = append(words, s.String())
	}
	return strings.Join(words, ", ")
}

// sameShape lets null stand for any plain value, both ways; a list may take its place.
func sameShape(standard, value any) bool {
	s, v := shape(standard), shape(value)
	return s == v || s == "nothing" && v != "settings" || v == "nothing" && s != "settings" && s != "a list"
}

func shape(value any) string {
	switch value.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "settings"
	case []any:
		return "a list"
	case bool:
		return "true or false"
	case string:
		return "a text"
	}
	return "a number"
}
