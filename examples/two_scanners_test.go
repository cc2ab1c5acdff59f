package examples_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

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
	before := map[string]int{trivy: len(lines(t, "--raw", trivy)), grype: len(lines(t, "--raw", grype))}
	both := 0
	after := lines(t, trivy, grype)
	for _, line := range after {
		var d struct {
			Sources []string `json:"sources"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &d))
		if len(d.Sources) == 2 {
			both++
		}
	}
	require.Positive(t, both)
	require.Less(t, len(after), before[trivy]+before[grype])
	golden.Sections(t, "two-scanners/README.md", map[string]string{"corpus": fmt.Sprintf(
		"| entries of Trivy | entries of Grype | defects | found by both |\n|---|---|---|---|\n| %d | %d | %d | %d |\n",
		before[trivy], before[grype], len(after), both)})
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
