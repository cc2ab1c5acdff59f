package scanner_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/scanner"
)

func TestReadmeIsCurrent(t *testing.T) {
	golden.Sections(t, "../README.md", map[string]string{"formats": formatTable(), "differences": differenceTable()})
	golden.Sections(t, "../../README.md", map[string]string{"formats": formatList()})
}

func formatTable() string {
	var b strings.Builder
	b.WriteString("| name | reads | proof of an empty scan | how a cut is noticed | severity words of its own |\n|---|---|---|---|---|\n")
	for _, f := range scanner.Formats() {
		proof := cmp.Or(f.Proof, "none: it needs `empty: allowed`")
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Name, f.Title, proof, cmp.Or(f.Cut, "the document does not end"), words(f.Severity))
	}
	return b.String()
}

func words(w gate.Words) string {
	texts := make([]string, 0, len(w))
	for _, word := range slices.Sorted(maps.Keys(w)) {
		texts = append(texts, fmt.Sprintf("`%s` = %s", word, w[word]))
	}
	return strings.Join(texts, ", ")
}

func differenceTable() string {
	var b strings.Builder
	b.WriteString("| report | count | reason |\n|---|---|---|\n")
	for _, path := range slices.Sorted(maps.Keys(explained)) {
		count := "refused"
		if n := explained[path].count; n >= 0 {
			count = fmt.Sprint(n)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", path, count, explained[path].reason)
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
