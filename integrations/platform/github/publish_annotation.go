package github

import (
	"cmp"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sethvargo/go-githubactions"

	"github.com/defectgate/defectgate/gate"
)

// Annotation is a remark at lines of a file.
type Annotation struct {
	Path          string // from the root of the repository, with slashes
	Line, EndLine int    // from 1; a file as a whole has neither
	Level         string // "notice", "warning" or "failure"; another is taken for the last
	Title         string // one line
	Message       string // plain text, of several lines where it has to be
}

// Bounds of GitHub on an annotation: its title in characters, its message in bytes.
const (
	maxTitle     = 255
	maxCheckText = 65_535
)

// drive is the beginning of an absolute path of Windows.
var drive = regexp.MustCompile(`^[A-Za-z]:`)

// placed are the annotations as GitHub takes them, cleaned and cut. Those whose path lies outside of the repository, or nowhere, are left out.
func placed(all []Annotation) (placed []Annotation) {
	for _, a := range all {
		if inRepository(a.Path) {
			placed = append(placed, a.fitted())
		}
	}
	return placed
}

// inRepository reports whether a path can be one of a file in the repository, on any system.
func inRepository(path string) bool {
	return fs.ValidPath(path) && path != "." && !strings.ContainsRune(path, '\\') && !drive.MatchString(path) && !strings.ContainsFunc(path, hidden)
}

func (a Annotation) fitted() Annotation {
	a.Line = max(a.Line, 1)
	a.EndLine = max(a.EndLine, a.Line)
	if a.Level != "notice" && a.Level != "warning" {
		a.Level = "failure"
	}
	a.Title = gate.CleanLine(a.Title, maxTitle)
	a.Message = cmp.Or(cutText(cleanLines(a.Message), maxCheckText), a.Title, "defectgate")
	return a
}

// cleanLines cleans a text line by line.
func cleanLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, gate.CleanLine(line, 0))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// cutText shortens a text to so many bytes, between characters, the last of them an ellipsis.
func cutText(text string, most int) string {
	const ellipsis = "…"
	if text = strings.ToValidUTF8(text, ""); len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// perLevel is how many annotations of a level GitHub takes of a step.
const perLevel = 10

// Annotate writes annotations as commands into the log of a step, for which it needs no rights: GitHub shows them where it shows those of a check
// run. Of each level it takes ten; left says how many were not written, because of that or because of their paths.
func Annotate(log io.Writer, all []Annotation) (left int, err error) {
	kept := &sticky{to: log}
	toolkit := githubactions.New(githubactions.WithWriter(kept))
	written := map[string]int{}
	left = len(all)
	for _, a := range placed(all) {
		if written[a.Level]++; written[a.Level] <= perLevel {
			a.command(toolkit)
			left--
		}
	}
	return left, kept.err
}

// command writes the annotation. The toolkit escapes what would end the command, or one of its fields.
func (a Annotation) command(toolkit *githubactions.Action) {
	fields := map[string]string{"file": a.Path, "line": strconv.Itoa(a.Line), "endLine": strconv.Itoa(a.EndLine)}
	if a.Title != "" {
		fields["title"] = a.Title
	}
	toolkit = toolkit.WithFieldsMap(fields)
	write := map[string]func(string, ...any){"notice": toolkit.Noticef, "warning": toolkit.Warningf, "failure": toolkit.Errorf}[a.Level]
	write("%s", a.Message)
}

// sticky never fails, since the toolkit would panic, and keeps the first error.
type sticky struct {
	to  io.Writer
	err error
}

func (s *sticky) Write(p []byte) (int, error) {
	if s.err == nil {
		_, s.err = s.to.Write(p)
	}
	return len(p), nil
}
