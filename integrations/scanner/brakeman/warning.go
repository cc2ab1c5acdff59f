package brakeman

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type warning struct {
	Type        string          `json:"warning_type"`
	Code        report.Number   `json:"warning_code"` // since 2.0
	Fingerprint string          `json:"fingerprint"`  // since 2.0; made of the code, not of its line
	Check       string          `json:"check_name"`
	Message     string          `json:"message"`
	File        string          `json:"file"`
	Line        report.Number   `json:"line"`
	Link        string          `json:"link"`
	Snippet     string          `json:"code"`
	Location    location        `json:"location"`
	Confidence  report.Word     `json:"confidence"`
	CWEs        []report.Number `json:"cwe_id"` // since 5.3
}

// location is the part of an application. Which members there are depends on its type.
type location struct {
	Class      string `json:"class"`
	Method     string `json:"method"`
	Template   string `json:"template"`
	Model      string `json:"model"`
	Controller string `json:"controller"`
}

var cve = regexp.MustCompile(`CVE-\d{4}-\d{4,}`)

func (w *warning) finding() *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Code,
		ID:       w.id(),
		Related:  cve.FindAllString(w.Message, -1),
		Title:    report.FirstLine(w.Message),
		URL:      w.Link,
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName, Label: w.Confidence.Label}),
		Location: gate.Location{Path: w.File, Line: w.Line.Int(), Logical: w.Location.name()},
		Anchor:   gate.Anchor{Hash: w.Fingerprint, Snippet: w.Snippet},
	}
	if w.Confidence.Label != nil {
		f.Certainty = certainties[*w.Confidence.Label]
	}
	for _, cwe := range w.CWEs {
		if n := cwe.Int(); n > 0 {
			f.CWEs = append(f.CWEs, n)
		}
	}
	return f
}

// certainties are the words of confidence.
var certainties = map[string]gate.Certainty{"High": gate.HighCertainty, "Medium": gate.MidCertainty, "Weak": gate.LowCertainty}

// id is what Brakeman's SARIF calls the rule. Old reports have the names of checks and types only.
func (w *warning) id() string {
	if code := w.Code.Float; code != nil && *code >= 0 && *code == float64(w.Code.Int()) {
		return fmt.Sprintf("BRAKE%04d", w.Code.Int())
	}
	return cmp.Or(w.Check, w.Type)
}

func (l *location) name() string {
	if l.Class != "" && l.Method != "" {
		return l.Class + "#" + l.Method
	}
	return cmp.Or(l.Class, l.Method, l.Template, l.Model, l.Controller)
}
