package signoff

import (
	"strconv"
	"strings"
)

// String gives the command as [Parse] takes it: one space between the words, and each field on a line of its own.
func (c *Command) String() string {
	lines := []string{c.Line()}
	for _, f := range fieldForms {
		if text := c.field(f.name); text != "" {
			lines = append(lines, f.name+": "+text)
		}
	}
	return strings.Join(lines, "\n")
}

// Line gives the command without its fields.
func (c *Command) Line() string {
	words := []string{head, string(c.Verb)}
	add := func(keyword, text string) {
		if text == "" {
			return
		}
		if keyword != "" {
			words = append(words, keyword)
		}
		words = append(words, text)
	}
	add("", c.Record)
	add("", strings.Join(c.Targets, ","))
	if c.Hours > 0 {
		add("for", strconv.Itoa(c.Hours)+"h")
	}
	add("in", c.Component)
	add("at", c.At)
	add("until", c.Until)
	add("because", c.Reason)
	return strings.Join(words, " ")
}

// String gives the scope as a field says it; "" where none was said.
func (s Scope) String() string {
	if s.Name == "" {
		return string(s.Reach)
	}
	return string(s.Reach) + " " + s.Name
}

// forms are the verbs with a line that would be taken, in the order in which people are told of them.
var forms = []struct {
	verb    Verb
	example string
}{
	{Accept, "/defectgate accept CVE-2026-12345 until 2026-12-31 because the parser is not reachable from outside"},
	{FalsePositive, "/defectgate false-positive CVE-2026-12345 because the vulnerable function is not compiled in"},
	{Override, "/defectgate override for 4h because production is down and this build repairs it"},
	{Approve, "/defectgate approve dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN"},
	{Revoke, "/defectgate revoke dgx_01JZX3M8Q4T6W9Y2B5D7F0GHKN because the fix is released"},
	{Status, "/defectgate status"},
	{Help, "/defectgate help"},
}

// exampleOf gives a line that would be taken: of the verb, or of the first where it is not known.
func exampleOf(verb Verb) string {
	for _, f := range forms {
		if f.verb == verb {
			return f.example
		}
	}
	return forms[0].example
}
