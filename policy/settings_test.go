package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/policy"
)

// settingsOf reads settings as a configuration would hold them, in YAML.
func settingsOf(t *testing.T, text string) (rules map[string]any) {
	require.NoError(t, yaml.Unmarshal([]byte(text), &rules))
	return rules
}

// configured gives an engine with such settings.
func configured(t *testing.T, text, environment string) (*policy.Engine, error) {
	rules := settingsOf(t, text)
	return policy.New(t.Context(), policy.Options{Rules: rules, Environment: environment, Environments: []string{"canary"}})
}

// setting gives one effective value of a rule.
func setting(e *policy.Engine, id, key string) any {
	for _, r := range e.Rules() {
		if r.ID() == id {
			return e.Settings(r)[key]
		}
	}
	return "no such rule"
}

func TestMergeOrder(t *testing.T) {
	const threshold = "severity/threshold"
	for _, c := range []struct {
		why, text, environment, id, key string
		want                            any
	}{
		{"the default", ``, "production", threshold, "level", "deny"},
		{"over it, the default of the environment", ``, "staging", threshold, "level", "warn"},
		{"over it, the user", `severity: {threshold: {level: deny}}`, "staging", threshold, "level", "deny"},
		{"over it, the user's environment", `severity: {threshold: {level: deny, environments: {staging: {level: ignore}}}}`, "staging", threshold, "level", "ignore"},
		{"which is not in force elsewhere", `severity: {threshold: {environments: {staging: {level: ignore}}}}`, "production", threshold, "level", "deny"},
		{"an environment of the configuration", `severity: {threshold: {environments: {canary: {deny: high}}}}`, "canary", threshold, "deny", "high"},
		{"which has the values of the rule itself", ``, "canary", threshold, "level", "deny"},
		{"a list replaces", `sla: {overdue: {clocks: [published, fix_available]}}`, "production", "sla/overdue", "clocks", []any{"published", "fix_available"}},
		{"a map merges", `sla: {overdue: {days: {high: 7}}}`, "production", "sla/overdue", "days",
			map[string]any{"critical": 15, "high": 7, "medium": 90, "low": 180, "none": nil, "unknown": nil}},
		{"null takes a value away", `threat: {exploited: {epss: null}}`, "production", "threat/exploited", "epss", nil},
		{"a value stands for null", `budget: {count: {at_most: {critical: 0}}}`, "production", "budget/count", "at_most",
			map[string]any{"critical": 0, "high": nil, "medium": nil, "low": nil, "none": nil, "unknown": nil}},
	} {
		e, err := configured(t, c.text, c.environment)
		require.NoError(t, err)
		assert.Equal(t, c.want, setting(e, c.id, c.key), c.why)
	}
}

