package gate

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanLine makes untrusted text fit for one line of a terminal or a log: titles, paths and reasons come from whoever wrote a report.
// Control characters (ESC and C1 among them), marks that change the direction of text and invisible ones are dropped, white space becomes one
// blank, what a CI runner would take for a command is broken up, and what is longer than max characters is cut, with an ellipsis.
func CleanLine(text string, max int) string {
	var b strings.Builder
	length := 0
	for word := range strings.FieldsSeq(text) {
		if word = strings.Map(visible, word); word == "" {
			continue
		}
		if length > 0 {
			word = " " + word
		}
		b.WriteString(word)
		if length += utf8.RuneCountInString(word); max > 0 && length > max {
			break
		}
	}
	return cut(disarm(b.String()), max)
}

// visible drops what does not show, and what is no UTF-8.
func visible(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return -1
	}
	return r
}

// cut shortens a line to max characters, the last of them an ellipsis.
func cut(line string, max int) string {
	if max <= 0 || utf8.RuneCountInString(line) <= max {
		return line
	}
	runes := []rune(line)
	return strings.TrimRight(string(runes[:max-1]), " ") + "…"
}

// sharpCommand matches what Azure's and TeamCity's runners, and GitHub's older ones, take for a command wherever it stands.
var sharpCommand = regexp.MustCompile(`##([a-zA-Z]*\[)`)

// disarm breaks the two forms of workflow commands: "::name::" at the start of a line (GitHub), and "##name[" anywhere. A blank in them keeps
// the line readable.
func disarm(line string) string {
	line = sharpCommand.ReplaceAllString(line, "## $1")
	if strings.HasPrefix(line, "::") {
		line = ": :" + line[2:]
	}
	return line
}
