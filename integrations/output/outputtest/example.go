// Package outputtest holds the reports that every form of output is tested with: an example that has one of everything, the same written by somebody
// hostile, and one that is too long.
package outputtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// Now is the clock of the example.
var Now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const threshold = "severity/threshold"

// Judged is a vulnerability of a package, as changed.
func Judged(id string, severity gate.Severity, change func(*gate.Judged)) gate.Judged {
	finding := gate.Finding{Kind: gate.Vulnerability, ID: id, Component: gate.Component{PURL: "pkg:deb/debian/openssl@1.1.1k", Name: "openssl"}}
	identity := gate.NewFingerprinter(nil).Identify(&finding)
	j := gate.Judged{Defect: &gate.Defect{
		ID: id, Fingerprints: identity.Fingerprints, Kind: gate.Vulnerability, Severity: severity, Title: "Title of " + id, Remedy: "upgrade openssl",
		URL:         "https://advisories.example/" + id,
		Component:   gate.Component{PURL: identity.PURL, Name: "openssl", Version: "1.1.1k", Fixed: []string{"1.1.1n"}},
		Occurrences: []*gate.Occurrence{{Version: "1.1.1k", Location: gate.Location{Path: "usr/lib/libssl.so"}}},
		Clocks:      gate.Clocks{FirstSeen: Now.Add(-72 * time.Hour)}, Tools: []string{"trivy"}, Sources: []string{"trivy.json"},
	}}
	j.Due = Now.Add(12 * 24 * time.Hour)
	change(&j)
	return j
}

// Denied gives a denial to a defect.
func Denied(message string) func(*gate.Judged) {
	return func(j *gate.Judged) {
		j.Violations = []gate.Violation{{Rule: threshold, Level: gate.Deny, Message: message}}
	}
}

// Code is a weakness at a line of a file.
func Code(id, path string, line int, severity gate.Severity) gate.Judged {
	finding := gate.Finding{Kind: gate.Code, ID: id, Location: gate.Location{Path: path, Line: line}}
	identity := gate.NewFingerprinter(nil).Identify(&finding)
	return gate.Judged{
		Defect: &gate.Defect{
			ID: id, Fingerprints: identity.Fingerprints, Kind: gate.Code, Severity: severity, CWEs: []int{89}, Title: "Query built from input",
			Remedy: "bind the value", Occurrences: []*gate.Occurrence{{Location: gate.Location{Path: path, Line: line}}},
			Ratings: []gate.Rating{{Party: "semgrep", Label: "ERROR", Score: 5.3, Severity: severity, Chosen: true, Note: "rated by its rule", Wins: true}},
			Clocks:  gate.Clocks{FirstSeen: Now.Add(-24 * time.Hour)}, Tools: []string{"semgrep"}, Sources: []string{"semgrep.json"},
		},
		Judgement: gate.Judgement{Violations: []gate.Violation{
			{Rule: threshold, Level: gate.Warn, Message: "medium weakness", Remedy: "bind it", Preexisting: true}}},
	}
}

// Example has one of everything that a report can show. It fails.
func Example() *gate.Report {
	r := &gate.Report{Decision: decision()}
	e := &r.Decision.Evaluation
	e.Violations = []gate.Violation{
		{Rule: "budget/count", Level: gate.Warn, Message: "open defects of severity high: 3, at most 1 allowed"},
		{Rule: "scan/coverage", Level: gate.Deny, Message: "no secret scan", Remedy: "run gitleaks"},
		{Rule: "scan/coverage", Level: gate.Deny, Message: "no licence scan", Exception: "dgx_2"},
	}
	e.Exceptions, e.Findings = exceptions(), findings()
	e.Summary = gate.Summary{Defects: 10, Open: 8, Denied: 2, Warned: 1, Accepted: 1, Dismissed: 1, Overridden: 1,
		Closed: map[gate.State]int{gate.Suppressed: 1, gate.NotAffected: 1}}
	r.Ways = []gate.Way{
		{Defect: "CVE-2026-0001", Fingerprint: e.Findings[0].Fingerprints[0], Comment: true, Fields: []string{"control: …"},
			Line: "/defectgate accept CVE-2026-0001 in pkg:deb/debian/openssl at 0123456789ab until 2026-12-01 because …"},
		{Defect: "CVE-2026-0002", Fingerprint: e.Findings[1].Fingerprints[0], Comment: true,
			Line: "/defectgate accept CVE-2026-0002 in pkg:deb/debian/openssl at 0123456789ab until 2026-12-31 because …"}}
	r.MoreWays = 3
	r.Changes = &gate.Changes{Since: strings.Repeat("cd", 32), At: Now.Add(-24 * time.Hour), Verdict: gate.Pass, Opened: []string{"CVE-2026-0001"},
		Fixed: []string{"CVE-2025-0009"}, Others: []string{"the policy is another one"}}
	r.Forecast = &gate.Forecast{Fails: Now, Coming: coming(e)}
	return r
}

