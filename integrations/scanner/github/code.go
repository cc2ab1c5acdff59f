package github

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// codeAlert is an alert of code scanning.
type codeAlert struct {
	Number    report.Number `json:"number"`
	URL       text          `json:"html_url"`
	CreatedAt report.Time   `json:"created_at"`

	State            text        `json:"state"`
	FixedAt          report.Time `json:"fixed_at"`
	DismissedAt      report.Time `json:"dismissed_at"`
	DismissedBy      person      `json:"dismissed_by"`
	DismissedReason  text        `json:"dismissed_reason"`
	DismissedComment text        `json:"dismissed_comment"`

	Rule struct {
		ID          text        `json:"id"`
		Name        text        `json:"name"`
		Severity    report.Word `json:"severity"`
		Level       text        `json:"security_severity_level"`
		Description text        `json:"description"`
		Tags        []string    `json:"tags"`
		HelpURI     text        `json:"help_uri"`
	} `json:"rule"`
	Tool struct {
		Name text `json:"name"`
	} `json:"tool"`
	Instance struct {
		Message struct {
			Text text `json:"text"`
		} `json:"message"`
		Location struct {
			Path      text          `json:"path"`
			StartLine report.Number `json:"start_line"`
		} `json:"location"`
	} `json:"most_recent_instance"`
	Repository repository `json:"repository"` // in lists of organisations and enterprises
}

type repository struct {
	FullName text `json:"full_name"`
}

func parseCodeScanning(d report.Document, emit report.Emit) (gate.Scan, error) {
	x := newExport("github code scanning", emit)
	err := readPages(x, d, func(a *codeAlert) error {
		x.note(string(a.URL))
		return x.take(a.finding(&x.dates))
	})
	return x.said(), err
}

func (a *codeAlert) finding(dates *report.Dates) *gate.Finding {
	dates.Read("created_at", &a.CreatedAt)
	tool := cmp.Or(string(a.Tool.Name), "code scanning")
	f := &gate.Finding{
		Tool: tool, ID: strings.TrimSpace(cmp.Or(string(a.Rule.ID), string(a.Rule.Name))),
		Title:     report.FirstLine(cmp.Or(string(a.Rule.Description), string(a.Rule.Name))),
		URL:       string(a.URL),
		Rating:    report.Rate(codeScanningName, gate.Opinion{Party: strings.ToLower(tool), Label: a.severity()}),
		CWEs:      report.CWEs(a.Rule.Tags...),
		Location:  gate.Location{Path: string(a.Instance.Location.Path), Line: max(a.Instance.Location.StartLine.Int(), 0)},
		FirstSeen: a.CreatedAt.Time,
	}
	of := slug(a.Repository.FullName, a.URL)
	f.Location.Logical = string(of)
	f.Kind = a.kind()
	if f.Kind.OfComponent() {
		a.fillComponent(f)
	} else {
		f.Anchor.Hash = numbered(a.Number, of, f.Location.Line)
	}
	where := closing{
		State: a.State, Reason: a.DismissedReason, Comment: a.DismissedComment, By: a.DismissedBy, Closed: a.FixedAt, Dismissed: a.DismissedAt,
	}
	f.State, f.Word = where.state(dates)
	return f
}

// severity is the level of a rule for security; of others it is how serious a tool takes them.
func (a *codeAlert) severity() *string {
	if a.Rule.Level != "" {
		level := string(a.Rule.Level)
		return &level
	}
	return a.Rule.Severity.Label
}

// numbered gives an anchor that stays when lines move: GitHub follows an alert by itself, under one number of its repository. An alert without a
// number has nothing better than its line.
func numbered(number report.Number, of text, line int) string {
	switch n := number.Int(); {
	case n > 0:
		return strings.TrimSpace(fmt.Sprintf("alert %d %s", n, of))
	case of != "":
		return fmt.Sprintf("line %d %s", line, of)
	}
	return ""
}
