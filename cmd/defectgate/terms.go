package main

import (
	"fmt"
	"slices"

	"github.com/defectgate/defectgate/policy"
)

// exceptionTerms are those settings of exception/terms for which facts have to be fetched.
type exceptionTerms struct {
	teams   []string // that may approve something
	recheck bool
}

func termsOf(judge *policy.Engine) (t exceptionTerms) {
	rules, _ := judge.AllSettings()["exception"].(map[string]any)
	settings, _ := rules["terms"].(map[string]any)
	t.recheck, _ = settings["recheck"].(bool)
	t.teams = slices.Compact(slices.Sorted(slices.Values(teamsIn(settings))))
	return t
}

// teamsIn gathers the teams of terms, those that differ for a severity and for overrides among them.
func teamsIn(terms map[string]any) (teams []string) {
	for name, value := range terms {
		switch v := value.(type) {
		case map[string]any:
			teams = append(teams, teamsIn(v)...)
		case []any:
			for _, team := range v {
				if name == "teams" {
					teams = append(teams, fmt.Sprint(team))
				}
			}
		}
	}
	return teams
}
