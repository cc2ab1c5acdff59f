package sarif

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// How much of a foreign text is written, in characters. Code scanning takes 1024 of a description.
const (
	maxName = 500
	maxText = 1000
)

// unnamed stands for a text of which nothing shows.
const unnamed = "-"

// clean is a name in one line.
func clean(text string) string { return gate.CleanLine(text, maxName) }

// sentence is a text in one line, in which "[words](address)" makes no link: it would in the message of a result (§3.11.6).
func sentence(text string) string {
	return strings.ReplaceAll(gate.CleanLine(text, maxText), "](", "] (")
}
