package sarif

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// tool is the gate (§3.18): what it found has rules in the driver, and its own rules stand in an extension.
type tool struct {
	Driver     component   `json:"driver"`
	Extensions []component `json:"extensions"`
}

type component struct {
	Name        string           `json:"name"`
	Version     string           `json:"version,omitempty"`
	Information string           `json:"informationUri,omitempty"`
	Rules       list[descriptor] `json:"rules"`
}

const home = "https://github.com/defectgate/defectgate"

func (c *choice) tool() tool {
	of := clean(c.d.Evaluator.Version)
	return tool{
		component{"defectgate", of, home, func(yield func(descriptor) bool) {
			for _, r := range c.rules {
				if !yield(r.descriptor()) {
					return
				}
			}
		}},
		[]component{{"defectgate rules", of, home, func(yield func(descriptor) bool) {
			for _, r := range c.gateRules {
				if !yield(gateRule(r)) {
					return
				}
			}
		}}},
	}
}

// descriptor is a rule (§3.49). Code scanning demands both descriptions and the help, none of them empty.
type descriptor struct {
	ID         string         `json:"id"`
	Short      message        `json:"shortDescription"`
	Full       message        `json:"fullDescription"`
	HelpURI    string         `json:"helpUri,omitempty"`
	Help       message        `json:"help"`
	Properties ruleProperties `json:"properties,omitzero"`
}

type ruleProperties struct {
	Tags  []string `json:"tags,omitempty"`
	Score string   `json:"security-severity,omitempty"`
}

// maxTags is how many tags code scanning shows of a rule; it refuses more than 20.
const maxTags = 10

// defectRule is the rule of the defects of one id: what a scanner's advisory or check is about.
type defectRule struct {
	first *gate.Judged
	score float64
}

// take notes a defect of the rule, which is as bad as the worst of them.
func (r *defectRule) take(j *gate.Judged) { r.score = max(r.score, score(j)) }

func (r *defectRule) descriptor() descriptor {
	j := r.first
	d := describe(ruleID(j), cmp.Or(j.Title, j.ID), j.Remedy)
	d.Properties = ruleProperties{Tags: tags(j), Score: inTenths(r.score)}
	d.HelpURI = address(j.URL)
	return d
}

// gateRule is a rule of the gate.
func gateRule(r gate.RuleInfo) descriptor {
	d := describe(gateRuleID(r.ID), cmp.Or(r.Title, r.ID), r.Remedy)
	d.Properties.Tags = []string{"security"}
	return d
}

// describe gives a rule its texts: what it is about, and as its help what to do.
func describe(id, title, remedy string) descriptor {
	short := message{Text: cmp.Or(sentence(title), id)}
	help := message{short.Text, gate.Prose(title, maxText)}
	if clean(remedy) != "" {
		help = message{sentence(remedy), "**" + help.Markdown + "**\n\n→ " + gate.Prose(remedy, maxText)}
	}
	return descriptor{ID: id, Short: short, Full: short, Help: help}
}

// gateRuleID is the id of a rule of the gate.
func gateRuleID(id string) string { return cmp.Or(clean(id), unnamed) }

// ruleID is the id of a defect as that of a rule.
func ruleID(j *gate.Judged) string { return cmp.Or(clean(j.ID), unnamed) }

// tags say that a rule is about security, of what kind, and which weakness: code scanning knows the third by this spelling.
func tags(j *gate.Judged) []string {
	list := []string{"security", clean(string(j.Kind))}
	for _, cwe := range j.CWEs {
		list = append(list, fmt.Sprintf("external/cwe/cwe-%03d", cwe))
	}
	list = slices.DeleteFunc(list, func(tag string) bool { return tag == "" })
	return list[:min(maxTags, len(list))]
}

// bands are the scores of each severity (CVSS v3.1, section 5), and one to stand for those without a score.
var bands = map[gate.Severity]struct{ from, below, middle float64 }{
	gate.Critical: {9, 10.1, 9.5}, gate.High: {7, 9, 8}, gate.Medium: {4, 7, 5.5}, gate.Low: {0.1, 4, 2},
}

// score is the CVSS score of the ratings that is as bad as the defect is, else one that stands for its severity; 0 where that is unknown or none.
func score(j *gate.Judged) float64 {
	band, best := bands[j.Severity], 0.0
	for _, r := range j.Ratings {
		if r.Score >= band.from && r.Score < band.below {
			best = max(best, r.Score)
		}
	}
	if best > 0 {
		return best
	}
	return band.middle
}

// inTenths spells a score; "" is none.
func inTenths(score float64) string {
	if score == 0 {
		return ""
	}
	return strconv.FormatFloat(score, 'f', 1, 64)
}

// address is one that a reader may be sent to, else "".
func address(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
