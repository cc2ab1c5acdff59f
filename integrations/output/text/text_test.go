package text_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output/text"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func judged(id string, severity gate.Severity, change func(*gate.Judged)) gate.Judged {
	j := gate.Judged{Defect: &gate.Defect{
		ID: id, Kind: gate.Vulnerability, Severity: severity, Title: "Title of " + id, Remedy: "upgrade openssl",
		Component:   gate.Component{PURL: "pkg:deb/debian/openssl", Name: "openssl", Version: "1.1.1k", Fixed: []string{"1.1.1n"}},
		Occurrences: []*gate.Occurrence{{Version: "1.1.1k", Location: gate.Location{Path: "usr/lib/libssl.so"}}},
		Clocks:      gate.Clocks{FirstSeen: now.Add(-72 * time.Hour)}, Tools: []string{"trivy"}, Sources: []string{"trivy.json"},
	}}
	j.Due = now.Add(12 * 24 * time.Hour)
	change(&j)
	return j
}

func denied(message string) func(*gate.Judged) {
	return func(j *gate.Judged) {
		j.Violations = []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: message}}
	}
}

// example has one of everything that a report can show.
func example() *gate.Report {
	r := &gate.Report{Decision: gate.Decision{
		ID: strings.Repeat("ab", 32), Verdict: gate.Fail, Mode: gate.Enforce, Clock: gate.Clock{Now: now},
		Artifact: gate.Artifact{Environment: "production", Subject: gate.Subject{Name: "registry.example/shop"}},
		Evaluator: gate.Evaluator{Rules: []gate.RuleInfo{
			{ID: "budget/count", Title: "Defect budget", Remedy: "mend some of them"},
			{ID: "severity/threshold", Title: "Severity threshold", Remedy: "upgrade"},
		}},
		Inputs: []gate.Evidence{{Kind: gate.ReportKind, Source: "trivy.json", Status: gate.OK, Required: true, Scan: gate.Scan{
			Tool: gate.Tool{Name: "trivy", Version: "0.57"}, Read: 4, Suppressed: 1, Dropped: map[string]int{"passed check": 3}}}},
		Warnings: []string{"trivy.json: the report does not say when it was made"},
	}}
	e := &r.Decision.Evaluation
	e.Violations = []gate.Violation{{Rule: "budget/count", Level: gate.Warn, Message: "open defects of severity high: 3, at most 1 allowed"}}
	e.Exceptions = []gate.ExceptionUse{{Exception: &gate.Exception{
		ID: "EX-1", Approver: "alice", Reason: "not reachable", Until: now.Add(48 * time.Hour), Controls: []string{"WAF rule 4711"}}}}
	e.Findings = []gate.Judged{
		judged("CVE-2026-0001", gate.Critical, denied("critical vulnerability")),
		judged("CVE-2026-0002", gate.High, denied("high vulnerability")),
		judged("CVE-2026-0003", gate.Critical, func(j *gate.Judged) {
			j.Violations = []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: "critical vulnerability", Exception: "EX-1"}}
			j.Exceptions = []gate.Ruling{{Exception: "EX-1", Kind: gate.AcceptedRisk, Applies: true, Covers: true}}
		}),
		judged("CVE-2026-0004", gate.High, func(j *gate.Judged) {
			j.Exceptions = []gate.Ruling{{Exception: "EX-2", Refusals: []string{"it ended on 2026-10-31"}}}
		}),
		judged("CVE-2026-0005", gate.Low, func(j *gate.Judged) {
			j.State = gate.Suppressed
			j.Occurrences[0].State, j.Occurrences[0].Word = gate.Suppressed, &gate.Word{By: ".trivyignore"}
		}),
	}
	e.Summary = gate.Summary{Defects: 5, Open: 4, Denied: 2, Accepted: 1, Closed: map[gate.State]int{gate.Suppressed: 1}}
	return r
}

func TestTextIsWhatAPersonWantsToRead(t *testing.T) {
	for name, o := range map[string]text.Options{
		"plain": {}, "narrow": {Width: 60}, "colour": {Colour: true}, "quiet": {Quiet: true},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, text.Write(&out, example(), o))
			golden.File(t, filepath.Join("testdata", name+".txt"), out.String())
		})
	}
}

func TestAnErrorSaysWhyAndWhatToDo(t *testing.T) {
	r := example()
	r.Decision.Verdict = gate.Error
	r.Decision.Problems = []string{`source "grype.json" is missing: no such file`}
	r.Decision.Inputs = append(r.Decision.Inputs,
		gate.Evidence{Kind: gate.ReportKind, Source: "grype.json", Status: gate.Missing, Required: true, Hint: "scan first:\n  grype -o json"})
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	golden.File(t, filepath.Join("testdata", "error.txt"), out.String())
}

// What a violation says of an exception is not said again below; every other reason is.
func TestARefusalIsSaidOnce(t *testing.T) {
	r := example()
	j := &r.Decision.Evaluation.Findings[3]
	j.Violations = []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: "exception EX-2 does not hold: it ended on 2026-10-31"}}
	j.Exceptions = append(j.Exceptions, gate.Ruling{Exception: "EX-3", Refusals: []string{"it is for branch \"main\""}})
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	require.Equal(t, 1, strings.Count(out.String(), "it ended on 2026-10-31"))
	require.Contains(t, out.String(), "EX-3 for CVE-2026-0004: it is for branch")
	require.NotContains(t, out.String(), "EX-2 for")
}

