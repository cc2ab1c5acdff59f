package annotations_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/internal/workflow"
	"github.com/defectgate/defectgate/integrations/output/annotations"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

func written(t *testing.T, r *gate.Report) string {
	var out bytes.Buffer
	require.NoError(t, annotations.Write(&out, r))
	return out.String()
}

// read gives the annotations that GitHub's runner reads from a log, each line of which must be one.
func read(t *testing.T, log string) (list []workflow.Annotation) {
	require.True(t, strings.HasSuffix(log, "\n"))
	for _, line := range strings.Split(strings.TrimSuffix(log, "\n"), "\n") {
		require.Equal(t, []string{line}, outputtest.Lines(line), "it is one line to every runner")
		c, ok := outputtest.ParseCommand(line)
		require.True(t, ok, "%q is no command", line)
		require.Contains(t, []string{"error", "warning", "notice"}, c.Name)
		a := workflow.Annotation{Level: c.Name, Message: c.Message, Title: c.Properties["title"], Path: c.Properties["file"]}
		if c.Properties["line"] != "" {
			var err error
			a.Line, err = strconv.Atoi(c.Properties["line"])
			require.NoError(t, err)
			a.EndLine, err = strconv.Atoi(c.Properties["endLine"])
			require.NoError(t, err)
		}
		for name := range c.Properties {
			require.Contains(t, []string{"title", "file", "line", "endLine"}, name)
		}
		outputtest.Harmless(t, "> "+line) // it is a command of ours, and nothing else
		list = append(list, a)
	}
	return list
}

func TestAnnotationsStandBesideTheirLines(t *testing.T) {
	log := written(t, outputtest.Example())
	golden.File(t, filepath.Join("testdata", "fail.txt"), log)
	list := annotations.Of(outputtest.Example()).All
	require.Len(t, list, 3)
	require.Equal(t, list, read(t, log)[:3])
	require.Equal(t, workflow.Annotation{Path: "internal/db/query.go", Line: 42, EndLine: 42, Level: "warning", Title: "go.sql-injection in internal/db/query.go",
		Message: "medium · Query built from input · medium weakness · was there before: only warns · 1 day old · line 42 · by semgrep · → bind it"}, list[2])
}

// Ten of a level are shown, the worst, and the rest is counted.
func TestTheWorstOfALevelAreShown(t *testing.T) {
	r := outputtest.Many(100, "a title")
	for i := range 15 {
		j := outputtest.Code("weak", fmt.Sprintf("dir/file%d.go", i), 0, gate.Low)
		r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, j)
	}
	require.Len(t, annotations.Of(r).All, 118)
	shown := read(t, written(t, r))
	require.Len(t, shown, 21)
	for i, a := range shown[:20] {
		require.Equal(t, map[bool]string{true: "error", false: "warning"}[i < 10], a.Level)
	}
	require.True(t, strings.HasPrefix(shown[9].Message, "critical · "), shown[9].Message)
	require.True(t, strings.HasPrefix(shown[10].Message, "medium · "), "warnings are ordered too")
	require.Equal(t, "notice", shown[20].Level)
	require.Equal(t, "defectgate: FAIL", shown[20].Title)
	require.Contains(t, shown[20].Message, "102 defects must not ship · ")
	require.Contains(t, shown[20].Message, " · 100 more are not shown here") // 118 defects and 2 of the artifact, less 20
}

