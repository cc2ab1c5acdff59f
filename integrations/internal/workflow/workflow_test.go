package workflow_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/workflow"
)

func TestPathsOutsideOfTheRepositoryAreLeftOut(t *testing.T) {
	for path, want := range map[string]bool{
		"main.go": true, "cmd/a b/main.go": true, ".github/workflows/ci.yml": true, "ü/日本.go": true, "a/..b/c": true, "C/main.go": true,
		"": false, ".": false, "/etc/passwd": false, "../main.go": false, "a/../../b": false, "a/../b": false, "./main.go": false, "a//b": false,
		"a/": false, `C:\main.go`: false, "C:/main.go": false, "c:main.go": false, `a\b`: false, "a\nb": false, "a\xff": false, "a\u202eb": false,
		"\x1b[2J": false, "https://a.example/x": false, "a  b": false,
	} {
		require.Equal(t, want, len(workflow.Placed([]workflow.Annotation{{Path: path, Line: 1}})) == 1, "%q", path)
	}
}

func TestAnnotationsAreCleaned(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want workflow.Annotation
	}{
		{"as it is", workflow.Annotation{"a.go", 3, 4, "warning", "title", "one"}, workflow.Annotation{"a.go", 3, 4, "warning", "title", "one"}},
		{"a file as a whole", workflow.Annotation{"a.go", 0, 0, "error", "t", "m"}, workflow.Annotation{"a.go", 0, 0, "error", "t", "m"}},
		{"no such line", workflow.Annotation{"a.go", -3, -4, "error", "t", "m"}, workflow.Annotation{"a.go", 0, 0, "error", "t", "m"}},
		{"ends before it begins", workflow.Annotation{"a.go", 9, 4, "notice", "t", "m"}, workflow.Annotation{"a.go", 9, 9, "notice", "t", "m"}},
		{"a level that is none", workflow.Annotation{"a.go", 1, 1, "failure", "t", "m"}, workflow.Annotation{"a.go", 1, 1, "error", "t", "m"}},
		{"no message", workflow.Annotation{"a.go", 1, 1, "notice", "t", " \n"}, workflow.Annotation{"a.go", 1, 1, "notice", "t", "t"}},
		{"no text", workflow.Annotation{"a.go", 1, 1, "notice", "", ""}, workflow.Annotation{"a.go", 1, 1, "notice", "defectgate", "defectgate"}},
		{"hostile", workflow.Annotation{"a.go", 1, 1, "notice", "a\nb\x1b[2J", "::error::a\r\n##[set-env]b\n\n\u202ec"},
			workflow.Annotation{"a.go", 1, 1, "notice", "a b[2J", ": :error::a ## [set-env]b c"}},
		{"long", workflow.Annotation{"a.go", 1, 1, "notice", strings.Repeat("é", 251), strings.Repeat("é", 2001)},
			workflow.Annotation{"a.go", 1, 1, "notice", strings.Repeat("é", 249) + "…", strings.Repeat("é", 1999) + "…"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, []workflow.Annotation{c.want}, workflow.Placed([]workflow.Annotation{c.in}))
		})
	}
}

// What is not wanted is not shown, and still counted.
func TestWhatIsNotWantedIsCounted(t *testing.T) {
	a := workflow.Annotations{All: []workflow.Annotation{{Path: "a"}, {Path: "b"}, {Path: "c"}}, Besides: 4}
	require.Equal(t, 4, a.Left(3))
	a.Only(func(one workflow.Annotation) bool { return one.Path == "b" })
	require.Equal(t, []workflow.Annotation{{Path: "b"}}, a.All)
	require.Equal(t, 6, a.Left(1))
	require.Equal(t, "1 more is not shown here", workflow.More(1))
	require.Equal(t, "6 more are not shown here", workflow.More(6))
}
