// Package annotations puts defects beside the lines at which they stand: as workflow commands, which GitHub Actions reads from the log of a step, or
// as a list, for whoever publishes them otherwise.
//
// Only what has a path in the repository can be annotated, and is open and not covered by an exception: denials are errors, warnings are warnings. A
// path in an image, or one that leads out of the repository, is none. GitHub shows ten errors and ten warnings of a step. The worst come first, and a
// notice at the end says how many more there are. Where nothing can be annotated, one annotation of no file gives verdict and counts.
package annotations

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"github.com/sethvargo/go-githubactions"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// Annotation is a remark at a place of the repository. Its texts are cleaned, and one line each.
type Annotation struct {
	Path    string // relative to the root, with slashes; "" is the run as a whole
	Line    int    // from 1; 0 is the whole file
	EndLine int    // the last line of it
	Level   string // "error", "warning" or "notice"
	Title   string
	Message string
}

// The levels of GitHub's workflow commands.
const (
	Error   = "error"
	Warning = "warning"
	Notice  = "notice"
)

// How much of a text is shown, in characters.
const (
	maxTitle   = 250
	maxMessage = 2000
)

// List gives the annotations of a report, worst first.
func List(r *gate.Report) (list []Annotation) {
	for _, j := range phrase.WorstFirst(&r.Decision) {
		if place := placeOf(j); place != nil {
			list = append(list, annotation(j, place, &r.Decision))
		}
	}
	return list
}

// placeOf gives the first place in the repository at which a defect is open; nil where it has none.
func placeOf(j *gate.Judged) *gate.Occurrence {
	for _, o := range j.Occurrences {
		if o.State.IsOpen() && o.Layer == "" && inRepository(o.Path) {
			return o
		}
	}
	return nil
}

// drive is how an absolute path of Windows begins, and an address.
var drive = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// inRepository reports whether a path can be one of the repository, spelt as GitHub does. Of one that is cut or cleaned there would be no such file.
func inRepository(path string) bool {
	return path != "." && fs.ValidPath(path) && !drive.MatchString(path) && !strings.Contains(path, `\`) && gate.CleanLine(path, 0) == path
}

func annotation(j *gate.Judged, place *gate.Occurrence, d *gate.Decision) Annotation {
	a := Annotation{Path: place.Path, Line: place.Line, EndLine: place.Line, Level: Error, Title: gate.CleanLine(phrase.Judged(j), maxTitle)}
	if j.Level() == gate.Warn {
		a.Level = Warning
	}
	said := phrase.Uncovered(j.Violations, j.Level())
	facts := []string{j.Severity.String(), j.Title}
	for _, v := range said[1:] {
		facts = append(facts, v.Message)
	}
	facts = append(facts, phrase.Facts(j, said[0], d)...)
	if remedy := phrase.Remedy(j, said[0]); remedy != "" {
		facts = append(facts, "→ "+remedy)
	}
	a.Message = gate.CleanLine(strings.Join(phrase.NonEmpty(facts...), " · "), maxMessage)
	return a
}

// perLevel is how many annotations of one level GitHub shows of a step.
const perLevel = 10

// Write prints the worst annotations as workflow commands.
func Write(w io.Writer, r *gate.Report) error {
	var log bytes.Buffer // the library panics where it cannot write
	to := githubactions.New(githubactions.WithWriter(&log), githubactions.WithGetenv(func(string) string { return "" }))
	all, shown := List(r), map[string]int{}
	for _, a := range all {
		if shown[a.Level]++; shown[a.Level] <= perLevel {
			issue(to, a)
		}
	}
	for _, level := range []string{Error, Warning} {
		shown[level] = min(shown[level], perLevel)
	}
	if last, wanted := closing(&r.Decision, len(all), shown[Error]+shown[Warning]); wanted {
		issue(to, last)
	}
	if _, err := w.Write(log.Bytes()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

// closing is the annotation of the run as a whole: in place of others where there are none, and else where they do not tell everything.
func closing(d *gate.Decision, all, shown int) (a Annotation, wanted bool) {
	a = Annotation{Level: Notice, Title: "defectgate: " + phrase.Verdict(d), Message: gate.CleanLine(strings.Join(phrase.Counts(d), " · "), maxMessage)}
	told := len(phrase.WorstFirst(d))
	for _, level := range []gate.Level{gate.Deny, gate.Warn} {
		told += len(phrase.Uncovered(d.Evaluation.Violations, level))
	}
	switch more := told + len(d.Problems) - shown; {
	case all == 0:
		a.Level = levelOf(d)
	case more > 0:
		a.Message += " · " + phrase.Plural(more, "more is", "more are") + " not shown here"
	default:
		return a, false
	}
	return a, true
}

// levelOf is that of a verdict: what blocks is an error.
func levelOf(d *gate.Decision) string {
	switch {
	case d.Verdict == gate.Pass && d.Evaluation.Summary.Violations[gate.Warn] == 0:
		return Notice
	case d.Verdict.ExitCode(d.Mode) == 0:
		return Warning
	}
	return Error
}

// issue prints one annotation. The library escapes values and message, and takes the message for a format.
func issue(to *githubactions.Action, a Annotation) {
	fields := map[string]string{"title": cmp.Or(a.Title, "defectgate")}
	if a.Path != "" {
		fields["file"] = a.Path
	}
	if a.Line > 0 {
		fields["line"], fields["endLine"] = strconv.Itoa(a.Line), strconv.Itoa(a.EndLine)
	}
	at := to.WithFieldsMap(fields)
	switch a.Level {
	case Error:
		at.Errorf("%s", a.Message)
	case Warning:
		at.Warningf("%s", a.Message)
	default:
		at.Noticef("%s", a.Message)
	}
}