// Of what has no place in the repository, the run as a whole is told.
func TestWithoutPlacesTheVerdictIsTold(t *testing.T) {
	for path, place := range map[string]bool{
		"a/b.go": true, "/etc/passwd": false, "../x": false, "a/../b": false, "C:/x": false, `a\b`: false, "": false, ".": false, "https://a.example/x": false,
		"a\nb": false, "a/\x1b[2Jb": false, "./a": false,
	} {
		r := &gate.Report{Decision: gate.Decision{Verdict: gate.Fail, Clock: gate.Clock{Now: outputtest.Now}}}
		r.Decision.Evaluation.Findings = []gate.Judged{outputtest.Code("weak", path, 1, gate.Low)}
		require.Equal(t, place, len(annotations.Of(r).All) == 1, "%q", path)
		require.Equal(t, place, read(t, written(t, r))[0].Path == path && path != "", "%q", path)
	}
	image := outputtest.Code("weak", "app/x", 1, gate.Low)
	image.Occurrences[0].Layer = "sha256:00"
	r := &gate.Report{Decision: gate.Decision{Evaluation: gate.Evaluation{Findings: []gate.Judged{image}}}}
	require.Empty(t, annotations.Of(r).All)
	for _, c := range []struct {
		verdict gate.Verdict
		mode    gate.Mode
		warned  int
		level   string
	}{{gate.Pass, gate.Enforce, 0, "notice"}, {gate.Pass, gate.Enforce, 1, "warning"}, {gate.Fail, gate.Enforce, 0, "error"},
		{gate.Fail, gate.Observe, 0, "warning"}, {gate.Error, gate.Observe, 0, "error"}} {
		r.Decision.Verdict, r.Decision.Mode = c.verdict, c.mode
		r.Decision.Evaluation.Summary = gate.Summary{Warned: c.warned, Violations: map[gate.Level]int{gate.Warn: c.warned}}
		told := read(t, written(t, r))
		require.Len(t, told, 1)
		require.Equal(t, c.level, told[0].Level, "%v", c)
		require.Contains(t, told[0].Title, strings.ToUpper(string(c.verdict)))
		require.NotEmpty(t, told[0].Message)
	}
}

// Where all is told, no notice follows.
func TestANoticeTellsOnlyOfMore(t *testing.T) {
	r := &gate.Report{Decision: gate.Decision{Verdict: gate.Pass, Evaluation: gate.Evaluation{Findings: []gate.Judged{outputtest.Code("a", "b.go", 0, gate.Low)}}}}
	require.Len(t, read(t, written(t, r)), 1)
	r.Decision.Evaluation.Violations = []gate.Violation{{Level: gate.Warn, Message: "no licence scan"}}
	told := read(t, written(t, r))
	require.Len(t, told, 2)
	require.Equal(t, "notice", told[1].Level)
	require.Equal(t, "1 warning about the artifact · 1 more is not shown here", told[1].Message)
}

// Whoever sees nothing but annotations learns why nothing could be decided.
func TestAnErrorSaysWhy(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Verdict, r.Decision.Problems = gate.Error, []string{`source "grype.json" is missing: no such file`, "a\nb ::error::" + strings.Repeat("long", 500)}
	golden.File(t, filepath.Join("testdata", "error.txt"), written(t, r))
	told := read(t, written(t, r))
	last := told[len(told)-1]
	require.Equal(t, "error", last.Level)
	require.Contains(t, last.Message, ` · 2 problems · `)
	require.True(t, strings.HasPrefix(last.Message, `source "grype.json" is missing: no such file · a b ::error::longlong`), last.Message)

	for range 3 {
		r.Decision.Problems = append(r.Decision.Problems, r.Decision.Problems...)
	}
	told = read(t, written(t, r))
	last = told[len(told)-1]
	require.LessOrEqual(t, len(last.Message), 2100)
	require.Regexp(t, `long… · source .* · 11 more problems · 2 defects must not ship .* · 2 more are not shown here$`, last.Message, "it is not cut")
}

// T22: of hostile texts come the commands that come of others, and what they say is the text.
func TestHostileTextIsNoCommand(t *testing.T) {
	for _, payload := range outputtest.Payloads {
		r := outputtest.Hostile(payload)
		for i := range r.Decision.Evaluation.Findings {
			r.Decision.Evaluation.Findings[i].Occurrences[0].Path = "src/" + strings.ReplaceAll(gate.CleanLine(payload, 50), "/", "_")
		}
		list, told := annotations.Of(r).All, read(t, written(t, r))
		require.NotEmpty(t, told)
		require.Equal(t, append([]workflow.Annotation{}, list...), told[:len(told)-1], "%q", payload)
		require.Equal(t, "defectgate: ERROR", told[len(told)-1].Title)
		require.Empty(t, told[len(told)-1].Path)
		for _, a := range list {
			require.Equal(t, gate.CleanLine(a.Title, 0), a.Title)
			require.Equal(t, gate.CleanLine(a.Message, 0), a.Message)
		}
		read(t, written(t, outputtest.Hostile(payload)))
	}
}
