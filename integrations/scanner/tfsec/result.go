package tfsec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// result is one check of one resource.
type result struct {
	RuleID   string      `json:"rule_id"`
	LongID   string      `json:"long_id"`
	LegacyID string      `json:"legacy_rule_id"`
	Rule     string      `json:"rule_description"`
	Text     string      `json:"description"`
	Remedy   string      `json:"resolution"`
	Links    []string    `json:"links"`
	Link     string      `json:"link"` // "See https://… for more information."
	Severity report.Word `json:"severity"`
	Status   report.Word `json:"status"` // a word; since 1.0 a number
	Passed   bool        `json:"passed"` // before there was a status
	Resource string      `json:"resource"`
	Location struct {
		Filename string        `json:"filename"`
		Line     report.Number `json:"start_line"`
	} `json:"location"`
}

func (r *result) finding() *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Misconfiguration,
		ID:       cmp.Or(r.RuleID, r.LongID, r.LegacyID),
		Title:    report.FirstLine(cmp.Or(r.Text, r.Rule)),
		Remedy:   r.Remedy,
		URL:      r.url(),
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName, Label: r.Severity.Label}),
		Location: gate.Location{Path: r.Location.Filename, Line: max(0, r.Location.Line.Int()), Logical: r.Resource},
	}
	for _, id := range []string{r.LongID, r.LegacyID} {
		if id != "" && id != f.ID && !slices.Contains(f.Related, id) {
			f.Related = append(f.Related, id)
		}
	}
	if r.Resource == "" {
		f.Anchor.Snippet = r.Text
	}
	if r.ignored() {
		f.State, f.Word = gate.Suppressed, &gate.Word{Said: gate.Suppressed, By: "tfsec ignore"}
	}
	return f
}

func (r *result) passed() bool {
	if r.Status.Label == nil {
		return r.Passed
	}
	return *r.Status.Label == "passed" || *r.Status.Label == "1"
}

func (r *result) ignored() bool {
	return r.Status.Label != nil && (*r.Status.Label == "ignored" || *r.Status.Label == "2")
}

// url is the first link. That of old reports stands in a sentence.
func (r *result) url() string {
	for _, link := range r.Links {
		if link != "" {
			return link
		}
	}
	at := strings.Index(r.Link, "http")
	if at < 0 {
		return ""
	}
	address, _, _ := strings.Cut(r.Link[at:], " ")
	return address
}
