package kics

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// query is what a query says of itself.
type query struct {
	ID       string      `json:"query_id"`
	Name     string      `json:"query_name"`
	URL      string      `json:"query_url"`
	Severity report.Word `json:"severity"`
	CWE      report.Word `json:"cwe"` // a number
	Category string      `json:"category"`
}

// file is one place where a query found something.
type file struct {
	Path         string        `json:"file_name"`
	SimilarityID string        `json:"similarity_id"`
	Line         report.Number `json:"line"`
	ResourceType string        `json:"resource_type"`
	ResourceName string        `json:"resource_name"`
	SearchKey    string        `json:"search_key"`
	Expected     string        `json:"expected_value"`
	Remediation  string        `json:"remediation"`
}

func (v *file) finding(q *query) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     q.kind(),
		ID:       cmp.Or(q.ID, q.Name),
		Title:    q.Name,
		URL:      q.URL,
		Rating:   report.Rate(formatName, gate.Opinion{Party: formatName, Label: q.Severity.Label}),
		CWEs:     q.cwes(),
		Location: gate.Location{Path: v.Path, Line: max(0, v.Line.Int()), Logical: v.resource()},
		Anchor:   gate.Anchor{Hash: v.SimilarityID},
	}
	if q.aboutSecrets() { // what is expected, and where, can hold the secret
		return f
	}
	f.Remedy = cmp.Or(v.Remediation, v.Expected)
	f.Location.Logical = cmp.Or(f.Location.Logical, v.SearchKey)
	return f
}

// kind is told by the name: one query of KICS looks for secrets, and prints each of its rules as a query of its own.
func (q *query) kind() gate.Kind {
	if strings.HasPrefix(q.Name, "Passwords And Secrets") {
		return gate.Secret
	}
	return gate.Misconfiguration
}

func (q *query) aboutSecrets() bool {
	return q.kind() == gate.Secret || q.Category == "Secret Management"
}

// cwes reads a number with or without the letters before it.
func (q *query) cwes() []int {
	if q.CWE.Label == nil {
		return nil
	}
	return report.CWEs("CWE-" + strings.TrimPrefix(strings.ToUpper(*q.CWE.Label), "CWE-"))
}

// resource names what the place belongs to; KICS writes "n/a" for what it cannot name.
func (v *file) resource() string {
	if v.ResourceType == "" || v.ResourceName == "" || v.ResourceName == "n/a" {
		return ""
	}
	return v.ResourceType + "." + v.ResourceName
}
