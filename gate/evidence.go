package gate

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Status says what one source is worth. Only [OK] and [ProvenEmpty] let its findings be judged as complete.
type Status string

// The statuses, and no other spelling.
const (
	OK             Status = "ok"              // read, with findings
	ProvenEmpty    Status = "proven-empty"    // no findings, and proof that a scan happened
	Missing        Status = "missing"         // no file, no match
	Empty          Status = "empty"           // no findings, and no proof
	Truncated      Status = "truncated"       // cut off
	Malformed      Status = "malformed"       // not well-formed, or of no known format
	TooLarge       Status = "too-large"       // over a bound
	Stale          Status = "stale"           // older than its bound
	WrongSubject   Status = "wrong-subject"   // about another artifact
	Partial        Status = "partial"         // some parts failed
	Unavailable    Status = "unavailable"     // refused, or not to be reached
	AbsentOptional Status = "absent-optional" // an optional source that is not there
)

// Complete reports whether the source may be judged.
func (s Status) Complete() bool { return s == OK || s == ProvenEmpty }

// The kinds of sources.
const (
	ReportKind     = "report"     // findings
	StatementsKind = "statements" // VEX
	SignalsKind    = "signals"    // abuse in production
	FeedKind       = "feed"       // threat intelligence
)

// Evidence is what is known of one source: what was expected, what was read, and whether it proves a scan.
type Evidence struct {
	Source   string `json:"source"` // as configured or named: a path, a glob, an address
	Kind     string `json:"kind"`   // what it is read for
	Status   Status `json:"status"`
	Required bool   `json:"required"`
	Problem  string `json:"problem,omitempty"` // a sentence, where the status is not a good one
	Hint     string `json:"hint,omitempty"`    // the next step

	Format string `json:"format,omitempty"`
	Media  string `json:"media_type,omitempty"` // of the text, once it is expanded
	SHA256 string `json:"sha256,omitempty"`     // of the raw bytes
	Size   int64  `json:"size,omitzero"`        // raw bytes
	Scan   Scan   `json:"scan"`
	Age    int64  `json:"age_seconds,omitzero"` // of the scan, at the clock of the decision
	Kept   int    `json:"kept"`                 // entries that became part of what is judged

	Receipt *ScanReceipt `json:"receipt,omitzero"`

	Warnings []string `json:"warnings,omitempty"`
	Removed  []string `json:"-"` // members from which something secret was taken away before they came here
}

func (e Evidence) isWholeReport() bool { return e.Kind == ReportKind && e.Status.Complete() }

// refuse gives the evidence a bad status, unless it has one already.
func (e *Evidence) refuse(s Status, hint, problem string, args ...any) {
	if e.Status != "" && !e.Status.Complete() {
		return
	}
	e.Status, e.Problem, e.Hint = s, fmt.Sprintf(problem, args...), hint
}

// settle decides the status of a source that was read to its end: is the scan whole, about this artifact, fresh, and, where it found
// nothing, proven?
func (e *Evidence) settle(x Expectation, a Artifact, now time.Time) {
	e.Required = x.Required
	if e.Status != "" && !e.Status.Complete() {
		return
	}
	e.Warnings = append(e.Warnings, e.Scan.Warnings...)
	e.Status = OK // where the source says so itself, too: nobody vouches for its own proof
	if e.Scan.Failed != "" {
		e.refuse(Partial, "run the scanner again until it ends without errors", "the scan failed, or is not whole: %s", e.Scan.Failed)
	}
	e.settleSubject(x, a)
	e.settleAge(x, now)
	e.settleDatabase(x, now)
	if e.Scan.Read == 0 {
		e.settleEmpty(x)
	}
}

func (e *Evidence) settleEmpty(x Expectation) {
	switch {
	case e.Scan.Proof != "":
		if e.Status == OK {
			e.Status = ProvenEmpty
		}
	case x.EmptyAllowed:
		e.Warnings = append(e.Warnings, "no findings and no proof of a scan: passes because `empty: allowed` is set for this source")
		if e.Status == OK {
			e.Status = ProvenEmpty
		}
	case e.Scan.Unproven != "":
		e.refuse(Empty, e.allowEmpty("see that the scanner looks where it should; "), "no findings, and the report itself says why that proves nothing: %s",
			e.Scan.Unproven)
	default:
		e.refuse(Empty, e.waysOut(), "no findings, and nothing in the report proves that a scan happened")
	}
}

// waysOut are a receipt and a line of the configuration.
func (e *Evidence) waysOut() string {
	source, first := e.local()
	return e.allowEmpty(fmt.Sprintf("%srun the scanner through the gate, so that a receipt proves its run:\n"+
		"  defectgate run --report %s -- %s …\nor, ", first, source, cmp.Or(e.Scan.Tool.Name, "SCANNER")))
}

