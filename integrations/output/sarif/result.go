package sarif

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// result is a defect, or what a rule says of the artifact (§3.27).
type result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    *int              `json:"ruleIndex,omitzero"`
	Rule         *reference        `json:"rule,omitzero"`
	Level        string            `json:"level"`
	Message      message           `json:"message"`
	Locations    []location        `json:"locations"`
	Related      []location        `json:"relatedLocations,omitempty"`
	Count        int               `json:"occurrenceCount,omitzero"`
	Partial      map[string]string `json:"partialFingerprints"`
	Suppressions []suppression     `json:"suppressions,omitempty"`
	Properties   properties        `json:"properties"`
}

// reference is that to a rule of the gate, in the first extension (§3.52).
type reference struct {
	ID        string       `json:"id"`
	Index     int          `json:"index"`
	Component componentRef `json:"toolComponent"`
}

type componentRef struct {
	Index int `json:"index"`
}

// suppression says why a result does not count (§3.35).
type suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

// properties are what SARIF has no member for. Score, tags and package are spelt as other tools do.
type properties struct {
	Score     string   `json:"security-severity,omitempty"`
	Severity  string   `json:"severity,omitempty"`
	Kind      string   `json:"kind,omitempty"`
	PURL      string   `json:"purl,omitempty"`
	CWEs      []string `json:"cwe,omitempty"`
	Tags      []string `json:"tags,omitempty"` // its other ids
	Rules     []string `json:"rules,omitempty"`
	Due       string   `json:"due,omitempty"`
	FirstSeen string   `json:"firstSeen,omitempty"`
}

var levels = map[gate.Level]string{gate.Deny: "error", gate.Warn: "warning", "": "note"}

func (c *choice) ofDefect(j *gate.Judged) result {
	index := c.ruleIndex[ruleID(j)]
	at, related, count := places(j)
	r := result{
		RuleID: ruleID(j), RuleIndex: &index, Level: levels[j.Level()], Message: message{Text: c.told(j)},
		Locations: []location{at}, Related: related, Count: count, Partial: fingerprints(j), Properties: propertiesOf(j),
	}
	if j.Level() == "" {
		r.Suppressions = c.accepted(exceptionOf(j))
	}
	return r
}

// ofArtifact is a result of what a rule says of the artifact, for the n-th time.
func (c *choice) ofArtifact(v gate.Violation, n int) result {
	r := result{
		RuleID: gateRuleID(v.Rule), Level: "error", Message: message{Text: cmp.Or(sentence(v.Message), unnamed)},
		Locations: []location{fallback(c.d.Artifact.Subject.String(), "artifact")},
		Partial:   identity(fmt.Sprintf("artifact:%s:%d", clean(v.Rule), n)), Properties: properties{Rules: distinct([]string{v.Rule})},
	}
	if i, known := c.gateIndex[r.RuleID]; known {
		r.Rule = &reference{ID: r.RuleID, Index: i}
	}
	switch {
	case v.Exception != "":
		r.Level, r.Suppressions = "note", c.accepted(v.Exception)
	case v.Level == gate.Warn:
		r.Level = "warning"
	}
	return r
}

// exceptionOf is the exception by which nothing is said of a defect.
func exceptionOf(j *gate.Judged) string {
	for _, v := range j.Violations {
		if v.Exception != "" {
			return v.Exception
		}
	}
	return j.Covering()
}

func (c *choice) accepted(exception string) []suppression {
	return []suppression{{"external", "accepted", sentence(phrase.CoveredBy(c.d, exception))}}
}

// told is the message: the title, for there it is shown; what the rules say; of a component which, as others write it; and what to do.
func (c *choice) told(j *gate.Judged) string {
	lines := []string{cmp.Or(sentence(j.Title), ruleID(j))}
	for _, v := range j.Violations {
		lines = append(lines, sentence(fmt.Sprintf("%s: %s (%s)", verbs[outcome(v)], v.Message, v.Rule)))
	}
	if j.Kind.OfComponent() {
		lines = append(lines, sentence("Package: "+j.Component.Name), sentence("Installed Version: "+installed(j)),
			sentence("Fixed Version: "+strings.Join(j.Component.Fixed, ", ")))
	}
	lines = append(lines, sentence(phrase.Due(j, c.d.Clock.Now)))
	if len(j.Violations) > 0 {
		lines = append(lines, sentence(phrase.Remedy(j, j.Violations[0])))
	}
	return strings.Join(phrase.NonEmpty(lines...), "\n")
}

var verbs = map[string]string{"error": "must not ship", "warning": "to look at", "note": "covered by an exception"}

// outcome is the level of one violation.
func outcome(v gate.Violation) string {
	switch {
	case v.Exception != "":
		return "note"
	case v.Level == gate.Warn:
		return "warning"
	}
	return "error"
}

func installed(j *gate.Judged) string {
	return cmp.Or(j.Component.Version, phrase.FirstOpen(j).Version)
}

func propertiesOf(j *gate.Judged) properties {
	p := properties{Score: inTenths(score(j)), Severity: j.Severity.String(), Kind: clean(string(j.Kind)), PURL: packageOf(j)}
	for _, cwe := range j.CWEs {
		p.CWEs = append(p.CWEs, fmt.Sprintf("CWE-%d", cwe))
	}
	p.Tags, p.Rules = distinct(j.Aliases), distinct(rulesOf(j))
	if !j.Due.IsZero() {
		p.Due = j.Due.UTC().Format(time.DateOnly)
	}
	if !j.Clocks.FirstSeen.IsZero() {
		p.FirstSeen = j.Clocks.FirstSeen.UTC().Format(time.DateOnly)
	}
	return p
}

// packageOf is the package URL with the version.
func packageOf(j *gate.Judged) string {
	p, err := packageurl.FromString(j.Component.PURL)
	if err != nil {
		return ""
	}
	p.Version = cmp.Or(p.Version, installed(j))
	return p.ToString()
}

func rulesOf(j *gate.Judged) (rules []string) {
	for _, v := range j.Violations {
		rules = append(rules, v.Rule)
	}
	return rules
}

// distinct cleans texts, each once.
func distinct(texts []string) (list []string) {
	for _, text := range texts {
		if text = clean(text); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
