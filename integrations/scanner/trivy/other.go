package trivy

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type misconfiguration struct {
	ID, AVDID     string
	Title         string
	Message       string
	Resolution    string
	Severity      report.Word
	PrimaryURL    string
	Status        string // PASS, FAIL or EXCEPTION
	CauseMetadata struct {
		Resource  string
		StartLine int
		Code      struct{ Lines []struct{ Content string } }
	}
}

func (m *misconfiguration) finding(h head) *gate.Finding {
	if m.Status == "PASS" {
		return nil
	}
	cause := m.CauseMetadata
	f := &gate.Finding{
		Kind:     gate.Misconfiguration,
		ID:       firstNonEmpty(m.ID, m.AVDID),
		Title:    firstNonEmpty(m.Title, report.FirstLine(m.Message)),
		Remedy:   m.Resolution,
		URL:      m.PrimaryURL,
		Rating:   report.RateAlways(formatName, gate.Opinion{Party: "trivy", Label: m.Severity.Label}),
		Location: gate.Location{Path: h.Target, Line: cause.StartLine, Logical: h.resource},
	}
	if m.AVDID != "" && m.AVDID != f.ID {
		f.Related = []string{m.AVDID}
	}
	if f.Location.Logical == "" {
		f.Location.Logical = cause.Resource
	}
	for _, line := range cause.Code.Lines {
		f.Anchor.Snippet += line.Content + "\n"
	}
	if m.Status == "EXCEPTION" {
		f.State, f.Word = gate.Suppressed, &gate.Word{Said: gate.Suppressed, By: "trivy policy exception"}
	}
	return f
}

type secret struct {
	RuleID    string
	Category  string
	Title     string
	Severity  report.Word
	StartLine int
	Layer     layer
}

// finding leaves out Match and Code: they hold the secret, masked or not.
func (s *secret) finding(h head) *gate.Finding {
	return &gate.Finding{
		Kind:     gate.Secret,
		ID:       s.RuleID,
		Title:    s.Title,
		Rating:   report.RateAlways(formatName, gate.Opinion{Party: "trivy", Label: s.Severity.Label}),
		Location: gate.Location{Path: h.Target, Line: s.StartLine, Layer: s.Layer.id(), Logical: h.resource},
	}
}

type license struct {
	Severity report.Word
	Category string
	PkgName  string
	FilePath string
	Name     string
	Link     string
}

func (l *license) finding(h head) *gate.Finding {
	path := l.FilePath
	if path == "" && h.Target != "OS Packages" {
		path = h.Target
	}
	return &gate.Finding{
		Kind:      gate.License,
		ID:        l.Name,
		Title:     strings.TrimSpace(l.Category + " licence " + l.Name),
		URL:       l.Link,
		Rating:    report.RateAlways(formatName, gate.Opinion{Party: "trivy", Label: l.Severity.Label}),
		Component: gate.Component{Name: firstNonEmpty(l.PkgName, path)},
		Location:  gate.Location{Path: path, Logical: h.resource},
	}
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// modified is a finding that an ignore file or a VEX document took out of the lists. Finding has the members
// of its type.
type modified struct {
	Type      string
	Status    string
	Statement string
	Source    string
	Finding   jsontext.Value
}

func (m *modified) finding(h head) (*gate.Finding, error) {
	f, err := m.inner(h)
	if f == nil || err != nil {
		return nil, err
	}
	f.State = modifiedStates[m.Status]
	f.Word = &gate.Word{By: m.Source, Reason: m.Statement, Said: f.State}
	return f, nil
}

// modifiedStates maps the statuses; one that is not listed, "affected" among them, leaves the finding open.
var modifiedStates = map[string]gate.State{
	"ignored":             gate.Suppressed,
	"not_affected":        gate.NotAffected,
	"fixed":               gate.Fixed,
	"under_investigation": gate.UnderInvestigation,
}

func (m *modified) inner(h head) (*gate.Finding, error) {
	if len(m.Finding) == 0 || m.Finding.Kind() == jsontext.KindNull {
		return nil, fmt.Errorf("%w: a modified finding without `Finding`", report.ErrShape)
	}
	switch m.Type {
	case "misconfiguration":
		return decode(m.Finding, func(v *misconfiguration) *gate.Finding { return v.finding(h) })
	case "secret":
		return decode(m.Finding, func(v *secret) *gate.Finding { return v.finding(h) })
	case "license":
		return decode(m.Finding, func(v *license) *gate.Finding { return v.finding(h) })
	}
	return decode(m.Finding, func(v *vulnerability) *gate.Finding { return v.finding(h) })
}

func decode[T any](value jsontext.Value, finding func(*T) *gate.Finding) (*gate.Finding, error) {
	var entry T
	if err := report.Unmarshal(value, &entry); err != nil {
		return nil, err
	}
	return finding(&entry), nil
}
