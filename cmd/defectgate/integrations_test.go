package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/feed"
)

// The formats of statements stand in two tables, so that their page is made where both are known.
func TestPageOfIntegrationsIsCurrent(t *testing.T) {
	var statements, said, feeds, told strings.Builder
	statements.WriteString("| name | reads |\n|---|---|\n")
	for _, f := range config.StatementFormats() {
		fmt.Fprintf(&statements, "| `%s` | %s |\n", f.Name, cell(f.Title))
		note(&said, f.Name, f.Notes)
	}
	feeds.WriteString("| name | reads | its date | how old it may be |\n|---|---|---|---|\n")
	for _, f := range feed.Formats() {
		fmt.Fprintf(&feeds, "| `%s` | %s | %s | %s |\n", f.Name, cell(f.Title), strings.ReplaceAll(f.Date, `"`, "`"), f.MaxAge)
		note(&told, f.Name, f.Notes)
	}
	golden.Sections(t, "../../integrations/README.md", map[string]string{"statements": statements.String(), "statement-notes": said.String(),
		"feeds": feeds.String(), "feed-notes": told.String()})
}

// note is a paragraph on one format. Names of members stand in double quotes.
func note(b *strings.Builder, name, text string) {
	if text != "" {
		fmt.Fprintf(b, "**%s.** %s\n\n", name, strings.ReplaceAll(text, `"`, "`"))
	}
}
