package signoff

import (
	"fmt"
	"regexp"
	"strings"
)

// The fields, in the order in which they are written.
const (
	controlField = "control"
	ticketField  = "ticket"
	scopeField   = "scope"
)

// fieldForms are the fields with a line that would be taken.
var fieldForms = []struct{ name, example string }{
	{controlField, "control: rule 4711 of the application firewall blocks the path"},
	{ticketField, "ticket: OPS-1234"},
	{scopeField, "scope: branch main"},
}

// exampleOfField gives a line that would be taken.
func exampleOfField(name string) string {
	for _, f := range fieldForms {
		if f.name == name {
			return f.example
		}
	}
	return ""
}

// parseRest reads what stands below the command: the fields, directly below it, and then words that are for people.
func (c *Command) parseRest(rest string) *Refusal {
	for rest != "" {
		text, after, isWhole := strings.Cut(rest, "\n")
		if isWhole {
			text = strings.TrimSuffix(text, "\r")
		}
		name := fieldOf(text)
		if name == "" {
			break
		}
		if r := c.parseField(name, strings.TrimRight(text, " ")); r != nil {
			return r
		}
		rest = after
	}
	if r := c.checkTrailer(rest); r != nil {
		return r
	}
	if c.Verb == Override && c.Ticket == "" {
		r := refuse(Ticket, "An override needs a ticket: name it in a line directly below the command that begins with %q.", ticketField+":")
		r.Example = exampleOfField(ticketField)
		return r
	}
	return nil
}

// checkTrailer refuses what would be dropped, and what its author may have meant otherwise. Markdown ends a line at a lone CR too.
func (c *Command) checkTrailer(rest string) *Refusal {
	for text := range strings.FieldsFuncSeq(rest, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if beginsASCII(unindented(text), head) {
			r := refuse(Multi, "A second line begins with %s: write one command in a comment, and a > before what you quote.", head)
			r.Example = exampleOf(c.Verb)
			return r
		}
		if name := fieldOf(text); name != "" {
			return c.refuseField(name, "does not stand directly below the command: move it there, or write the line in another way")
		}
	}
	return nil
}

// unindented cuts the spaces that Markdown ignores at the beginning of a line. With more of them a line is code.
func unindented(text string) string {
	for range 3 {
		text = strings.TrimPrefix(text, " ")
	}
	return text
}

// fieldOf gives the field that a line is meant to be, however it is written: none is to be dropped in silence.
func fieldOf(text string) string {
	text = unindented(text)
	for _, f := range fieldForms {
		if beginsASCII(text, f.name+":") {
			return f.name
		}
	}
	return ""
}

// parseField reads a line that is meant to be a field.
func (c *Command) parseField(name, line string) *Refusal {
	text, isExact := strings.CutPrefix(line, name+":")
	text, isParted := cutGap(text)
	switch {
	case !c.takesFields():
		return c.refuseField(name, "")
	case !isExact:
		return c.refuseField(name, "is taken only in small letters, at the very beginning of the line")
	case text == "":
		return c.refuseField(name, "is empty: fill it in, or remove it")
	case !isParted:
		return c.refuseField(name, "is followed by no space, or by more than 8: write one")
	case c.field(name) != "":
		return c.refuseField(name, "stands here twice: write it once")
	}
	if fault, _ := faultOf(text, 1); fault != "" {
		return c.refuseField(name, fault)
	}
	return c.setField(name, text)
}

// takesFields reports whether the command is an exception, which is what fields describe.
func (c *Command) takesFields() bool {
	return c.Verb == Accept || c.Verb == FalsePositive || c.Verb == Override
}

// field gives the text of a field; "" where it was not given.
func (c *Command) field(name string) string {
	switch name {
	case controlField:
		return c.Control
	case ticketField:
		return c.Ticket
	}
	return c.Scope.String()
}

// setField keeps the text of a field.
func (c *Command) setField(name, text string) *Refusal {
	switch name {
	case controlField:
		c.Control = text
	case ticketField:
		c.Ticket = text
	case scopeField:
		isScope := false
		if c.Scope, isScope = parseScope(text); !isScope {
			return c.refuseField(name, `is none of the three: write "artifact" with a digest, "branch" with a name, or "repository"`)
		}
	}
	return nil
}

// refuseField says what is wrong with a field, unless that is that the command takes none. What stands in it is not repeated.
func (c *Command) refuseField(name, fault string) *Refusal {
	example := exampleOfField(name)
	if !c.takesFields() {
		fault = fmt.Sprintf("is no part of the command %s: remove it, or write the line in another way", c.Verb)
		example = exampleOf(c.Verb)
	}
	r := refuse(Field, "The field %q %s.", name+":", fault)
	r.Example = example
	return r
}

// parseScope reads how far a sign-off is to hold.
func parseScope(text string) (s Scope, ok bool) {
	reach, name, _ := strings.Cut(text, " ")
	name = strings.TrimLeft(name, " ")
	s = Scope{Reach: Reach(reach), Name: name}
	switch isNear := len(text)-len(reach)-len(name) <= widestGap; s.Reach {
	case Everywhere:
		return s, text == reach
	case Artifact:
		return s, isNear && digestForm.MatchString(name)
	case Branch:
		return s, isNear && branchForm.MatchString(name) && !strings.Contains(name, "..") && !strings.HasPrefix(name, "refs/")
	}
	return s, false
}

// The names in a scope. A branch is one: what git does not allow in a name could be meant as a pattern, which nothing matches.
var (
	digestForm = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)
	branchForm = regexp.MustCompile(`^[^-/ ~^:?*\[\\][^ ~^:?*\[\\]*$`)
)