// allowEmpty is what to write into the configuration, behind another way out.
func (e *Evidence) allowEmpty(other string) string {
	source, _ := e.local()
	return fmt.Sprintf("%sif an empty report is right here, say so in defectgate.yaml:\n"+
		"  sources:\n    - report: %q\n      format: %s\n      empty: allowed", other, source, e.Format)
}

// local is the source as a configuration may name it, a file of the workspace, and what to do first where it is none.
func (e *Evidence) local() (source, first string) {
	if filepath.IsLocal(e.Source) && e.Source != "-" {
		return e.Source, ""
	}
	return "report.json", "let the scanner write a file in the working directory, and name that; "
}

func (e *Evidence) settleAge(x Expectation, now time.Time) {
	at := e.Scan.Time()
	if !at.IsZero() {
		e.Age = int64(now.Sub(at) / time.Second)
	}
	switch {
	case at.IsZero():
		if x.MaxAge > 0 && x.MaxAgeExplicit {
			e.refuse(Stale, "use a report that carries its time, or remove max_age from this source",
				"the report does not say when it was made, and max_age is %s", x.MaxAge)
		} else {
			e.Warnings = append(e.Warnings, "the report does not say when it was made")
		}
	case at.Sub(now) > clockLimit:
		e.refuse(Malformed, "check the clock of the machine that scans", "the report was made at %s, after the clock %s",
			at.Format(time.RFC3339), now.Format(time.RFC3339))
	case at.Sub(now) > clockSkew:
		e.Warnings = append(e.Warnings, fmt.Sprintf("the report was made at %s, after the clock: taken as now", at.Format(time.RFC3339)))
	case x.MaxAge > 0 && now.Sub(at) > x.MaxAge:
		e.refuse(Stale, "scan again, or raise max_age of this source", "the report was made at %s, %s ago; max_age is %s",
			at.Format(time.RFC3339), inWords(now.Sub(at)), x.MaxAge)
	}
}

// settleDatabase looks at the day of the vulnerability database, where the report names it.
func (e *Evidence) settleDatabase(x Expectation, now time.Time) {
	built := e.Scan.Database.Built
	switch {
	case built.IsZero():
	case built.Sub(now) > clockLimit:
		e.refuse(Malformed, "check the clock of the machine that made the database", "the vulnerability database is of %s, after the clock %s",
			built.Format(time.RFC3339), now.Format(time.RFC3339))
	case x.MaxDatabaseAge > 0 && now.Sub(built) > x.MaxDatabaseAge:
		e.refuse(Stale, "update the scanner's database and scan again",
			"the vulnerability database is of %s, %s old; max_database_age is %s",
			built.Format(time.RFC3339), inWords(now.Sub(built)), x.MaxDatabaseAge)
	}
}

// inWords gives a time span as people say it: long ones in days.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 14*day {
		return d.Round(time.Second).String()
	}
	return fmt.Sprintf("%d days", d/day)
}

func (e *Evidence) settleSubject(x Expectation, a Artifact) {
	if x.Subject == SubjectAny {
		return
	}
	subject := e.Scan.Subject
	for _, c := range []struct {
		what           string
		reported, want []string
	}{
		{"digest", sameAlgorithm(subject.Digests, a.Subject.Digests), sameAlgorithm(a.Subject.Digests, subject.Digests)},
		{"commit", list(subject.Commit), list(a.Subject.Commit)},
		{"repository", list(repositoryKey(subject.Repository)), list(repositoryKey(a.Subject.Repository))},
	} {
		if len(c.reported) == 0 || len(c.want) == 0 {
			continue
		}
		if !overlap(c.reported, c.want) {
			e.refuse(WrongSubject, "scan the artifact that is being built, or name it with --artifact",
				"the report is about %s %s, the artifact is %s", c.what, strings.Join(c.reported, ", "), strings.Join(c.want, ", "))
		}
		return
	}
	if x.Subject == SubjectRequired {
		e.refuse(WrongSubject, "use a scanner that names what it scanned, or set `subject: match` for this source",
			"the report and the artifact have no digest, commit or repository in common, and `subject: required` is set")
	}
}

// sameAlgorithm gives the digests of an algorithm that the others have too.
func sameAlgorithm(digests, others []string) []string {
	var common []string
	for _, d := range digests {
		algorithm, _, _ := strings.Cut(d, ":")
		if slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(o, algorithm+":") }) {
			common = append(common, d)
		}
	}
	return common
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// compareEvidence is the order of sources in a decision: by name, whatever order they were given in.
func compareEvidence(a, b Evidence) int {
	return firstNonZero(strings.Compare(a.Source, b.Source), strings.Compare(a.Kind, b.Kind), strings.Compare(a.SHA256, b.SHA256),
		strings.Compare(a.Format, b.Format), cmp.Compare(a.Status, b.Status), strings.Compare(a.Problem, b.Problem))
}

func sortEvidence(list []Evidence) { slices.SortFunc(list, compareEvidence) }
