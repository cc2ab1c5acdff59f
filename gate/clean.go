package gate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanLine makes untrusted text fit for one line of a terminal or a log: titles, paths and reasons come from whoever wrote a report.
// Control characters (ESC and C1 among them), marks that change the direction of text and invisible ones are dropped, white space becomes one
// blank, what a CI runner would take for a command is broken up, and what is longer than max characters is cut, with an ellipsis.
func CleanLine(text string, max int) string {
	var b strings.Builder
	length, blank := 0, false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			blank = length > 0
			continue
		case r == utf8.RuneError || !unicode.IsPrint(r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			length, blank = length+1, false
		}
		if length >= max-1 && max > 0 {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		length++
	}
	return disarm(b.String())
}

// disarm breaks the two forms of workflow commands: "::name::" at the start of a line, and "##[name]" anywhere (GitHub's and Azure's runners).
// A zero-width text is no command; a blank keeps it readable.
func disarm(line string) string {
	line = strings.ReplaceAll(line, "##[", "## [")
	line = strings.ReplaceAll(line, "##vso[", "## vso[")
	if strings.HasPrefix(line, "::") {
		line = ": :" + line[2:]
	}
	return line
}
