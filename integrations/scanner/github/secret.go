package github

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// secretAlert is an alert of secret scanning.
type secretAlert struct {
	Number     report.Number `json:"number"`
	URL        text          `json:"html_url"`
	CreatedAt  report.Time   `json:"created_at"`
	Type       text          `json:"secret_type"`
	Name       text          `json:"secret_type_display_name"`
	Secret     text          `json:"secret"`
	Validity   text          `json:"validity"`
	Repository repository    `json:"repository"` // in lists of organisations and enterprises
	First      place         `json:"first_location_detected"`

	State      text        `json:"state"`
	Resolution text        `json:"resolution"`
	Comment    text        `json:"resolution_comment"`
	ResolvedBy person      `json:"resolved_by"`
	ResolvedAt report.Time `json:"resolved_at"`
}

// place is where a secret was found first: in a file of a commit or of the wiki, or in something that people wrote on the site.
type place struct {
	Path              text          `json:"path"`
	StartLine         report.Number `json:"start_line"`
	IssueTitle        text          `json:"issue_title_url"`
	IssueBody         text          `json:"issue_body_url"`
	IssueComment      text          `json:"issue_comment_url"`
	DiscussionTitle   text          `json:"discussion_title_url"`
	DiscussionBody    text          `json:"discussion_body_url"`
	DiscussionComment text          `json:"discussion_comment_url"`
	PullTitle         text          `json:"pull_request_title_url"`
	PullBody          text          `json:"pull_request_body_url"`
	PullComment       text          `json:"pull_request_comment_url"`
	PullReview        text          `json:"pull_request_review_url"`
	PullReviewComment text          `json:"pull_request_review_comment_url"`
}

func (p *place) location() gate.Location {
	written := cmp.Or(p.IssueTitle, p.IssueBody, p.IssueComment, p.DiscussionTitle, p.DiscussionBody, p.DiscussionComment,
		p.PullTitle, p.PullBody, p.PullComment, p.PullReview, p.PullReviewComment)
	return gate.Location{Path: string(p.Path), Line: max(p.StartLine.Int(), 0), Logical: string(written)}
}

func parseSecretScanning(d report.Document, emit report.Emit) (gate.Scan, error) {
	x := newExport("github secret scanning", emit)
	err := readPages(x, d, func(a *secretAlert) error {
		x.note(string(a.URL))
		return x.take(a.finding(&x.dates))
	})
	return x.said(), err
}

func (a *secretAlert) finding(dates *report.Dates) *gate.Finding {
	dates.Read("created_at", &a.CreatedAt)
	f := &gate.Finding{
		Tool: "github secret scanning", Kind: gate.Secret, ID: strings.TrimSpace(string(a.Type)),
		Title:     cmp.Or(string(a.Name), string(a.Type)),
		URL:       string(a.URL),
		Rating:    report.Rate(leaksName, gate.Opinion{Party: "github"}),
		Location:  a.First.location(),
		Secret:    a.secret(),
		FirstSeen: a.CreatedAt.Time,
	}
	of := slug(a.Repository.FullName, a.URL)
	f.Anchor.Hash = numbered(a.Number, of, f.Location.Line)
	f.Location.Logical = cmp.Or(f.Location.Logical, string(of))
	if strings.EqualFold(string(a.Validity), "active") {
		f.Certainty = gate.Verified
	}
	where := closing{State: a.State, Reason: a.Resolution, Comment: a.Comment, By: a.ResolvedBy, Closed: a.ResolvedAt}
	if f.State, f.Word = where.state(dates); f.Word != nil {
		f.Word.Reason = without(f.Word.Reason, f.Secret)
	}
	return f
}

// secret is the text that was found, unless it was hidden.
func (a *secretAlert) secret() string {
	if report.Masked(string(a.Secret)) || strings.Trim(string(a.Secret), "*") == "" {
		return ""
	}
	return string(a.Secret)
}
