package snyk

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// assessment is what Snyk and others hold an issue to be worth.
type assessment struct {
	Severity     report.Word   `json:"severity"`
	WithCritical report.Word   `json:"severityWithCritical"` // Snyk knew no "critical" before
	NVD          report.Word   `json:"nvdSeverity"`
	Vector       string        `json:"CVSSv3"`
	Score        report.Number `json:"cvssScore"`
	Details      []assessor    `json:"cvssDetails"` // of others than Snyk
	Sources      []assessor    `json:"cvssSources"` // of all, in newer reports
}

type assessor struct {
	Name     string        `json:"assigner"`
	Severity report.Word   `json:"severity"`
	Type     string        `json:"type"` // "primary" is what the severity is taken from
	Vector   string        `json:"vector"`
	Score    report.Number `json:"baseScore"`

	// Of cvssDetails.
	OldVector string        `json:"cvssV3Vector"`
	OldScore  report.Number `json:"cvssV3BaseScore"`
}

// ratings gives Snyk's, which is the one that it chose, and those of others.
func (a *assessment) ratings(ofSystem bool) (own gate.Rating, others []gate.Rating) {
	opinion := gate.Opinion{Party: formatName, Label: a.label(), Vector: a.Vector, Score: a.Score.Float}
	primary, borrowed, nvd := false, false, said(a.NVD)
	for _, by := range a.assessors() {
		other := by.opinion()
		switch {
		case other.Party == formatName:
			if !primary && other.Vector != "" {
				opinion.Vector, opinion.Score, primary = other.Vector, other.Score, by.Type == "primary"
			}
			continue
		case other.Party == "nvd":
			nvd = nil
		}
		borrowed = borrowed || other.Vector == a.Vector
		others = append(others, report.Rate(formatName, other))
	}
	if ofSystem && borrowed && opinion.Vector == a.Vector && opinion.Label != nil {
		opinion.Vector, opinion.Score = "", nil
	}
	if nvd != nil {
		others = append(others, report.Rate(formatName, gate.Opinion{Party: "nvd", Label: nvd}))
	}
	return report.Rate(formatName, opinion), others
}

// assessors are those of the newer list, where there is one: it has all of the older.
func (a *assessment) assessors() []assessor {
	if len(a.Sources) > 0 {
		return a.Sources
	}
	return a.Details
}

// label is the graver of the two words.
func (a *assessment) label() *string {
	plain, critical := a.Severity.Label, a.WithCritical.Label
	if plain == nil || critical == nil || *critical == "" {
		if plain == nil {
			return critical
		}
		return plain
	}
	words := report.Words(formatName)
	was, _ := words.Severity(*plain)
	is, _ := words.Severity(*critical)
	if is > was {
		return critical
	}
	return plain
}

// said is nil for a word that is empty: null is how Snyk prints that somebody else has no opinion.
func said(w report.Word) *string {
	if w.Label != nil && *w.Label == "" {
		return nil
	}
	return w.Label
}

func (by *assessor) opinion() gate.Opinion {
	o := gate.Opinion{Party: strings.ReplaceAll(strings.ToLower(by.Name), " ", ""), Label: said(by.Severity), Vector: by.Vector, Score: by.Score.Float}
	if o.Vector == "" {
		o.Vector = by.OldVector
	}
	if o.Score == nil {
		o.Score = by.OldScore.Float
	}
	return o
}
