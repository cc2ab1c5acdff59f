package checkov

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// record is one check of one resource.
type record struct {
	ID     string `json:"check_id"`
	BCID   string `json:"bc_check_id"` // the same check on the platform
	Name   string `json:"check_name"`
	Result struct {
		Comment string `json:"suppress_comment"`
	} `json:"check_result"`
	Code       [][]any         `json:"code_block"` // pairs of a number and a line; null with --compact
	FilePath   string          `json:"file_path"`  // from the folder that was scanned, with a slash before it
	RepoPath   string          `json:"repo_file_path"`
	Lines      []report.Number `json:"file_line_range"`
	Resource   string          `json:"resource"`
	Severity   *string         `json:"severity"` // a name, or null
	Guideline  string          `json:"guideline"`
	Summary    string          `json:"short_description"`
	CWE        texts           `json:"cwe"`
	Details    *details        `json:"vulnerability_details"`
	Validation string          `json:"validation_status"` // of a secret that was tried
}

func (r *record) finding(checkType string, dates *report.Dates) *gate.Finding {
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     r.kind(checkType),
		ID:       r.ID,
		Title:    r.Name,
		URL:      r.Guideline,
		Rating:   r.rate(gate.Opinion{}),
		CWEs:     report.CWEs(r.CWE...),
		Location: gate.Location{Path: r.path(), Line: r.line()},
	}
	if r.BCID != "" && r.BCID != r.ID {
		f.Related = []string{r.BCID}
	}
	switch f.Kind {
	case gate.Secret:
		f.Certainty = certainties[r.Validation]
	case gate.Vulnerability, gate.License:
		r.Details.describe(r, f, dates)
	case gate.Code:
		f.Anchor.Snippet = r.snippet()
	default:
		f.Location.Logical = r.Resource
		if r.Resource == "" {
			f.Anchor.Snippet = r.snippet()
		}
	}
	return f
}

// certainties are the states of a secret that Checkov tried; the others say nothing.
var certainties = map[string]gate.Certainty{"Valid": gate.Verified, "Invalid": gate.LowCertainty}

func (r *record) kind(checkType string) gate.Kind {
	switch {
	case checkType == "secrets", checkType == "" && strings.HasPrefix(r.ID, "CKV_SECRET_"):
		return gate.Secret
	case r.Details != nil && r.Details.ID != "":
		return gate.Vulnerability
	case r.Details != nil && (r.Details.License != "" || r.Details.Policy != ""):
		return gate.License
	case strings.HasPrefix(checkType, "sast"):
		return gate.Code
	}
	return gate.Misconfiguration
}

// rate adds the word to an opinion. Without a key of its platform Checkov prints null or NONE for every check, also where the details of a
// vulnerability know a word: the worse of both words counts.
func (r *record) rate(o gate.Opinion) gate.Rating {
	o.Party, o.Label = formatName, r.Severity
	rating := report.Rate(formatName, o)
	if r.Details == nil || r.Details.Severity == nil || r.Severity != nil && *r.Details.Severity == "" {
		return rating
	}
	o.Label = r.Details.Severity
	if detailed := report.Rate(formatName, o); r.Severity == nil || detailed.Severity > rating.Severity {
		return detailed
	}
	return rating
}

// path is from the folder in which Checkov ran, where the report has that, else from the folder that was scanned.
func (r *record) path() string {
	if r.RepoPath != "" {
		return strings.TrimLeft(r.RepoPath, "/")
	}
	return strings.TrimLeft(r.FilePath, "/")
}

func (r *record) line() int {
	if len(r.Lines) == 0 {
		return 0
	}
	return max(0, r.Lines[0].Int())
}

// snippet is the code without its line numbers: they change when lines above move.
func (r *record) snippet() string {
	var b strings.Builder
	for _, line := range r.Code {
		if len(line) > 1 {
			fmt.Fprint(&b, line[1])
		}
	}
	return b.String()
}

// texts is a text or a list of texts.
type texts []string

// UnmarshalJSONFrom reads both; null is no text.
func (t *texts) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	read := func() error {
		var text report.Word
		err := report.Value(dec, &text)
		if err == nil {
			*t = append(*t, *text.Label)
		}
		return err
	}
	if report.IsList(dec) {
		return report.EachElement(dec, read)
	}
	return read()
}
