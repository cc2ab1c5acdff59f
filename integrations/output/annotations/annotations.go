// Package annotations puts defects beside the lines at which they stand: as workflow commands, which GitHub Actions reads from the log of a step, or
// as a list, for whoever publishes them otherwise.
//
// Only what has a path in the repository can be annotated, and is open and not covered by an exception: denials are errors, warnings are warnings. A
// path in an image, or one that leads out of the repository, is none. GitHub shows ten errors and ten warnings of a step. The worst come first, and
// one of no file at the end says how many more there are. It also stands where nothing can be annotated, with verdict and counts; and where nothing
// could be decided, with the reasons.
package annotations

import (
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
)

// Write prints the worst annotations as workflow commands.
func Write(w io.Writer, r *gate.Report) error {
	all := Of(r)
	return all.Write(w)
}

// Of gives the annotations of a report.
func Of(r *gate.Report) workflow.Annotations {
	d := &r.Decision
	a := workflow.Annotations{Whole: whole(d), Tell: d.Verdict.ExitCode(gate.Enforce) == gate.Error.ExitCode(gate.Enforce)}
	for _, level := range []gate.Level{gate.Deny, gate.Warn} {
		a.Besides += len(phrase.Uncovered(d.Evaluation.Violations, level))
	}
	for _, j := range phrase.WorstFirst(d) {
		if place := placeOf(j); place != nil {
			a.All = append(a.All, annotation(j, place, d))
		} else {
			a.Besides++
		}
	}
	a.All = workflow.Placed(a.All)
	return a
}

// placeOf gives the first place in the repository at which a defect is open; nil where it has none.
func placeOf(j *gate.Judged) *gate.Occurrence {
	for _, o := range j.Occurrences {
		if o.State.IsOpen() && o.Layer == "" && workflow.InRepository(o.Path) {
			return o
		}
	}
	return nil
}

func annotation(j *gate.Judged, place *gate.Occurrence, d *gate.Decision) workflow.Annotation {
	a := workflow.Annotation{Path: place.Path, Line: place.Line, EndLine: place.Line, Level: workflow.Error, Title: phrase.Judged(j)}
	if j.Level() == gate.Warn {
		a.Level = workflow.Warning
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
	a.Message = strings.Join(phrase.NonEmpty(facts...), " · ")
	return a
}

// How many problems the run as a whole tells, and how much of each, in characters.
const (
	mostProblems = 5
	maxProblem   = 250
)

// whole is the annotation of the run as a whole: why nothing could be decided, and how many of what there are.
func whole(d *gate.Decision) workflow.Annotation {
	var said []string
	for _, problem := range d.Problems[:min(mostProblems, len(d.Problems))] {
		said = append(said, gate.CleanLine(problem, maxProblem))
	}
	if more := len(d.Problems) - mostProblems; more > 0 {
		said = append(said, phrase.Plural(more, "more problem", "more problems"))
	}
	said = phrase.NonEmpty(append(said, phrase.Counts(d)...)...)
	return workflow.Annotation{Level: levelOf(d), Title: "defectgate: " + phrase.Verdict(d), Message: strings.Join(said, " · ")}
}

// levelOf is that of a verdict: what blocks is an error.
func levelOf(d *gate.Decision) string {
	switch {
	case d.Verdict == gate.Pass && d.Evaluation.Summary.Violations[gate.Warn] == 0:
		return workflow.Notice
	case d.Verdict.ExitCode(d.Mode) == 0:
		return workflow.Warning
	}
	return workflow.Error
}