// TestRefusedSettings holds settings that would make a rule silent. Each error names the path of the setting.
func TestRefusedSettings(t *testing.T) {
	for text, want := range map[string]string{
		`severty: {threshold: {level: warn}}`:                                   "rules.severty: there is no such category",
		`severity: {treshold: {level: warn}}`:                                   "rules.severity.treshold: there is no such rule; there are threshold, unrated",
		`severity: {threshold: {lvl: warn}}`:                                    "rules.severity.threshold.lvl: there is no such setting",
		`severity: {threshold: {level: denny}}`:                                 "rules.severity.threshold.level: value must be one of 'deny', 'warn', 'ignore'",
		`severity: {threshold: {level: null}}`:                                  "rules.severity.threshold.level: ",
		`severity: {threshold: {level: 1}}`:                                     "rules.severity.threshold.level: want a text, have 1",
		`severity: {threshold: {deny: hgih}}`:                                   "rules.severity.threshold.deny: ",
		`severity: {threshold: {warn: Low}}`:                                    "rules.severity.threshold.warn: ",
		`severity: {threshold: {only_fixable: "no"}}`:                           "rules.severity.threshold.only_fixable: want true or false, have no",
		`severity: {threshold: {only_fixable: null}}`:                           "rules.severity.threshold.only_fixable: ",
		`severity: {threshold: {kinds: {secrets: "off"}}}`:                      "rules.severity.threshold.kinds.secrets: there is no such setting",
		`severity: {threshold: {kinds: {code: of}}}`:                            "rules.severity.threshold.kinds.code: ",
		`severity: {threshold: {kinds: high}}`:                                  "rules.severity.threshold.kinds: want settings, have high",
		`severity: {threshold: {environments: {prod: {level: warn}}}}`:          "rules.severity.threshold.environments.prod: there is no such environment",
		`severity: {threshold: {environments: {staging: warn}}}`:                "rules.severity.threshold.environments.staging: want settings",
		`severity: {threshold: {environments: {staging: {level: wran}}}}`:       "rules.severity.threshold.level: ",
		`severity: {threshold: {environments: {staging: {lvl: warn}}}}`:         "rules.severity.threshold.environments.staging.lvl: there is no such setting",
		`severity: {threshold: {environments: staging}}`:                        "rules.severity.threshold.environments: want environments, have staging",
		`severity: {threshold: warn}`:                                           "rules.severity.threshold: want settings, have warn",
		`severity: warn`:                                                        "rules.severity: want rules, have warn",
		`sla: {overdue: {clocks: [first_sen]}}`:                                 "rules.sla.overdue.clocks.0: ",
		`sla: {overdue: {clocks: []}}`:                                          "rules.sla.overdue.clocks: ",
		`sla: {overdue: {clocks: first_seen}}`:                                  "rules.sla.overdue.clocks: want a list, have first_seen",
		`sla: {overdue: {pick: first}}`:                                         "rules.sla.overdue.pick: ",
		`sla: {overdue: {days: {high: -1}}}`:                                    "rules.sla.overdue.days.high: ",
		`sla: {overdue: {days: {high: 1e300}}}`:                                 "rules.sla.overdue.days.high: ",
		`sla: {overdue: {days: {high: 0.3}}}`:                                   "rules.sla.overdue.days.high: ",
		`sla: {overdue: {days: {high: .nan}}}`:                                  "rules.sla.overdue.days.high: ",
		`sla: {overdue: {days: {high: .inf}}}`:                                  "rules.sla.overdue.days.high: ",
		`sla: {overdue: {days: {high: "30"}}}`:                                  "rules.sla.overdue.days.high: ",
		`sla: {due_soon: {days: null}}`:                                         "rules.sla.due_soon.days: ",
		`threat: {exploited: {epss: 50}}`:                                       "rules.threat.exploited.epss: ",
		`threat: {exploited: {kev: "yes"}}`:                                     "rules.threat.exploited.kev: ",
		`secret: {open: {certainty: sure}}`:                                     "rules.secret.open.certainty: ",
		`license: {denied: {licenses: [1]}}`:                                    "rules.license.denied.licenses.0: ",
		`budget: {count: {at_most: {high: -1}}}`:                                "rules.budget.count.at_most.high: ",
		`chain: {combined: {chains: [{name: a, all: [79], on: artifact}]}}`:     "rules.chain.combined.chains.0.all: ",
		`chain: {combined: {chains: [{name: a, all: [79, CVE-1], on: file}]}}`:  "rules.chain.combined.chains.0.",
		`exception: {terms: {level: warn}}`:                                     "rules.exception.terms.level: there is no such setting",
		`exception: {terms: {days: null}}`:                                      "rules.exception.terms.days: ",
		`exception: {terms: {days: 0}}`:                                         "rules.exception.terms.days: ",
		`exception: {terms: {approvers: 0}}`:                                    "rules.exception.terms.approvers: ",
		`exception: {terms: {reason: 0}}`:                                       "rules.exception.terms.reason: ",
		`exception: {terms: {control: null}}`:                                   "rules.exception.terms.control: ",
		`exception: {terms: {recheck: null}}`:                                   "rules.exception.terms.recheck: ",
		`exception: {terms: {forks: null}}`:                                     "rules.exception.terms.forks: ",
		`exception: {terms: {strict: null}}`:                                    "rules.exception.terms.strict: ",
		`exception: {terms: {ends_on_push: null}}`:                              "rules.exception.terms.ends_on_push: ",
		`exception: {terms: {renewals: null}}`:                                  "rules.exception.terms.renewals: ",
		`exception: {terms: {renewal_roles: []}}`:                               "rules.exception.terms.renewal_roles: ",
		`exception: {terms: {sources: [forg]}}`:                                 "rules.exception.terms.sources.0: ",
		`exception: {terms: {sources: null}}`:                                   "rules.exception.terms.sources: want a list",
		`exception: {terms: {barred: [reviewer]}}`:                              "rules.exception.terms.barred.0: ",
		`exception: {terms: {barred: null}}`:                                    "rules.exception.terms.barred: want a list",
		`exception: {terms: {filler: [""]}}`:                                    "rules.exception.terms.filler.0: ",
		`exception: {terms: {users: [0]}}`:                                      "rules.exception.terms.users.0: ",
		`exception: {terms: {users: null}}`:                                     "rules.exception.terms.users: want a list",
		`exception: {terms: {teams: security}}`:                                 "rules.exception.terms.teams: want a list",
		`exception: {terms: {roles: [1]}}`:                                      "rules.exception.terms.roles.0: ",
		`exception: {terms: {override: {hours: 73}}}`:                           "rules.exception.terms.override.hours: ",
		`exception: {terms: {override: {hours: 0}}}`:                            "rules.exception.terms.override.hours: ",
		`exception: {terms: {override: {hours: null}}}`:                         "rules.exception.terms.override.hours: ",
		`exception: {terms: {override: {ticket: false}}}`:                       "rules.exception.terms.override.ticket: ",
		`exception: {terms: {override: {days: 9}}}`:                             "rules.exception.terms.override.days: there is no such setting",
		`exception: {terms: {severities: {critcal: {days: 9}}}}`:                "rules.exception.terms.severities.critcal: there is no such setting",
		`exception: {terms: {severities: {high: {hours: 9}}}}`:                  "rules.exception.terms.severities.high.hours: there is no such setting",
		`exception: {terms: {severities: {high: {approvers: 0}}}}`:              "rules.exception.terms.severities.high.approvers: ",
		`exception: {terms: {severities: {high: {roles: admin}}}}`:              "rules.exception.terms.severities.high.roles: ",
		`exception: {override: {level: ignore}}`:                                "rules.exception.override.level: ",
		`exception: {override: {level: deny}}`:                                  "rules.exception.override.level: ",
		`exception: {renewed: {from: 0}}`:                                       "rules.exception.renewed.from: ",
		`chain: {combined: {chains: [{name: a, all: [79, 80], at: artifact}]}}`: "rules.chain.combined.chains.0: ",
	} {
		_, err := configured(t, text, "production")
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
	_, err := configured(t, ``, "prodution")
	require.ErrorContains(t, err, `"prodution" is no known environment`)
	assert.Contains(t, gate.HintOf(err), "production, staging, development, canary")
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := configured(t, `{severty: {}, sla: {overdue: {dyas: {}, clocks: x}}}`, "production")
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3, err.Error())
}

// TestWordsOfUsersRules sets a severity that is none, in a rule whose own default is one.
func TestWordsOfUsersRules(t *testing.T) {
	set := folder(t, map[string]string{"a.rego": "# METADATA\n# title: A\n# custom:\n#   settings: {severity: high}\npackage custom.rules.mine.a\n\n" +
		`report contains "x" if input.defect.severity == data.defectgate.settings.mine.a.severity`})
	for word, fault := range map[string]string{"low": "", "Low": "want a severity", "hihg": "want a severity"} {
		_, err := policy.New(t.Context(), policy.Options{Environment: "production", Sets: []policy.Set{set},
			Rules: map[string]any{"mine": map[string]any{"a": map[string]any{"severity": word}}}})
		if fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "rules.mine.a.severity: "+fault)
	}
}
