package sarif

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// message is a text, or the id of one with arguments (§3.11).
type message struct {
	Text, Markdown, ID string
	Arguments          []string
}

// Field gives where a member of a message goes.
func (m *message) Field(name []byte) any {
	switch string(name) {
	case "text":
		return &m.Text
	case "markdown":
		return &m.Markdown
	case "id":
		return &m.ID
	case "arguments":
		return &m.Arguments
	}
	return nil
}

// resolve gives the message as plain text. The tables hold texts by id; the first that has the id is used (§3.11.7).
func (m *message) resolve(tables ...map[string]string) string {
	text := m.Text
	for _, table := range tables {
		if text == "" && m.ID != "" {
			text = table[m.ID]
		}
	}
	if text == "" {
		text = m.Markdown
	}
	if len(m.Arguments) > 0 {
		text = m.fill(text)
	}
	if !strings.Contains(text, "](") {
		return text
	}
	return links.ReplaceAllString(text, "$1")
}

// links are those that lead to a related location by its number (§3.11.6): in plain text only their words are of use.
var links = regexp.MustCompile(`\[([^\[\]]*)\]\(\d+\)`)

var placeholder = regexp.MustCompile(`\{\{|\}\}|\{\d+\}`)

// fill puts in the arguments (§3.11.5). A text without arguments is left as it is: many tools do not double their braces.
func (m *message) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if found == "{{" || found == "}}" {
			return found[:1]
		}
		i, err := strconv.Atoi(found[1 : len(found)-1])
		if err != nil || i >= len(m.Arguments) {
			return found
		}
		return m.Arguments[i]
	})
}

// longest is how much of a text is kept, in bytes: a title is one line, and rules are held as long as their results are read.
const longest = 300

// shorten cuts a text, and lets go of the memory of what it was a part of.
func shorten(text string) string {
	if len(text) <= longest {
		return strings.Clone(text)
	}
	at := longest
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	return text[:at] + "…"
}
