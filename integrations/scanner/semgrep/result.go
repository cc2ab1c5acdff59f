package semgrep

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type result struct {
	CheckID string `json:"check_id"`
	Path    string `json:"path"`
	Start   struct {
		Line report.Number `json:"line"`
	} `json:"start"`
	Extra struct {
		Message     string      `json:"message"`
		Severity    report.Word `json:"severity"`
		Metadata    metadata    `json:"metadata"`
		Fingerprint string      `json:"fingerprint"`
		Lines       string      `json:"lines"`
		Fix         string      `json:"fix"`
		Ignored     bool        `json:"is_ignored"`
		Validation  string      `json:"validation_state"` // since 1.37, of code too
		Dependency  *dependency `json:"sca_info"`
	} `json:"extra"`
}

// metadata is what the author of a rule wrote: anything, in principle.
type metadata map[string]any

// texts gives the texts of a member that is one or a list of them.
func (m metadata) texts(name string) (texts []string) {
	list, ok := m[name].([]any)
	if !ok {
		list = []any{m[name]}
	}
	for _, value := range list {
		if text, ok := value.(string); ok && text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// text gives the first text of the members that have one.
func (m metadata) text(names ...string) string {
	for _, name := range names {
		if texts := m.texts(name); len(texts) > 0 {
			return texts[0]
		}
	}
	return ""
}

func (r *result) finding(dates *report.Dates) *gate.Finding {
	x := &r.Extra
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      r.kind(),
		ID:        r.CheckID,
		Title:     report.FirstLine(x.Message),
		Remedy:    x.Fix,
		URL:       x.Metadata.text("source", "shortlink", "references"),
		Rating:    report.RateAlways(formatName, gate.Opinion{Party: formatName, Label: x.Severity.Label}),
		CWEs:      report.CWEs(x.Metadata.texts("cwe")...),
		Location:  gate.Location{Path: r.Path, Line: r.Start.Line.Int()},
		Anchor:    gate.Anchor{Hash: told(x.Fingerprint), Snippet: told(x.Lines)},
		Certainty: r.certainty(),
	}
	if x.Ignored {
		f.State, f.Word = gate.Suppressed, &gate.Word{By: "nosemgrep comment", Said: gate.Suppressed}
	}
	switch f.Kind {
	case gate.Secret:
		f.Title, f.Remedy, f.Anchor.Snippet = r.rule(), "", ""
	case gate.Vulnerability:
		x.Dependency.complete(f, x.Metadata, dates)
	}
	return f
}

func (r *result) kind() gate.Kind {
	switch {
	case r.Extra.Dependency != nil:
		return gate.Vulnerability
	case r.Extra.Metadata.text("product") == "secrets":
		return gate.Secret
	}
	return gate.Code
}

// rule is the name of the rule without the folders that it lies in.
func (r *result) rule() string { return r.CheckID[strings.LastIndex(r.CheckID, ".")+1:] }

// told gives a member that those who are not logged in get other words in the place of.
func told(text string) string {
	if text == "requires login" {
		return ""
	}
	return text
}

// confidences are the words of a rule's confidence, validations those of a secret that was tried.
var (
	confidences = map[string]gate.Certainty{"HIGH": gate.HighCertainty, "MEDIUM": gate.MidCertainty, "LOW": gate.LowCertainty}
	validations = map[string]gate.Certainty{"CONFIRMED_VALID": gate.Verified, "CONFIRMED_INVALID": gate.LowCertainty}
)

func (r *result) certainty() gate.Certainty {
	return cmp.Or(validations[r.Extra.Validation], confidences[strings.ToUpper(r.Extra.Metadata.text("confidence"))])
}
