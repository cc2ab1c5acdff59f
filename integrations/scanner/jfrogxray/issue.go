package jfrogxray

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// jfrog is who rates.
const jfrog = "jfrog"

// issue is a vulnerability of one package, whatever the form that it was read from.
type issue struct {
	ID         string // of Xray
	Summary    string
	Remedy     string
	References []string
	Severity   report.Word
	Others     []gate.Opinion
	CVEs       []cve
	Component  gate.Component
	Location   gate.Location
	Scanned    string // the component that the scan was of
	Published  time.Time
	Applicable string // what contextual analysis says of the package
}

// cve is what is known of one CVE. It has no name where Xray knows a score and no more.
type cve struct {
	Name       string        `json:"cve"`
	V4Vector   string        `json:"cvss_v4_vector"`
	V4Score    report.Number `json:"cvss_v4_score"`
	V3Vector   string        `json:"cvss_v3_vector"`
	V3Score    report.Number `json:"cvss_v3_score"`
	V2Vector   string        `json:"cvss_v2_vector"`
	V2Score    report.Number `json:"cvss_v2_score"`
	CWEs       []string      `json:"cwe"`
	Applicable string        // what contextual analysis says of it
}

// component is the package. Where there is none, what stands for it is the place: else all such issues were of one component.
func (i *issue) component() gate.Component {
	c := i.Component
	c.Name = cmp.Or(c.Name, i.Location.Path, i.Scanned)
	return c
}

// take makes a finding of each CVE.
func (p *parser) take(i *issue) error {
	if len(i.CVEs) == 0 {
		return p.emitted(i.finding(&cve{}))
	}
	for n := range i.CVEs {
		if err := p.emitted(i.finding(&i.CVEs[n])); err != nil {
			return err
		}
	}
	return nil
}

func (i *issue) finding(c *cve) *gate.Finding {
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Vulnerability,
		ID:        cmp.Or(i.ID, c.Name),
		Title:     report.FirstLine(i.Summary),
		Remedy:    report.FirstLine(i.Remedy),
		URL:       firstOf(i.References),
		Rating:    report.Rate(formatName, c.opinion(i.Severity.Label)),
		CWEs:      report.CWEs(c.CWEs...),
		Component: i.component(),
		Location:  i.Location,
		Published: i.Published,
	}
	if c.Name != f.ID && c.Name != "" {
		f.Aliases = []string{c.Name}
	}
	for _, other := range i.Others {
		f.Ratings = append(f.Ratings, report.Rate(formatName, other))
	}
	if notApplicable(cmp.Or(c.Applicable, i.Applicable)) {
		f.State = gate.NotAffected
		f.Word = &gate.Word{By: "JFrog contextual analysis", Reason: "not applicable", Said: gate.NotAffected}
	}
	return f
}

// notApplicable takes one word, in both of its spellings. All others leave the finding open.
func notApplicable(word string) bool {
	return strings.EqualFold(strings.ReplaceAll(word, "_", " "), "not applicable")
}

// opinion is Xray's word with the vector that it is taken from.
func (c *cve) opinion(label *string) gate.Opinion {
	o := gate.Opinion{Party: jfrog, Label: label}
	switch {
	case says(c.V3Vector, c.V3Score):
		o.Vector, o.Score = c.V3Vector, c.V3Score.Float
	case says(c.V4Vector, c.V4Score):
		o.Vector, o.Score = c.V4Vector, c.V4Score.Float
	case says(c.V2Vector, c.V2Score):
		o.Vector, o.Score = strings.TrimPrefix(c.V2Vector, "CVSS:2.0/"), c.V2Score.Float
	}
	return o
}

// says reports whether there is anything: a score of 0 without vector is none.
func says(vector string, score report.Number) bool {
	return vector != "" || score.Float != nil && *score.Float != 0
}

// opinions lists what others say, as far as they say something.
func opinions(words ...struct{ party, word string }) (list []gate.Opinion) {
	for _, w := range words {
		if w.party != "" && w.word != "" {
			list = append(list, gate.Opinion{Party: strings.ReplaceAll(strings.ToLower(w.party), " ", ""), Label: &w.word})
		}
	}
	return list
}

// licence is a licence that a rule of the user denies to a package.
func (i *issue) licence(key string) *gate.Finding {
	return &gate.Finding{
		Tool:      formatName,
		Kind:      gate.License,
		ID:        key,
		Title:     report.FirstLine(i.Summary),
		URL:       firstOf(i.References),
		Rating:    report.Rate(formatName, gate.Opinion{Party: jfrog, Label: i.Severity.Label}),
		Component: i.component(),
		Location:  i.Location,
	}
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// fixes takes the brackets off ranges of one version: "[1.2.3]".
func fixes(ranges []string) []string {
	versions := slices.Clone(ranges)
	for n, version := range versions {
		if one, ok := strings.CutPrefix(version, "["); ok && strings.HasSuffix(one, "]") && !strings.Contains(one, ",") {
			versions[n] = strings.TrimSuffix(one, "]")
		}
	}
	return versions
}
