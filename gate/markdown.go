package gate

import (
	"regexp"
	"strings"
)

// CodeSpan shows untrusted text in Markdown as it is, cleaned: behind more backticks than it has in a row. What is longer than max characters is cut.
func CodeSpan(text string, max int) string {
	text = CleanLine(text, max)
	if text == "" {
		return "`-`"
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 || strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// CodeCell is a [CodeSpan] in a table, where a bar would end the cell.
func CodeCell(text string, max int) string { return strings.ReplaceAll(CodeSpan(text, max), "|", `\|`) }

// marks are what means something to Markdown, to HTML or to a forge. A forge may look for people after it has read entities: a mark that does not
// show keeps it from finding any.
var marks = func() *strings.Replacer {
	pairs := []string{"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;&#8203;", "#", "&#35;", ":", "&#58;", "!", "&#33;", "$", "&#36;", "%", "&#37;"}
	for _, mark := range "\\`*_{}[]()+-.|~^=" {
		pairs = append(pairs, string(mark), `\`+string(mark))
	}
	return strings.NewReplacer(pairs...)
}()

// Prose shows untrusted text in Markdown as prose in which nothing means anything, cleaned and cut to max characters. It may begin with a "/", so
// that something of ours must stand before it.
func Prose(text string, max int) string {
	return numbered.ReplaceAllString(references.Replace(marks.Replace(CleanLine(text, max))), "$1"+unseen+"$2")
}

// unseen stands in what a forge would take for a number or an address of its own: it looks for these after it has read the escapes.
const unseen = "&#8203;"

var (
	references = strings.NewReplacer("&#35;", "&#35;"+unseen, "&#33;", "&#33;"+unseen, "&amp;", "&amp;"+unseen, "&#58;//", "&#58;"+unseen+"//")
	numbered   = regexp.MustCompile(`(?i)(gh)(\\-[0-9])`)
)
