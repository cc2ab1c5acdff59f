package scanner_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/scanner"
)

func TestReadmeIsCurrent(t *testing.T) {
	golden.Sections(t, "../README.md", map[string]string{
		"formats": formatTable(), "severities": severityTable(), "entries": entryTable(), "notes": notes(), "differences": differenceTable(t),
	})
	golden.Sections(t, "../../README.md", map[string]string{"formats": formatList()})
}

func formatTable() string {
	var b strings.Builder
	b.WriteString("| name | reads | proof of an empty scan | how a cut is noticed |\n|---|---|---|---|\n")
	for _, f := range scanner.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Title, cmp.Or(f.Proof, "none: a receipt, or `empty: allowed`"),
			cmp.Or(f.Cut, "the document does not end"))
	}
	return b.String()
}

func severityTable() string {
	var b strings.Builder
	b.WriteString("| format | word | means | why |\n|---|---|---|---|\n")
	for _, s := range report.Severities() {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", s.Format, s.Word, s.Means, s.Why)
	}
	return b.String()
}

func entryTable() string {
	var b strings.Builder
	b.WriteString("| format | an entry is | left out, and counted |\n|---|---|---|\n")
	for _, f := range scanner.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, f.Entry, f.LeftOut)
	}
	return b.String()
}

func notes() string {
	var b strings.Builder
	said := map[string]bool{}
	for _, f := range scanner.Formats() {
		if said[f.Notes] {
			continue
		}
		said[f.Notes] = true
		fmt.Fprintf(&b, "**%s.** %s\n\n", f.Name, strings.ReplaceAll(f.Notes, `"`, "`"))
	}
	return b.String()
}

func differenceTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| report | count | reason |\n|---|---|---|\n")
	explained := table(t, "explained.csv")
	for _, path := range slices.Sorted(maps.Keys(explained)) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", path, explained[path].findings, explained[path].why)
	}
	return b.String()
}

func formatList() string {
	var b strings.Builder
	for _, f := range scanner.Formats() {
		fmt.Fprintf(&b, "- `%s`: %s\n", f.Name, f.Title)
	}
	return b.String()
}
