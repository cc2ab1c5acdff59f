package workflow_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/integrations/internal/workflow"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

// written gives the annotations that the runner reads from a log, each line of which must be one.
func written(t require.TestingT, a workflow.Annotations) (list []workflow.Annotation) {
	var log bytes.Buffer
	require.NoError(t, a.Write(&log))
	for _, line := range outputtest.Lines(log.String()) {
		c, ok := outputtest.ParseCommand(line)
		require.True(t, ok, "every line is a command: %q", line)
		read := workflow.Annotation{Level: c.Name, Message: c.Message, Title: c.Properties["title"], Path: c.Properties["file"]}
		read.Line, _ = strconv.Atoi(c.Properties["line"])
		read.EndLine, _ = strconv.Atoi(c.Properties["endLine"])
		list = append(list, read)
	}
	return list
}

func TestAnnotationsAreCommands(t *testing.T) {
	all := []workflow.Annotation{
		{"a,b:c.go", 3, 4, "error", "50% of it, say: all", "one 100% %0A%d"}, {"b.go", 0, 0, "warning", "t", "m"}, {"c.go", 7, 7, "notice", "t", "m::x"},
	}
	require.Equal(t, all, written(t, workflow.Annotations{All: all}))
}

// numbered are so many annotations of each of two levels.
func numbered(errors, warnings int) (all []workflow.Annotation) {
	for i := range errors {
		all = append(all, workflow.Annotation{Path: fmt.Sprintf("%d.go", i), Level: "error", Title: "t", Message: "m"})
	}
	for i := range warnings {
		all = append(all, workflow.Annotation{Path: fmt.Sprintf("%d.go", i), Level: "warning", Title: "t", Message: "m"})
	}
	return all
}

// GitHub shows ten of a level. The run as a whole stands behind them where something is left out, else where it must, or where there is no other.
func TestTheRunAsAWholeSaysWhatIsLeftOut(t *testing.T) {
	whole := workflow.Annotation{Level: "error", Title: "FAIL", Message: "why"}
	for _, c := range []struct {
		name         string
		in           workflow.Annotations
		shown        int
		level, added string // of the run as a whole; none where it is not told
	}{
		{"all are shown", workflow.Annotations{All: numbered(10, 10)}, 20, "", ""},
		{"more of a level", workflow.Annotations{All: numbered(12, 11)}, 20, "notice", " · 3 more are not shown here"},
		{"one without a place", workflow.Annotations{All: numbered(1, 0), Besides: 1}, 1, "notice", " · 1 more is not shown here"},
		{"one outside", workflow.Annotations{All: append(numbered(1, 0), workflow.Annotation{Path: "../x"})}, 1, "notice", " · 1 more is not shown here"},
		{"none", workflow.Annotations{}, 0, "error", ""},
		{"none with a place", workflow.Annotations{Besides: 2}, 0, "error", " · 2 more are not shown here"},
		{"it must be told", workflow.Annotations{All: numbered(1, 1), Tell: true}, 2, "error", ""},
		{"it must be told, and is one of its level", workflow.Annotations{All: numbered(10, 10), Tell: true}, 19, "error", " · 1 more is not shown here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Whole = whole
			told := written(t, c.in)
			if c.level == "" {
				require.Len(t, told, c.shown)
				return
			}
			require.Len(t, told, c.shown+1)
			require.Equal(t, workflow.Annotation{Level: c.level, Title: "FAIL", Message: "why" + c.added}, told[c.shown])
			count := map[string]int{}
			for _, a := range told {
				count[a.Level]++
				require.LessOrEqual(t, count[a.Level], 10)
			}
		})
	}
}

func TestT22AnAnnotationIsOneCommandAndNoOther(t *testing.T) {
	piece := rapid.SampledFrom([]string{"::", "error", "set-output name=verdict::pass", "\n", "\r", "##[set-env name=A]", ",", "=", ":", "%0A", "%", " ", "a",
		"\u2028", "\x1b", "stop-commands"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
	rapid.Check(t, func(t *rapid.T) {
		a := workflow.Annotation{Path: text.Draw(t, "path"), Title: text.Draw(t, "title"), Message: text.Draw(t, "message"), Level: text.Draw(t, "level"), Line: 1}
		told := written(t, workflow.Annotations{All: []workflow.Annotation{a}, Whole: workflow.Annotation{Title: a.Title, Message: a.Message, Level: a.Level}})
		require.Len(t, told, 1, "it, or that it is left out")
		require.Equal(t, map[bool]string{true: a.Path}[workflow.InRepository(a.Path)], told[0].Path)
		require.Equal(t, "error", told[0].Level)
	})
}

type closedLog struct{}

var errClosed = errors.New("closed")

func (closedLog) Write([]byte) (int, error) { return 0, errClosed }

func TestAClosedLogIsAnErrorAndNoPanic(t *testing.T) {
	a := workflow.Annotations{All: numbered(2, 0)}
	require.NotPanics(t, func() { require.ErrorIs(t, a.Write(closedLog{}), errClosed) })
}
