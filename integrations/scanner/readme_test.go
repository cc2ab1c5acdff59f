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
		"formats": formatTable(), "severities": severityTable(), "entries": entryTable(), "notes": notes(), "differences": differenceTable(t), "empty": emptyTable(t), "programs": programTable(),
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
	names := make([]string, len(scanner.Names()))
	for i, name := range scanner.Names() {
		names[i] = "`" + name + "`"
	}
	return wrapped(strings.Join(names, ", ")+".", 150)
}

// wrapped breaks a text into lines.
func wrapped(text string, width int) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case line+1+len(word) > width:
			b.WriteString("\n")
			line = 0
		default:
			b.WriteString(" ")
			line++
		}
		b.WriteString(word)
		line += len(word)
	}
	return b.String() + "\n"
}

func programTable() string {
	var b strings.Builder
	b.WriteString("| program | exit codes | documented |\n|---|---|---|\n")
	for _, p := range scanner.Programs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, strings.Trim(fmt.Sprint(p.Finished), "[]"), p.Source)
	}
	return b.String()
}
