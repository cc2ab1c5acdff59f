package workflow

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/sethvargo/go-githubactions"
)

// perLevel is how many annotations of one level GitHub shows of a step.
const perLevel = 10

// Write writes them into the log of a step, for which it needs no rights: of each level the first that GitHub shows. At the end stands that of the
// run as a whole, where it must be told, where there is no other, or where others are left out: then it says how many. It counts as one of its level.
func (a *Annotations) Write(log io.Writer) error {
	placed, last := Placed(a.All), a.Whole.cleaned()
	told := a.Tell || len(placed) == 0
	if !told {
		last.Level = Notice
	}
	room := map[string]int{Error: perLevel, Warning: perLevel, Notice: perLevel}
	room[last.Level]--
	var text bytes.Buffer // the library panics where it cannot write
	to := githubactions.New(githubactions.WithWriter(&text), githubactions.WithGetenv(func(string) string { return "" }))
	shown := 0
	for _, one := range placed {
		if room[one.Level]--; room[one.Level] >= 0 {
			one.command(to)
			shown++
		}
	}
	if left := a.Left(shown); left > 0 {
		last.Message += " · " + More(left)
		told = true
	}
	if told {
		last.command(to)
	}
	if _, err := log.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

// command writes one annotation. The library escapes values and message, and takes the message for a format.
func (a Annotation) command(to *githubactions.Action) {
	fields := map[string]string{"title": a.Title}
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
