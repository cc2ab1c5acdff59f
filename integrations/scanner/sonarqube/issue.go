package sonarqube

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is what issues and hotspots have in common.
type entry struct {
	Key       string        `json:"key"` // stays while SonarQube follows the entry through analyses of one branch
	Component string        `json:"component"`
	Project   string        `json:"project"`
	Message   string        `json:"message"`
	Line      report.Number `json:"line"`
	Range     struct {
		Line report.Number `json:"startLine"`
	} `json:"textRange"`
	Status     string    `json:"status"`
	Resolution string    `json:"resolution"`
	Comments   []comment `json:"comments"` // with additionalFields=comments
}

type issue struct {
	entry
	Rule        string      `json:"rule"`
	Severity    report.Word `json:"severity"`
	Impacts     []impact    `json:"impacts"`
	Hash        string      `json:"hash"` // of the line's text
	Tags        []string    `json:"tags"`
	IssueStatus string      `json:"issueStatus"` // since 10.4, instead of status and resolution
}

// impact is what an issue means for one quality of the software.
type impact struct {
	Quality  string      `json:"softwareQuality"`
	Severity report.Word `json:"severity"`
}

type hotspot struct {
	entry
	Rule        string      `json:"ruleKey"` // not in the first versions
	Category    string      `json:"securityCategory"`
	Probability report.Word `json:"vulnerabilityProbability"`
}

func (e *entry) finding(p *parser) *gate.Finding {
	p.scan.Subject.Name = cmp.Or(p.scan.Subject.Name, e.Project)
	return &gate.Finding{
		Tool:     formatName,
		Title:    report.FirstLine(e.Message),
		Location: gate.Location{Path: p.path(e.Component, e.Project), Line: max(0, cmp.Or(e.Line.Int(), e.Range.Line.Int()))},
		Anchor:   gate.Anchor{Hash: e.held(e.Key)},
	}
}

// held puts the project before what holds an entry to its place: a file that was copied from one service to another is two.
func (e *entry) held(by string) string {
	if by == "" {
		return ""
	}
	return strings.TrimSpace(e.project() + " " + by)
}

// project is the one that is named, else what stands before the path in the key of the component.
func (e *entry) project() string {
	return cmp.Or(e.Project, strings.TrimSuffix(strings.TrimSuffix(e.Component, end(e.Component)), ":"))
}

func (i *issue) findings(p *parser) []*gate.Finding {
	f := i.finding(p)
	f.ID, f.Kind = i.Rule, kindOf(i.Rule)
	f.CWEs = report.CWEs(i.Tags...)
	f.Rating, f.Ratings = i.rate()
	f.State, f.Word = i.state()
	if i.Hash != "" && f.Kind != gate.Secret { // the digest of a line with a secret could be tested against guesses
		f.Anchor.Hash = i.held(i.Hash)
	}
	if strings.HasPrefix(i.Rule, dependencyRule) {
		return i.vulnerabilities(f)
	}
	return []*gate.Finding{f}
}

func (h *hotspot) finding(p *parser) *gate.Finding {
	f := h.entry.finding(p)
	f.ID, f.Kind = h.Rule, kindOf(h.Rule)
	if f.ID == "" && h.Category != "" {
		f.ID = "hotspot:" + h.Category
	}
	f.Rating = report.Rate(formatName, gate.Opinion{Party: formatName, Label: h.Probability.Label})
	f.State, f.Word = h.state()
	return f
}

// kinds are the repositories of rules that are not about code.
var kinds = map[string]gate.Kind{
	"secrets":   gate.Secret,
	"terraform": gate.Misconfiguration, "cloudformation": gate.Misconfiguration, "kubernetes": gate.Misconfiguration, "docker": gate.Misconfiguration,
	"azureresourcemanager": gate.Misconfiguration, "ansible": gate.Misconfiguration, "githubactions": gate.Misconfiguration,
}

func kindOf(rule string) gate.Kind {
	repository, _, _ := strings.Cut(rule, ":")
	return cmp.Or(kinds[repository], gate.Code)
}

// rate chooses the worst of what SonarQube says in the words of former and of present days.
func (i *issue) rate() (chosen gate.Rating, others []gate.Rating) {
	var ratings []gate.Rating
	say := func(label *string) {
		ratings = append(ratings, report.Rate(formatName, gate.Opinion{Party: formatName, Label: label}))
	}
	if i.Severity.Label != nil || len(i.Impacts) == 0 {
		say(i.Severity.Label)
	}
	onSecurity := slices.ContainsFunc(i.Impacts, impact.onSecurity)
	for _, m := range i.Impacts {
		if !onSecurity || m.onSecurity() {
			say(m.Severity.Label)
		}
	}
	worst := 0
	for n := range ratings {
		if ratings[n].Severity > ratings[worst].Severity {
			worst = n
		}
	}
	return ratings[worst], slices.Concat(ratings[:worst], ratings[worst+1:])
}

func (m impact) onSecurity() bool { return m.Quality == "SECURITY" }
