package signoff

import (
	"fmt"
	"strings"
)

// widestGap is how many spaces may stand between two words.
const widestGap = 8

// The most that is read of a comment, in bytes. A forge takes 65,536 characters and more, from anybody.
const (
	longestBody = 64 << 10
	longestLine = 4 << 10
)

// isHead reports whether a comment begins with the head, followed by a space or the end of the line.
func isHead(body string) bool {
	if !beginsASCII(body, head) {
		return false
	}
	after := body[len(head):]
	return after == "" || after[0] == ' ' || after[0] == '\n' || strings.HasPrefix(after, "\r\n")
}

// IsCommand reports whether a comment is for us: most are not, and need not be looked at.
func IsCommand(body string) bool { return isHead(body) }

// cutLine parts the first line from the others. Of a longer text than is taken no more is looked at than that.
func cutLine(body string) (first, rest string, r *Refusal) {
	if len(body) > longestBody {
		r = refuse(Syntax, "The comment has %d bytes: at most %d are read.", len(body), longestBody)
	} else {
		first, _, _ = strings.Cut(body[:min(len(body), longestLine+len("\r\n"))], "\n")
		rest = body[len(first):]
		if rest != "" {
			first, rest = strings.TrimSuffix(first, "\r"), rest[1:]
		}
		if len(first) > longestLine {
			r = refuse(Syntax, "The first line has more than %d bytes: write a shorter one.", longestLine)
		}
	}
	if r != nil {
		r.Example = exampleOf("")
	}
	return first, rest, r
}

// line reads the first line of a comment word by word, from left to right, never going back. The first refusal stays: what is read after it is
// empty, so that whoever reads need not look for a refusal after each word.
type line struct {
	text    string // with the head, without the spaces at its end
	next    int    // where the spaces before the next word begin
	verb    Verb   // "" until it is read
	refusal *Refusal
}

// refuse notes that something is wrong at a byte of the line. All before it is ASCII, so that the byte counts as the character.
func (l *line) refuse(code Code, at int, message string, args ...any) {
	if l.refusal == nil {
		l.refusal = refuse(code, message, args...)
		l.refusal.Column, l.refusal.Example = at+1, exampleOf(l.verb)
	}
}

// peek gives the next word and where it begins: "" at the end of the line.
func (l *line) peek() (word string, at int) {
	rest := strings.TrimLeft(l.text[l.next:], " ")
	at = len(l.text) - len(rest)
	word, _, _ = strings.Cut(rest, " ")
	return word, at
}

// word takes the next word. What says which one is wanted, as the beginning of a sentence.
func (l *line) word(what string) (word string, at int) {
	if l.refusal != nil {
		return "", l.next
	}
	switch word, at = l.peek(); {
	case word == "":
		l.refuse(Syntax, at, "%s is wanted here, but the line ends.", what)
	case at-l.next > widestGap:
		l.refuse(Syntax, l.next+widestGap, "More than %d spaces stand here: write one.", widestGap)
	default:
		l.plain(word, at)
	}
	if l.refusal != nil {
		return "", at
	}
	l.next = at + len(word)
	return word, at
}

// plain refuses a word with characters that only look like those of a command.
func (l *line) plain(word string, at int) {
	for i := range len(word) {
		if word[i] <= ' ' || word[i] > '~' {
			l.refuse(Syntax, at+i, "%s stands here: before the reason only plain ASCII is taken, with spaces between the words.", nameOf(word[i:]))
			return
		}
	}
}

// keyword takes one certain word.
func (l *line) keyword(want string) bool {
	word, at := l.word(fmt.Sprintf("The word %q", want))
	if l.refusal == nil && word != want {
		l.refuse(Syntax, at, "The word %q is wanted here; %s stands here.", want, quoted(word))
	}
	return l.refusal == nil
}

// optional takes a word that need not be there.
func (l *line) optional(want string) bool {
	word, _ := l.peek()
	return l.refusal == nil && word == want && l.keyword(want)
}

// end refuses what follows a command that is complete.
func (l *line) end() {
	if l.next == len(l.text) || l.refusal != nil {
		return
	}
	if word, at := l.word("Nothing"); l.refusal == nil {
		l.refuse(Syntax, at, "The command %s is complete before %s: remove it and what follows.", l.verb, quoted(word))
	}
}

// reason takes the rest of the line.
func (l *line) reason() string {
	if !l.keyword("because") {
		return ""
	}
	text, ok := cutGap(l.text[l.next:])
	begin := len(l.text) - len(text)
	if !ok && text != "" {
		l.refuse(Syntax, l.next+widestGap, "More than %d spaces stand here: write one.", widestGap)
		return ""
	}
	if fault, at := faultOf(text, shortestReason); fault != "" {
		l.refuse(Reason, begin+at, "The reason %s.", fault)
	}
	return text
}

// cutGap cuts the spaces from the beginning of a text. It reports whether they are as many as may stand between two words.
func cutGap(text string) (rest string, ok bool) {
	rest = strings.TrimLeft(text, " ")
	gap := len(text) - len(rest)
	return rest, gap >= 1 && gap <= widestGap
}
