package examples_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
)

// corpus is a folder of real reports. It lies beside the checkout and is not part of it.
const corpus = "../../shared/corpus"

// The page's last table is made of two real reports of one image.
func TestTwoScannersOnOneImage(t *testing.T) {
	trivy, grype := filepath.Join(corpus, "trivy/legacy_many_vulns.json"), filepath.Join(corpus, "grype/many_vulns3.json")
	if _, err := os.Stat(trivy); err != nil {
		t.Skip("no corpus beside the checkout: the table of two-scanners is as it was")
	}
	before := append(found(t, "--raw", trivy), found(t, "--raw", grype)...)
	after := found(t, trivy, grype)
	both := slices.DeleteFunc(slices.Clone(after), func(d defect) bool { return len(d.Sources) < 2 })
	require.NotEmpty(t, both)
	require.Less(t, len(after), len(before))
	shown := both[:min(6, len(both))]
	golden.Sections(t, "two-scanners/README.md", map[string]string{
		"corpus": fmt.Sprintf("| entries of Trivy | entries of Grype | defects | found by both |\n|---|---|---|---|\n| %d | %d | %d | %d |\n",
			count(before, trivy), count(before, grype), len(after), len(both)),
		"before": rows(slices.DeleteFunc(before, func(d defect) bool { return !slices.ContainsFunc(shown, d.is) })),
		"after":  rows(shown),
	})
}

// defect is one line of `defects --format json`.
type defect struct {
	ID        string         `json:"id"`
	Severity  string         `json:"severity"`
	Component gate.Component `json:"component"`
	Sources   []string       `json:"sources"`
}

// is compares with an entry of a report, which has the same id here.
func (d defect) is(o defect) bool { return d.ID == o.ID && d.Component.Name == o.Component.Name }

func count(defects []defect, source string) (n int) {
	for _, d := range defects {
		if slices.Contains(d.Sources, source) {
			n++
		}
	}
	return n
}

// rows are a table of defects.
func rows(defects []defect) string {
	var b strings.Builder
	b.WriteString("| id | component | severity | found by |\n|---|---|---|---|\n")
	for _, d := range defects {
		var tools []string
		for _, source := range d.Sources {
			tools = append(tools, filepath.Base(filepath.Dir(source)))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.ID, d.Component.Name, d.Severity, strings.Join(tools, ", "))
	}
	return b.String()
}

// found are the defects that `defects --format json` prints.
func found(t *testing.T, args ...string) (defects []defect) {
	for _, line := range lines(t, args...) {
		var d defect
		require.NoError(t, json.Unmarshal([]byte(line), &d))
		defects = append(defects, d)
	}
	return defects
}

// lines are what `defects --format json` prints.
func lines(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.Command(filepath.Join(tools, "defectgate"), append([]string{"defects", "--format", "json"}, args...)...)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	require.NoError(t, command.Run(), problems.String())
	return strings.Split(strings.TrimSpace(out.String()), "\n")
}
