package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

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
	where := cmp.Or(strings.TrimSpace(j.Component.Name+" "+j.Component.Version), componentOf(j))
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
	d.add("first seen", name, instantOf(was.Clocks.FirstSeen), instantOf(is.Clocks.FirstSeen))
	d.add("due", name, instantOf(was.Due), instantOf(is.Due))
	d.add("age", name, string(was.Age), string(is.Age))
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
	if j.EPSS != nil {
		words = append(words, fmt.Sprintf("EPSS %g", *j.EPSS))
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
