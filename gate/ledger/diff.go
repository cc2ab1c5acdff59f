package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// Difference is one thing in which two decisions differ.
type Difference struct {
	What   string `json:"what"`             // of the decision: "verdict", "policy" …; of a defect: "defect", "rating", "due", "judgement" …
	Defect string `json:"defect,omitempty"` // id, and where it is
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// Diff says what is different in a decision since another, and why: first what led to it, then what came of it.
func Diff(before, after *gate.Decision) []Difference {
	d := &differ{}
	d.add("verdict", "", string(before.Verdict), string(after.Verdict))
	d.add("clock", "", instantOf(before.Clock.Now), instantOf(after.Clock.Now))
	d.add("program", "", program(before), program(after))
	d.policies(before, after)
	d.add("feed", "", before.Feeds, after.Feeds)
	d.add("problem", "", strings.Join(before.Problems, "; "), strings.Join(after.Problems, "; "))
	d.sources(before, after)
	d.exceptions(before, after)
	d.defects(before, after)
	return d.list
}

type differ struct{ list []Difference }

func (d *differ) add(what, defect, was, is string) {
	if was != is {
		d.list = append(d.list, Difference{what, defect, was, is})
	}
}

func program(d *gate.Decision) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s, OPA %s", d.Evaluator.Name, d.Evaluator.Version, d.Evaluator.Commit, d.Evaluator.OPA))
}

// policies names the files that changed, and the settings of which rule.
func (d *differ) policies(before, after *gate.Decision) {
	was, is := files(before), files(after)
	for _, name := range keysOf(was, is) {
		d.add("policy", "", described(name, was[name]), described(name, is[name]))
	}
	was, is = settings(before), settings(after)
	for _, name := range keysOf(was, is) {
		d.add("settings", "", described(name, was[name]), described(name, is[name]))
	}
}

// described says what stands under a name; "" where nothing does.
func described(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

func files(d *gate.Decision) map[string]string {
	all := map[string]string{}
	for _, set := range d.Evaluator.Policies {
		for _, f := range set.Files {
			all[set.Name+":"+f.Path] = "sha256:" + f.SHA256[:min(12, len(f.SHA256))]
		}
	}
	return all
}

// settings are those of each rule, by its id.
func settings(d *gate.Decision) map[string]string {
	all := map[string]string{}
	categories, _ := d.Evaluator.Settings.(map[string]any)
	for category, below := range categories {
		rules, _ := below.(map[string]any)
		for name, values := range rules {
			if text, err := json.Marshal(values, gate.Deterministic); err == nil {
				all[category+"/"+name] = string(text)
			}
		}
	}
	return all
}

func keysOf[V any](maps ...map[string]V) (keys []string) {
	for _, m := range maps {
		for key := range m {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// sources names those that came, went, or prove something else.
func (d *differ) sources(before, after *gate.Decision) {
	was, is := sourcesOf(before), sourcesOf(after)
	for _, name := range keysOf(was, is) {
		d.add("source", "", described(name, was[name]), described(name, is[name]))
	}
}

func sourcesOf(d *gate.Decision) map[string]string {
	all := map[string]string{}
	for i := range d.Inputs {
		e := &d.Inputs[i]
		all[e.Source] = strings.TrimSpace(fmt.Sprintf("%s %s", e.Status, e.Problem))
	}
	return all
}

// instantOf writes a time; "" where there is none.
func instantOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// exceptions names those that were granted, taken back or changed.
func (d *differ) exceptions(before, after *gate.Decision) {
	was, is := grants(before), grants(after)
	for _, id := range keysOf(was, is) {
		d.add("exception", "", described(id, was[id]), described(id, is[id]))
	}
}

func grants(d *gate.Decision) map[string]string {
	all := map[string]string{}
	for _, e := range d.Evaluation.Exceptions {
		all[e.ID] = fmt.Sprintf("by %s until %s: %s", e.Approver, instantOf(e.Until), e.Reason)
		if !e.InScope {
			all[e.ID] += " (not here)"
		}
	}
	return all
}
