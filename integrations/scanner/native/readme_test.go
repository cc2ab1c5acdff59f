package native

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
)

// The tables of README.md are those of the code.
func TestReadmeTables(t *testing.T) {
	golden.Sections(t, "README.md", map[string]string{
		"head": tableOf(headMembers), "record": tableOf(recordMembers), "sheet": sheetTable(),
	})
}

func tableOf(members []member) string {
	var b strings.Builder
	b.WriteString("| member | value | required | meaning |\n|---|---|---|---|\n")
	for _, m := range members {
		required := ""
		if m.required {
			required = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.name, m.value, required, m.meaning)
	}
	return b.String()
}

func sheetTable() string {
	var b strings.Builder
	b.WriteString("The lines of the head:\n\n")
	for _, m := range metaLines {
		fmt.Fprintf(&b, "- `%s`\n", m)
	}
	return b.String()
}

// The examples of README.md are read, and all three say the same.
func TestReadmeExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var findings [][]gate.Finding
	var scans []gate.Scan
	for _, example := range []struct {
		fence  string
		format report.Format
	}{{"json", JSON}, {"jsonl", NDJSON}, {"csv", CSV}} {
		block := regexp.MustCompile("(?s)```" + example.fence + "\n(.*?)```").FindSubmatch(readme)
		require.NotNil(t, block, example.fence)
		found, scan, err := reporttest.Parse(example.format, block[1])
		require.NoError(t, err, example.fence)
		findings, scans = append(findings, found), append(scans, scan)
	}
	require.Len(t, findings[0], 2)
	require.Equal(t, findings[0], findings[1])
	require.Equal(t, findings[0], findings[2])
	require.Equal(t, scans[0], scans[1])
	require.Equal(t, scans[0].Proof, scans[2].Proof)
}
