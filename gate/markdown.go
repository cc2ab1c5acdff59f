package gate

import "strings"

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

// Prose shows untrusted text in Markdown as prose in which nothing means anything, cleaned and cut to max characters.
func Prose(text string, max int) string { return marks.Replace(CleanLine(text, max)) }
