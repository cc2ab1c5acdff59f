package githubtest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// CodeAlert is an alert of code scanning.
type CodeAlert struct {
	Number           int
	State            string // open, dismissed or fixed
	RuleID           string
	RuleName         string
	Severity         string // none, note, warning or error
	SecuritySeverity string // low, medium, high or critical; "" for none
	Tags             []string
	Tool             string
	Message          string
	Path             string
	Line             int
	Refs             []string // refs/heads/NAME, refs/pull/N/merge: where it is; none for the default branch
	CommitSHA        string
	Created          time.Time
	DismissedBy      *User
	DismissedReason  string
	More             map[string]any // members of the JSON that take the place of what is made of the above

	repository *Repository
}

// Analysis is one upload of results of code scanning.
type Analysis struct {
	ID        int64
	Ref       string
	CommitSHA string
	Tool      string
	Category  string
	Results   int
	Error     string
	Warning   string
	Created   time.Time

	repository *Repository
}

// AddCodeAlert adds an alert; what is not set is made up.
func (r *Repository) AddCodeAlert(a CodeAlert) *CodeAlert {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Number, a.repository = len(r.CodeAlerts)+1, r
	a.State, a.Severity, a.Tool = cmp.Or(a.State, "open"), cmp.Or(a.Severity, "warning"), cmp.Or(a.Tool, "CodeQL")
	a.RuleID = cmp.Or(a.RuleID, "go/sql-injection")
	a.RuleName, a.Message, a.Path, a.Line = cmp.Or(a.RuleName, a.RuleID), cmp.Or(a.Message, a.RuleID), cmp.Or(a.Path, "main.go"), cmp.Or(a.Line, 1)
	if a.Refs == nil {
		a.Refs = []string{"refs/heads/" + r.DefaultBranch}
	}
	a.CommitSHA = cmp.Or(a.CommitSHA, r.refs[a.Refs[0]])
	if a.Created.IsZero() {
		a.Created = s.clock()
	}
	r.CodeAlerts = append(r.CodeAlerts, &a)
	return &a
}

// AddAnalysis adds an analysis; what is not set is made up.
func (r *Repository) AddAnalysis(a Analysis) *Analysis {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	a.ID, a.repository = s.id(), r
	a.Ref, a.Tool = cmp.Or(a.Ref, "refs/heads/"+r.DefaultBranch), cmp.Or(a.Tool, "CodeQL")
	a.CommitSHA = cmp.Or(a.CommitSHA, r.refs[a.Ref])
	if a.Created.IsZero() {
		a.Created = s.clock()
	}
	r.Analyses = append(r.Analyses, &a)
	return &a
}

// fullRef is a reference that may be given as the name of a branch.
func fullRef(ref string) string {
	switch {
	case ref == "" || strings.HasPrefix(ref, "refs/"):
		return ref
	case strings.HasPrefix(ref, "heads/"), strings.HasPrefix(ref, "pull/"):
		return "refs/" + ref
	}
	return "refs/heads/" + ref
}

// codeScanning refuses what a repository without code scanning cannot tell.
func (c *call) codeScanning() (answer, bool) {
	switch {
	case c.repository.Off["code-scanning"]:
		return refused(http.StatusForbidden, "Code Security must be enabled for this repository to use code scanning."), true
	case len(c.repository.Analyses)+len(c.repository.CodeAlerts) == 0:
		return refused(http.StatusNotFound, "no analysis found"), true
	}
	return answer{}, false
}

func listCodeAlerts(c *call) answer {
	if a, stop := c.codeScanning(); stop {
		return a
	}
	ref := cmp.Or(fullRef(c.value("ref")), "refs/heads/"+c.repository.DefaultBranch)
	state, tool := c.value("state"), c.value("tool_name")
	all := slices.DeleteFunc(slices.Clone(c.repository.CodeAlerts), func(a *CodeAlert) bool {
		return !slices.Contains(a.Refs, ref) || state != "" && state != a.State && (state != "closed" || a.State == "open") || tool != "" && tool != a.Tool
	})
	c.value("sort") // nothing changes an alert, so both orders are the same
	order(c, all, "desc", func(a *CodeAlert) int64 { return int64(a.Number) })
	return list(c, all, func(a *CodeAlert) object { return a.shape(ref) })
}

func (a *CodeAlert) shape(ref string) object {
	r := a.repository
	at := r.at("/code-scanning/alerts/%d", a.Number)
	fixed, dismissed := any(nil), any(nil)
	if a.State == "fixed" {
		fixed = stamp(a.Created)
	}
	if a.State == "dismissed" {
		dismissed = stamp(a.Created)
	}
	all := object{
		"number": a.Number, "state": a.State, "url": at, "html_url": r.page("/security/code-scanning/%d", a.Number), "instances_url": at + "/instances",
		"created_at": stamp(a.Created), "updated_at": stamp(a.Created), "fixed_at": fixed, "dismissed_at": dismissed,
		"dismissed_by": r.server.briefOrNull(a.DismissedBy), "dismissed_reason": orNull(a.DismissedReason), "dismissed_comment": nil,
		"rule": object{"id": a.RuleID, "name": a.RuleName, "description": a.RuleName, "severity": a.Severity,
			"security_severity_level": orNull(a.SecuritySeverity), "tags": texts(a.Tags)},
		"tool": object{"name": a.Tool, "version": nil, "guid": nil},
		"most_recent_instance": object{
			"ref": ref, "analysis_key": ".github/workflows/scan.yml:scan", "environment": "{}", "category": ".github/workflows/scan.yml:scan",
			"state": a.State, "commit_sha": a.CommitSHA, "message": object{"text": a.Message}, "classifications": []any{},
			"location": object{"path": a.Path, "start_line": a.Line, "end_line": a.Line, "start_column": 1, "end_column": 2},
		},
	}
	maps.Copy(all, a.More)
	return all
}

// texts is never nil, which would be no list in JSON.
func texts(some []string) []string { return append([]string{}, some...) }

func listAnalyses(c *call) answer {
	if a, stop := c.codeScanning(); stop {
		return a
	}
	ref, tool := fullRef(c.value("ref")), c.value("tool_name")
	all := slices.DeleteFunc(slices.Clone(c.repository.Analyses), func(a *Analysis) bool {
		return ref != "" && ref != a.Ref || tool != "" && tool != a.Tool
	})
	c.value("sort")
	order(c, all, "desc", func(a *Analysis) int64 { return a.ID })
	return list(c, all, (*Analysis).shape)
}

func (a *Analysis) shape() object {
	return object{
		"id": a.ID, "ref": a.Ref, "commit_sha": a.CommitSHA, "analysis_key": ".github/workflows/scan.yml:scan", "environment": "{}",
		"category": a.Category, "error": a.Error, "warning": a.Warning, "created_at": stamp(a.Created), "results_count": a.Results, "rules_count": 1,
		"url": a.repository.at("/code-scanning/analyses/%d", a.ID), "sarif_id": nodeID("SARIF", a.ID), "deletable": true,
		"tool": object{"name": a.Tool, "version": nil, "guid": nil},
	}
}