func decision() gate.Decision {
	return gate.Decision{
		Schema: gate.DecisionSchema, ID: strings.Repeat("ab", 32), Verdict: gate.Fail, Mode: gate.Enforce, ExitCode: 1,
		Clock: gate.Clock{Now: Now, Source: "system"}, History: gate.History{Record: "file"}, Signer: strings.Repeat("ef", 32),
		Artifact: gate.Artifact{Project: "4711", Component: "shop", Environment: "production", Ref: "main", Subject: gate.Subject{
			Name: "registry.example/shop", Repository: "github.com/acme/shop", Commit: strings.Repeat("0123456789", 4)}},
		Baseline: &gate.Baseline{From: "report", Name: "base.json", New: 4, Preexisting: 1},
		Evaluator: gate.Evaluator{Name: "defectgate", Version: "1.2.3", Rules: []gate.RuleInfo{
			{ID: "budget/count", Title: "Defect budget", Remedy: "mend some of them"},
			{ID: "scan/coverage", Title: "Every kind of scan"},
			{ID: threshold, Title: "Severity threshold", Remedy: "upgrade"},
			{ID: "threat/exploited", Title: "Exploited"},
		}},
		Inputs: []gate.Evidence{
			{Kind: gate.ReportKind, Source: "semgrep.json", Status: gate.OK, Scan: gate.Scan{Tool: gate.Tool{Name: "semgrep", Version: "1.96"}, Read: 1}},
			{Kind: gate.ReportKind, Source: "trivy.json", Status: gate.OK, Required: true, Scan: gate.Scan{
				Tool: gate.Tool{Name: "trivy", Version: "0.57"}, Read: 7, Suppressed: 1, Dropped: map[string]int{"passed check": 3}}},
			{Kind: gate.FeedKind, Source: "kev", Status: gate.Stale, Problem: "the feed is of 2026-09-01", Hint: "fetch it again:\n  defectgate feed"}},
		Warnings: []string{"trivy.json: the report does not say when it was made"},
	}
}

func exceptions() []gate.ExceptionUse {
	use := func(e gate.Exception) gate.ExceptionUse {
		return gate.ExceptionUse{Exception: &e, InScope: true, Named: 1, Covered: 1}
	}
	return []gate.ExceptionUse{
		use(gate.Exception{ID: "EX-1", Kind: gate.AcceptedRisk, Approver: "alice", Reason: "not reachable", Until: Now.Add(48 * time.Hour),
			Controls: []string{"WAF rule 4711"}, Ticket: "SEC-12"}),
		use(gate.Exception{ID: "dgx_1", Kind: gate.NoDefect, Approver: "bob", Reason: "test data", Until: Now.Add(800 * time.Hour)}),
		use(gate.Exception{ID: "dgx_2", Kind: gate.Overriding, Approver: "carol", Reason: "hotfix", Until: Now.Add(6 * time.Hour), Ticket: "INC-7"}),
		use(gate.Exception{ID: "EX-2", Kind: gate.AcceptedRisk, Approver: "dave", Reason: "later", Until: Now.Add(-12 * time.Hour)})}
}

// covered gives a defect an exception.
func covered(id string, kind gate.SignOffKind) func(*gate.Judged) {
	return func(j *gate.Judged) {
		j.Violations = []gate.Violation{{Rule: threshold, Level: gate.Deny, Message: j.Severity.String() + " vulnerability", Exception: id}}
		j.Exceptions = []gate.Ruling{{Exception: id, Kind: kind, Applies: true, Covers: true}}
	}
}

