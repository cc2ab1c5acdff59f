package signoff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// head begins every command. Only ASCII letters are compared without case.
const head = "/defectgate"

// The most that one command may ask for.
const (
	mostTargets = 5
	mostHours   = 72
)

// Parse reads a comment. One that does not begin with /defectgate is no command, and nobody is told so; one that does is a command, or is refused
// with what was wanted. Time and memory grow with the length of the comment, up to 64 KiB of it.
//
// The text must be the whole comment as the forge keeps it. A command is never searched for: what is quoted, fenced or pasted below other text is
// not what the author says.
func Parse(body string) (c *Command, isCommand bool, r *Refusal) {
	if !isHead(body) {
		return nil, false, nil
	}
	first, rest, r := cutLine(body)
	if r != nil {
		return nil, true, r
	}
	// First of all, and in all of the text: any other refusal could repeat a part of it.
	if looksSecret(body) {
		return nil, true, refuse(Secret, "The comment holds what looks like a credential. Delete the comment, replace the credential where it is used, "+
			"and write the command anew without it.")
	}
	if c, r = parseLine(first); r == nil {
		r = c.parseRest(rest)
	}
	if r != nil {
		return nil, true, r
	}
	return c, true, nil
}

// parseLine reads the command itself.
func parseLine(text string) (*Command, *Refusal) {
	l := &line{text: strings.TrimRight(text, " "), next: len(head)}
	l.verb = l.readVerb()
	c := &Command{Verb: l.verb}
	switch c.Verb {
	case Accept:
		c.Targets = l.targets()
		c.Component = l.component()
		c.At = l.commit()
		c.Until = l.until()
	case FalsePositive:
		c.Targets = l.targets()
		c.Component = l.component()
		c.At = l.commit()
	case Override:
		c.Hours = l.hours()
		c.At = l.commit()
	case Approve:
		c.Record = l.record()
		c.At = l.commit()
	case Revoke:
		if word, _ := l.peek(); beginsASCII(word, recordPrefix) {
			c.Record = l.record()
		} else {
			c.Targets = l.targets()
		}
	}
	switch c.Verb {
	case Accept, FalsePositive, Override, Revoke:
		c.Reason = l.reason()
	default:
		l.end()
	}
	return c, l.refusal
}

// readVerb takes what the comment asks for. The head alone asks for help.
func (l *line) readVerb() Verb {
	if l.next == len(l.text) {
		return Help
	}
	word, at := l.word("A command")
	names, near := make([]string, len(forms)), ""
	for i, f := range forms {
		switch names[i] = string(f.verb); {
		case word == names[i]:
			return f.verb
		case len(word) >= nearly && beginsASCII(names[i], word[:nearly]):
			l.verb, near = f.verb, " Did you mean "+names[i]+"?"
		}
	}
	last := len(names) - 1
	l.refuse(Syntax, at, "%s is no command: write %s or %s.%s", quoted(word), strings.Join(names[:last], ", "), names[last], near)
	return ""
}

// nearly is how many first letters tell what somebody may have meant: no two verbs share them.
const nearly = 3

// targets takes the ids of the defects that the command is about.
func (l *line) targets() []string {
	text, at := l.word("The id of a defect")
	if l.refusal != nil {
		return nil
	}
	var ids []string
	for id := range strings.SplitSeq(text, ",") {
		switch fault := faultOfID(id); {
		case len(ids) == mostTargets:
			l.refuse(Syntax, at, "A sixth defect stands here: name at most %d, and the others in a comment of their own.", mostTargets)
		case fault != "":
			l.refuse(Syntax, at, "%s", fault)
		case slices.ContainsFunc(ids, func(other string) bool { return equalASCII(id, other) }):
			l.refuse(Syntax, at, "The defect %s stands here twice: name it once.", quoted(id))
		}
		if l.refusal != nil {
			return nil
		}
		ids = append(ids, id)
		at += len(id) + len(",")
	}
	return ids
}

// record takes the id of a record.
func (l *line) record() string {
	word, at := l.word("The id of a record")
	if l.refusal == nil && !recordForm.MatchString(word) {
		l.refuse(Syntax, at, "%s is no id of a record: write dgx_ with 26 digits and capital letters, as the reply to the sign-off shows it.", quoted(word))
	}
	return word
}

// component takes the package that the command is narrowed to, if there is one.
func (l *line) component() string {
	if !l.optional("in") {
		return ""
	}
	word, at := l.word("A package URL")
	if l.refusal == nil && (!purlForm.MatchString(word) || checkPackage(word) != nil) {
		l.refuse(Syntax, at, "%s is no package URL that can be compared: write pkg:type/name or pkg:type/name@version, without ? and #.", quoted(word))
	}
	return word
}

// commit takes the beginning of the commit that was read, if it is named.
func (l *line) commit() string {
	if !l.optional("at") {
		return ""
	}
	word, at := l.word("A commit")
	if l.refusal == nil && !commitForm.MatchString(word) {
		l.refuse(Syntax, at, "%s is no commit: write 7 to 64 of its hexadecimal digits.", quoted(word))
	}
	return strings.ToLower(word)
}

// until takes the last day. Whether it is past, or too far away, is for those who have a clock and a policy.
func (l *line) until() string {
	if !l.keyword("until") {
		return ""
	}
	word, at := l.word("A day, as YYYY-MM-DD,")
	if _, err := gate.ParseDay(word); l.refusal == nil && err != nil {
		l.refuse(Date, at, "%s is no day: %s.", quoted(word), gate.HintOf(err))
	}
	return word
}

// hours takes how long an override holds.
func (l *line) hours() int {
	if !l.keyword("for") {
		return 0
	}
	word, at := l.word("A number of hours, as 4h,")
	digits, hasUnit := strings.CutSuffix(word, "h")
	hours, err := strconv.Atoi(digits)
	isExact := err == nil && hasUnit && strconv.Itoa(hours) == digits // no sign, no leading zero
	if l.refusal == nil && (!isExact || hours < 1 || hours > mostHours) {
		l.refuse(Hours, at, "%s is no time for an override: write 1h to %dh.", quoted(word), mostHours)
	}
	return hours
}
