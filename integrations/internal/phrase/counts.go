package phrase

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
)

// shortCommit is how much of a commit's id people need to know it again.
const shortCommit = 12

// Short is the beginning of an id, by which people know it again.
func Short(id string) string { return id[:min(shortCommit, len(id))] }

// Artifact says what was judged, in a few words.
func Artifact(a *gate.Artifact) []string {
	name := a.Subject.String()
	if a.Subject.Commit != "" && a.Subject.Commit == name {
		name = "commit " + Short(a.Subject.Commit)
	}
	return NonEmpty(a.Environment, name)
}

// Verdict is the word for the outcome.
func Verdict(d *gate.Decision) string {
	word := strings.ToUpper(string(d.Verdict))
	if d.Mode == gate.Observe && d.Verdict == gate.Fail {
		word += " (observed, not enforced)"
	}
	return word
}

// Counts says how many of what there are: the reason of the verdict in a line.
func Counts(d *gate.Decision) []string {
	s := d.Evaluation.Summary
	parts := []string{}
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Plural(n, one, many))
		}
	}
	add(s.Denied, "defect must not ship", "defects must not ship")
	add(len(Uncovered(d.Evaluation.Violations, gate.Deny)), "denial of the artifact", "denials of the artifact")
	add(len(d.Problems), "problem", "problems")
	add(s.Warned, "defect to look at", "defects to look at")
	add(len(Uncovered(d.Evaluation.Violations, gate.Warn)), "warning about the artifact", "warnings about the artifact")
	add(s.Accepted, "accepted risk", "accepted risks")
	add(s.Dismissed, "signed off as a false positive", "signed off as false positives")
	add(s.Overridden, "overridden", "overridden")
	for _, state := range gate.States() {
		add(s.Closed[state], State(state), State(state))
	}
	if len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("nothing to report of %s", Plural(s.Defects, "defect", "defects")))
	}
	return parts
}

// State is a state in words.
func State(s gate.State) string { return strings.ReplaceAll(s.String(), "_", " ") }

// Read says how much was read of a source, by its kind, and what of it was left out.
func Read(e *gate.Evidence) string {
	parts := []string{read(e)}
	if e.Scan.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", e.Scan.Suppressed))
	}
	for _, reason := range slices.Sorted(maps.Keys(e.Scan.Dropped)) {
		parts = append(parts, fmt.Sprintf("%d left out (%s)", e.Scan.Dropped[reason], reason))
	}
	return strings.Join(parts, ", ")
}

func read(e *gate.Evidence) string {
	n := e.Scan.Read
	switch e.Kind {
	case gate.StatementsKind:
		return fmt.Sprintf("%s, %d of what was found", Plural(n, "statement", "statements"), e.Kept)
	case gate.SignalsKind:
		return fmt.Sprintf("%s of abuse, %d of what was found", Plural(n, "signal", "signals"), e.Kept)
	case gate.FeedKind:
		entries := Plural(n, "entry", "entries")
		if !e.Scan.Database.Built.IsZero() {
			entries += " of " + e.Scan.Database.Built.Format(time.DateOnly)
		}
		return entries
	}
	return Plural(n, "finding", "findings")
}

// Hints are the next steps at what could not be decided, each once.
func Hints(d *gate.Decision) (hints []string) {
	for _, e := range d.Inputs {
		if e.Required && !e.Status.Complete() && e.Hint != "" && !slices.Contains(hints, e.Hint) {
			hints = append(hints, e.Hint)
		}
	}
	return hints
}
