package gitleaks

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// entry is a leak with the members of all versions. Names that differ in case only are different names.
type entry struct {
	RuleID      string
	Description string
	StartLine   report.Number
	Secret      string
	File        string
	Commit      string
	Link        string // since 8.24: where the line is to be seen
	Fingerprint string // since 8.11: commit, file, rule and line

	// Of reports of 1 to 7.
	OldRule     string        `json:"rule"`
	OldReason   string        `json:"reason"` // the rule, in reports of 1
	OldLine     report.Number `json:"lineNumber"`
	OldOffender string        `json:"offender"`
	OldFile     string        `json:"file"`
	OldCommit   string        `json:"commit"`
	OldURL      string        `json:"leakURL"`
	OldSeverity string        `json:"severity"` // of reports of 2, empty unless the configuration gives one
}

func (e *entry) finding() *gate.Finding {
	if e.RuleID == "" {
		e.modernise()
	}
	f := &gate.Finding{
		Tool:     formatName,
		Kind:     gate.Secret,
		ID:       e.RuleID,
		Title:    report.FirstLine(e.Description),
		URL:      e.Link,
		Rating:   report.Rate(formatName, e.opinion()),
		Location: gate.Location{Path: e.File, Line: e.StartLine.Int()},
		Secret:   plain(e.Secret),
	}
	if e.Commit != "" { // a line of a commit never moves
		f.Anchor.Hash = cmp.Or(e.Fingerprint, fmt.Sprintf("%s:%s:%s:%d", e.Commit, e.File, e.RuleID, f.Location.Line))
	}
	return f
}

// modernise fills the members of today from those of reports of 1 to 7. Their rules have a name only.
func (e *entry) modernise() {
	e.RuleID = cmp.Or(e.OldRule, e.OldReason)
	e.Description = cmp.Or(e.Description, e.RuleID)
	e.File, e.Commit, e.Link = cmp.Or(e.File, e.OldFile), cmp.Or(e.Commit, e.OldCommit), cmp.Or(e.Link, e.OldURL)
	e.Secret = cmp.Or(e.Secret, e.OldOffender)
	if e.StartLine.Float == nil {
		e.StartLine = e.OldLine
	}
}

func (e *entry) opinion() gate.Opinion {
	opinion := gate.Opinion{Party: formatName}
	if e.OldSeverity != "" {
		opinion.Label = &e.OldSeverity
	}
	return opinion
}

// plain gives the text of a secret, or nothing where the report holds something else in its place: what --redact leaves of it, whole or in
// part, or, for a rule that goes by the name of a file, that name.
func plain(secret string) string {
	switch {
	case secret == "REDACTED", strings.HasSuffix(secret, "..."):
		return ""
	case strings.HasPrefix(secret, "Filename/path offender: "), strings.HasPrefix(secret, "Filename or path offender: "):
		return ""
	}
	return secret
}
