package markdown

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// How much of a foreign text is shown, in characters.
const (
	maxName  = 120
	maxProse = 300
)

// code shows a name as it is.
func code(text string) string { return gate.CodeSpan(text, maxName) }

// cell does so in a table.
func cell(text string) string { return gate.CodeCell(text, maxName) }

// prose shows a sentence. It may begin with a "/", so that something of ours must stand before it.
func prose(text string) string { return gate.Prose(text, maxProse) }

// row is one of a table. Its cells are made already.
func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// titles are the first two lines of a table.
func titles(names ...string) string {
	return row(names...) + "\n|" + strings.Repeat("---|", len(names))
}

// folded is a part that is opened by whoever wants to read it. It gives way to what stands open.
func folded(title string, b block) block {
	if b.rows == 0 {
		return block{}
	}
	b.head = strings.TrimSuffix("<details>\n<summary>"+title+"</summary>\n\n"+b.head, "\n")
	b.foot, b.rank = "\n</details>", spare
	return b
}

// fenced shows lines that are there to be pasted, behind more backticks than they have in a row.
func fenced(lines []string) string {
	fence := "```"
	for _, line := range lines {
		for strings.Contains(line, fence) {
			fence += "`"
		}
	}
	return fence + "\n" + strings.Join(lines, "\n") + "\n" + fence
}

// defect names one in a cell: its id, what it belongs to, where it is, and its title.
func defect(j *gate.Judged) string {
	text := cell(j.ID) + " in " + cell(phrase.Subject(j))
	if place := phrase.Place(j); place != "" {
		text += ", " + cell(place)
	}
	if j.Title != "" {
		text += ": " + prose(j.Title)
	}
	return text
}
