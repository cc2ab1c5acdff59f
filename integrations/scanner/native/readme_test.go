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
		"head": tableOf(headMembers), "record": tableOf(recordMembers), "sheet": sheetTable(), "risk": riskTable(),
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

// riskTable asks the code for each cell of the matrix.
func riskTable() string {
	var b strings.Builder
	b.WriteString("| | likelihood low | likelihood medium | likelihood high |\n|---|---|---|---|\n")
	low, medium, high := 0, 3, 6
	for _, i := range []*int{&high, &medium, &low} {
		fmt.Fprintf(&b, "| impact %s |", gate.Estimate(*i).Level())
		for _, l := range []*int{&low, &medium, &high} {
			risk := gate.Risk{
				SkillLevel: l, Motive: l, Opportunity: l, Size: l, EaseOfDiscovery: l, EaseOfExploit: l, Awareness: l, IntrusionDetection: l,
				LossOfConfidentiality: i, LossOfIntegrity: i, LossOfAvailability: i, LossOfAccountability: i,
			}
			fmt.Fprintf(&b, " %s |", risk.Severity())
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The risk of README.md is what the sentence above it says.
func TestReadmeRisk(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)This one is (.*?): its likelihood is (.*?), its impact (.*?)\\.\n\n```json\n(\"risk\": .*?)```").FindSubmatch(readme)
	require.NotNil(t, block)
	found, _, err := reporttest.Parse(JSON, fmt.Appendf(nil, `{"defectgate":1,"tool":{"name":"x"},"defects":[{"id":"1","kind":"design",%s}]}`, block[4]))
	require.NoError(t, err)
	require.Equal(t, string(block[1]), found[0].Rating.Severity.String())
	require.Equal(t, fmt.Sprintf("OWASP likelihood %s, impact %s", block[2], block[3]), found[0].Rating.Note)
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