// A failure by rules about the artifact alone has its reason in the headline.
func TestTheHeadlineCountsTheArtifact(t *testing.T) {
	r := example()
	e := &r.Decision.Evaluation
	e.Violations[0].Level = gate.Deny
	e.Summary.Denied, e.Summary.Warned = 0, 1
	require.Equal(t, "1 denial of the artifact · 1 defect to look at · 1 accepted risk · 1 suppressed", headline(t, r))
	e.Violations = []gate.Violation{{Level: gate.Warn}, {Level: gate.Warn}}
	e.Summary = gate.Summary{}
	require.Equal(t, "2 warnings about the artifact", headline(t, r))
}

func headline(t *testing.T, r *gate.Report) string {
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{Quiet: true}))
	return strings.Split(out.String(), "\n")[1]
}

// A severity that was not understood is explained on one line; a rating that decided nothing is not.
func TestADoubtfulRatingIsExplained(t *testing.T) {
	r := example()
	j := &r.Decision.Evaluation.Findings[0]
	j.Ratings = []gate.Rating{
		{Party: "nvd", Severity: gate.Critical, Note: "not of a scanner"},
		{Party: "trivy", Severity: gate.Low, Chosen: true, Note: "lower than what decides"},
		{Party: "trivy", Severity: gate.Critical, Chosen: true, Note: "\"SPICY\" is no known severity word: counts as critical" + strings.Repeat(" x", 100)},
	}
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{Width: 60}))
	require.Contains(t, out.String(), "\n                rated by trivy: \"SPICY\" is no known severit…\n")
	require.NotContains(t, out.String(), " x x x x x x x x")
	require.NotContains(t, out.String(), "not of a scanner")
	require.NotContains(t, out.String(), "lower than")
}

func TestAComponentHasAName(t *testing.T) {
	for want, c := range map[string]gate.Component{
		"":                 {},
		"openssl 1.0":      {Name: "openssl", Version: "1.0", PURL: "pkg:apk/alpine/libssl@1.1"},
		"openssl":          {Name: "openssl"},
		"@acme/cart 1.2.3": {PURL: "pkg:npm/%40acme/cart@1.2.3?arch=x"},
		"org.acme/cart 2":  {PURL: "pkg:maven/org.acme/cart", Version: "2"},
		"cart":             {PURL: "pkg:npm/cart"},
		"acme:cart 1":      {PURL: "acme:cart", Version: "1"},
	} {
		require.Equal(t, want, text.Component(c))
	}
}

func TestTenOfEachRuleThenACount(t *testing.T) {
	r := example()
	for range 20 {
		r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, judged("CVE-2026-0009", gate.Low, denied("a low one")))
	}
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	require.Contains(t, out.String(), "… and 12 more (--verbose lists all)")
	require.Equal(t, 8, strings.Count(out.String(), "a low one"))
	out.Reset()
	require.NoError(t, text.Write(&out, r, text.Options{Verbose: true}))
	require.Equal(t, 20, strings.Count(out.String(), "a low one"))
}

// hostile is a text as the author of a report may write it to reach the terminal, the runner or the reader.
const hostile = "::set-output name=verdict::pass\r\n::add-mask::x\x1b[2J\x1b]0;title\x07 ##[error]\u202egnp.exe\u0085 <script>|\u009b31m ::error::no"

func TestHostileTextStaysText(t *testing.T) {
	r := example()
	for i := range r.Decision.Evaluation.Findings {
		j := &r.Decision.Evaluation.Findings[i]
		j.ID, j.Title, j.Component.Name, j.Component.Version, j.Component.Fixed = hostile, hostile, hostile, hostile, []string{hostile}
		j.Occurrences[0].Path, j.Tools = hostile, []string{hostile}
		j.Ratings = []gate.Rating{{Party: hostile, Severity: j.Severity, Chosen: true, Note: hostile}}
		for k := range j.Violations {
			j.Violations[k].Message, j.Violations[k].Remedy = hostile, hostile
		}
		for k := range j.Exceptions {
			j.Exceptions[k].Refusals = []string{hostile}
		}
	}
	d := &r.Decision
	d.Evaluation.Exceptions[0].Reason, d.Evaluation.Exceptions[0].Approver = hostile, hostile
	d.Problems, d.Warnings, d.Inputs[0].Source, d.Inputs[0].Scan.Tool.Name = []string{hostile}, []string{hostile}, hostile, hostile
	d.Artifact.Subject.Name = hostile
	d.Evaluation.Violations[0].Message = hostile
	for _, width := range []int{30, 60, 100} {
		var out bytes.Buffer
		require.NoError(t, text.Write(&out, r, text.Options{Verbose: true, Width: width}))
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			require.NotRegexp(t, `^\s*::`, line)
			require.NotRegexp(t, `##\[|[\x00-\x1f\x7f]|[\x{80}-\x{9f}]|\x{202e}`, line)
		}
	}
}
