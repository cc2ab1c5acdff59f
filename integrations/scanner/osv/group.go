package osv

import (
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// group holds the ids of the records that are about one vulnerability.
type group struct {
	IDs      []string            `json:"ids"`
	Aliases  []string            `json:"aliases"`
	Worst    report.Number       `json:"max_severity"` // a score; empty where no record has a vector
	Analysis map[string]analysis `json:"experimental_analysis"`
	Old      map[string]analysis `json:"experimentalAnalysis"` // of version 1
}

// analysis is what is known of the code that a record is about.
type analysis struct {
	Called      *bool `json:"called"`
	Unimportant bool  `json:"unimportant"` // in the eyes of Debian or Ubuntu; version 1 says then that it is not called
}

// record stands for a group whose records the report does not have.
func (g *group) record() *record {
	if len(g.IDs) == 0 {
		return &record{Aliases: g.Aliases}
	}
	aliases := append(slices.Clone(g.IDs[1:]), g.Aliases...)
	slices.Sort(aliases)
	aliases = slices.DeleteFunc(slices.Compact(aliases), func(id string) bool { return id == g.IDs[0] })
	return &record{ID: g.IDs[0], Aliases: aliases}
}

// groupOf gives the group of a record, or an empty one.
func (e *entry) groupOf(id string) *group {
	i := slices.IndexFunc(e.groups, func(g group) bool { return slices.Contains(g.IDs, id) })
	if i < 0 {
		return &group{}
	}
	return &e.groups[i]
}

// uncalled reports whether call analysis looked at the group, and found no record of it whose code is called.
func (g *group) uncalled() bool {
	found := 0
	for _, list := range []map[string]analysis{g.Analysis, g.Old} {
		for _, a := range list {
			if a.Called == nil || *a.Called || a.Unimportant {
				return false
			}
			found++
		}
	}
	return found > 0
}

// state is what call analysis says.
func (g *group) state() (gate.State, *gate.Word) {
	if !g.uncalled() {
		return gate.Open, nil
	}
	return gate.NotAffected, &gate.Word{By: tool + " call analysis", Reason: "the vulnerable code is not called", Said: gate.NotAffected}
}
