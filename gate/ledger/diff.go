package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// Difference is one thing in which two decisions differ.
type Difference struct {
	What   string `json:"what"`             // "verdict", "defect", "rating", "state", "judgement", "exception", "policy", "settings", "feed", "program"
	Defect string `json:"defect,omitempty"` // id, and where it is
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// Diff says what is different in a decision since another, and why: first what led to it, then what came of it.
func Diff(before, after *gate.Decision) []Difference {
	d := &differ{}
	d.add("verdict", "", string(before.Verdict), string(after.Verdict))
	d.add("program", "", program(before), program(after))
	d.policies(before, after)
	d.add("feed", "", before.Feeds, after.Feeds)
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
			all[set.Name+":"+f.Path] = "sha256:" + f.SHA256[:12]
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
		all[e.ID] = fmt.Sprintf("by %s until %s: %s", e.Approver, e.Until.Format("2006-01-02"), e.Reason)
	}
	return all
}

// defects holds the findings against each other. Two are one where they share a fingerprint.
func (d *differ) defects(before, after *gate.Decision) {
	byMark := map[gate.Fingerprint]*gate.Judged{}
	for i := range before.Evaluation.Findings {
		for _, mark := range before.Evaluation.Findings[i].Fingerprints {
			byMark[mark] = &before.Evaluation.Findings[i]
		}
	}
	met := map[*gate.Judged]bool{}
	for i := range after.Evaluation.Findings {
		is := &after.Evaluation.Findings[i]
		was := known(byMark, is)
		if was == nil {
			d.add("defect", place(is), "", is.Severity.String()+", "+judged(is))
			continue
		}
		met[was] = true
		d.compare(was, is)
	}
	for i := range before.Evaluation.Findings {
		if was := &before.Evaluation.Findings[i]; !met[was] {
			d.add("defect", place(was), was.Severity.String()+", "+judged(was), "")
		}
	}
}

func known(byMark map[gate.Fingerprint]*gate.Judged, j *gate.Judged) *gate.Judged {
	for _, mark := range j.Fingerprints {
		if was := byMark[mark]; was != nil {
			return was
		}
	}
	return nil
}

func place(j *gate.Judged) string {
	where := cmp.Or(strings.TrimSpace(j.Component.Name+" "+j.Component.Version), j.Component.PURL, j.Occurrences[0].Path, j.Occurrences[0].Logical)
	return strings.TrimSpace(j.ID + " " + where)
}

// compare says of one defect what led to another judgement, and the judgement.
func (d *differ) compare(was, is *gate.Judged) {
	name := place(is)
	d.add("rating", name, rated(was), rated(is))
	d.add("state", name, was.State.String(), is.State.String())
	d.add("exploited", name, exploited(was), exploited(is))
	d.add("fix", name, strings.Join(was.Component.Fixed, ", "), strings.Join(is.Component.Fixed, ", "))
	d.add("exception", name, was.Covering(), is.Covering())
	d.add("judgement", name, judged(was), judged(is))
}

// rated is how severe it is, and by whose word.
func rated(j *gate.Judged) string {
	for _, r := range j.Ratings {
		if r.Wins {
			return fmt.Sprintf("%s by %s", j.Severity, r.Party)
		}
	}
	return j.Severity.String()
}

func exploited(j *gate.Judged) string {
	var words []string
	if j.KEV != nil {
		words = append(words, "in KEV")
	}
	if j.Exploited {
		words = append(words, "abused in production")
	}
	return strings.Join(words, ", ")
}

// judged is what the rules say of a defect.
func judged(j *gate.Judged) string {
	var words []string
	for _, v := range j.Violations {
		word := string(v.Level) + " by " + v.Rule
		if v.Exception != "" {
			word = "accepted: " + word
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return cmp.Or(strings.Join(words, ", "), "nothing said")
}