// closed puts a defect into a state that is not open.
func closed(state gate.State, word gate.Word) func(*gate.Judged) {
	return func(j *gate.Judged) {
		j.State = state
		j.Occurrences[0].State, j.Occurrences[0].Word = state, &word
	}
}

func findings() []gate.Judged {
	return []gate.Judged{
		Judged("CVE-2026-0001", gate.Critical, func(j *gate.Judged) {
			Denied("critical vulnerability")(j)
			j.Aliases, j.CWEs = []string{"GHSA-aaaa-bbbb-cccc"}, []int{79, 1104}
			j.Ratings = []gate.Rating{{Party: "nvd", CVSS: "3.1", Score: 9.8, Severity: gate.Critical, Wins: true}}
			j.Occurrences = append(j.Occurrences, &gate.Occurrence{Version: "1.1.1k", Location: gate.Location{Path: "usr/lib/libcrypto.so"}})
		}),
		Judged("CVE-2026-0002", gate.High, Denied("high vulnerability")),
		Judged("CVE-2026-0003", gate.Critical, covered("EX-1", gate.AcceptedRisk)),
		Judged("CVE-2026-0004", gate.High, func(j *gate.Judged) {
			j.Exceptions = []gate.Ruling{{Exception: "EX-2", Refusals: []string{"it ended on 2026-10-31"}}}
		}),
		Judged("CVE-2026-0005", gate.Low, closed(gate.Suppressed, gate.Word{By: ".trivyignore"})),
		Judged("CVE-2026-0006", gate.High, closed(gate.NotAffected, gate.Word{By: "Acme", Reason: "vulnerable code not in execute path"})),
		Judged("CVE-2026-0007", gate.Medium, covered("dgx_1", gate.NoDefect)),
		Judged("CVE-2026-0008", gate.High, covered("dgx_2", gate.Overriding)),
		Code("go.sql-injection", "internal/db/query.go", 42, gate.Medium),
		Judged("CVE-2026-0010", gate.Low, func(j *gate.Judged) {
			j.Occurrences[0].Location, j.Component.Fixed, j.Due = gate.Location{Logical: "layer 3"}, nil, time.Time{}
		}),
	}
}

func coming(e *gate.Evaluation) []gate.Coming {
	return []gate.Coming{
		{At: Now.Add(6 * time.Hour), Kind: gate.LosesException, Exception: "dgx_2"},
		{At: Now.Add(48 * time.Hour), Kind: gate.LosesException, Exception: "EX-1", Defect: &e.Findings[2], Level: gate.Deny},
		{At: Now.Add(12*24*time.Hour + 1), Kind: gate.BecomesOverdue, Defect: &e.Findings[0], Level: gate.Deny},
		{At: Now.Add(12*24*time.Hour + 1), Kind: gate.BecomesOverdue, Defect: &e.Findings[3], Level: gate.Warn},
	}
}

// Many is the example with so many denied defects more, each with long texts, a way to sign it off, and something that happens to it.
func Many(n int, text string) *gate.Report {
	r := Example()
	e := &r.Decision.Evaluation
	e.Findings = append(make([]gate.Judged, 0, n+len(e.Findings)), e.Findings...)
	for i := range n {
		e.Findings = append(e.Findings, Judged(fmt.Sprintf("CVE-2027-%05d", i), gate.Severities()[i%4], func(j *gate.Judged) {
			Denied(text)(j)
			j.Title, j.Remedy, j.Component.Name = text, text, fmt.Sprint(text, i)
		}))
		j := &e.Findings[len(e.Findings)-1]
		r.Ways = append(r.Ways, gate.Way{Defect: j.ID, Comment: true, Line: "/defectgate accept " + j.ID + " because …"})
		r.Forecast.Coming = append(r.Forecast.Coming, gate.Coming{At: Now.Add(13 * 24 * time.Hour), Kind: gate.BecomesOverdue, Defect: j, Level: gate.Deny})
	}
	e.Summary.Denied += n
	return r
}
