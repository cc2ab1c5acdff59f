package github

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnnotationsOutsideOfTheRepositoryAreLeftOut(t *testing.T) {
	for path, want := range map[string]bool{
		"main.go": true, "cmd/a b/main.go": true, ".github/workflows/ci.yml": true, "ü/日本.go": true, "a/..b/c": true, "C/main.go": true,
		"": false, ".": false, "/etc/passwd": false, "../main.go": false, "a/../../b": false, "a/../b": false, "./main.go": false, "a//b": false,
		"a/": false, `C:\main.go`: false, "C:/main.go": false, "c:main.go": false, `a\b`: false, "a\nb": false, "a\xff": false, "a\u202eb": false,
		"\x1b[2J": false,
	} {
		assert.Equal(t, want, len(placed([]Annotation{{Path: path, Line: 1}})) == 1, "%q", path)
	}
}

func TestAnnotationsFit(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want Annotation
	}{
		{"as it is", Annotation{"a.go", 3, 4, "warning", "title", "one\ntwo"}, Annotation{"a.go", 3, 4, "warning", "title", "one\ntwo"}},
		{"a file as a whole", Annotation{Path: "a.go", Message: "m"}, Annotation{"a.go", 1, 1, "failure", "", "m"}},
		{"one line", Annotation{Path: "a.go", Line: 3, Level: "notice", Message: "m"}, Annotation{"a.go", 3, 3, "notice", "", "m"}},
		{"ends before it begins", Annotation{"a.go", 9, 4, "notice", "", "m"}, Annotation{"a.go", 9, 9, "notice", "", "m"}},
		{"a level that is none", Annotation{"a.go", 1, 1, "error", "", "m"}, Annotation{"a.go", 1, 1, "failure", "", "m"}},
		{"no message", Annotation{"a.go", 1, 1, "notice", "title", " \n"}, Annotation{"a.go", 1, 1, "notice", "title", "title"}},
		{"no text", Annotation{"a.go", 1, 1, "notice", "", ""}, Annotation{"a.go", 1, 1, "notice", "", "defectgate"}},
		{"cleaned", Annotation{"a.go", 1, 1, "notice", "a\nb\x1b[2J", "::error::a\r\n##[set-env]b\n\n\u202ec"},
			Annotation{"a.go", 1, 1, "notice", "a b[2J", ": :error::a\n## [set-env]b\n\nc"}},
		{"a long title", Annotation{"a.go", 1, 1, "notice", strings.Repeat("é", 256), "m"},
			Annotation{"a.go", 1, 1, "notice", strings.Repeat("é", 254) + "…", "m"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, []Annotation{c.want}, placed([]Annotation{c.in})) })
	}
	long := placed([]Annotation{{Path: "a.go", Message: strings.Repeat("日", 30_000)}})[0]
	assert.LessOrEqual(t, len(long.Message), 65_535)
	assert.True(t, strings.HasSuffix(long.Message, "日…"))
}

func TestCutText(t *testing.T) {
	assert.Equal(t, "abcdef", cutText("abcdef", 6))
	assert.Equal(t, "abc…", cutText("abcdefg", 6))
	assert.Equal(t, "…", cutText("éééé", 4), "no half of a character")
	assert.Equal(t, "ab", cutText("a\xffb", 6))
	rapid.Check(t, func(t *rapid.T) {
		text, most := rapid.String().Draw(t, "text"), rapid.IntRange(3, 40).Draw(t, "most")
		short := cutText(text, most)
		assert.LessOrEqual(t, len(short), most)
		assert.True(t, utf8.ValidString(short))
		if len(text) <= most {
			assert.Equal(t, text, short)
		}
	})
}

// commandsOf reads a log as the runner does (actions/runner, ActionCommand.TryParseV2): "::name key=value,key=value::data".
func commandsOf(t require.TestingT, log string) (commands []map[string]string) {
	property := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	data := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	for line := range strings.Lines(log) {
		rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "::")
		require.True(t, ok, "every line is a command: %q", line)
		head, message, ok := strings.Cut(rest, "::")
		require.True(t, ok, line)
		name, properties, _ := strings.Cut(head, " ")
		command := map[string]string{"command": name, "message": data.Replace(message)}
		for pair := range strings.SplitSeq(properties, ",") {
			key, value, _ := strings.Cut(pair, "=")
			command[key] = property.Replace(value)
		}
		commands = append(commands, command)
	}
	return commands
}

func TestAnnotateWritesCommands(t *testing.T) {
	var log bytes.Buffer
	left, err := Annotate(&log, []Annotation{
		{"a,b:c.go", 3, 4, "failure", "50% of it, say: all", "one\n100%\n%0A%d"},
		{"b.go", 0, 0, "warning", "", "m"},
		{"c.go", 7, 0, "notice", "t", "::error::x"},
	})
	require.NoError(t, err)
	assert.Zero(t, left)
	assert.Equal(t, []map[string]string{
		{"command": "error", "file": "a,b:c.go", "line": "3", "endLine": "4", "title": "50% of it, say: all", "message": "one\n100%\n%0A%d"},
		{"command": "warning", "file": "b.go", "line": "1", "endLine": "1", "message": "m"},
		{"command": "notice", "file": "c.go", "line": "7", "endLine": "7", "title": "t", "message": ": :error::x"},
	}, commandsOf(t, log.String()))
}

func TestT22AnAnnotationIsOneCommandAndNoOther(t *testing.T) {
	piece := rapid.SampledFrom([]string{"::", "error", "set-output name=verdict::pass", "\n", "\r", "##[set-env name=A]", ",", "=", ":", "%0A", "%", " ", "a",
		"\u2028", "\x1b", "stop-commands"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
	rapid.Check(t, func(t *rapid.T) {
		var log bytes.Buffer
		a := Annotation{Path: text.Draw(t, "path"), Title: text.Draw(t, "title"), Message: text.Draw(t, "message"), Level: text.Draw(t, "level"), Line: 1}
		left, err := Annotate(&log, []Annotation{a})
		require.NoError(t, err)
		commands := commandsOf(t, strings.ReplaceAll(log.String(), "\r", "\n")) // a lone one ends a line as well
		require.Len(t, commands, 1-left)
		for _, command := range commands {
			assert.Equal(t, "error", command["command"])
			assert.Equal(t, a.Path, command["file"])
		}
	})
}

func TestAnnotateWritesNoMoreThanGitHubTakes(t *testing.T) {
	var all []Annotation
	for i := range 25 {
		all = append(all, Annotation{Path: fmt.Sprintf("%d.go", i), Level: []string{"warning", "failure"}[i%2], Message: "m"})
	}
	all = append(all, Annotation{Path: "../x", Level: "notice"})
	var log bytes.Buffer
	left, err := Annotate(&log, all)
	require.NoError(t, err)
	assert.Equal(t, 6, left, "13 warnings, 12 failures, and one that lies outside")
	assert.Len(t, commandsOf(t, log.String()), 20)
}

// closedLog is standard output that somebody closed.
type closedLog struct{ writes int }

var errClosed = errors.New("closed")

func (c *closedLog) Write([]byte) (int, error) {
	c.writes++
	return 0, errClosed
}

func TestAnnotateDoesNotPanicWhereNothingCanBeWritten(t *testing.T) {
	var log closedLog
	_, err := Annotate(&log, []Annotation{{Path: "a.go"}, {Path: "b.go"}})
	require.ErrorIs(t, err, errClosed)
	assert.Equal(t, 1, log.writes)
}
