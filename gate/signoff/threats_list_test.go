package signoff_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onPlatforms are the threats that no test can show yet, with what is to be shown.
var onPlatforms = map[string]string{
	"T15": "webhooks are authenticated before they are read: there is no server for them",
}

// folders are where threats are shown: here, beside the terminal cleaner, at the platforms, at the command line, and in the lint of workflows.
var folders = []string{".", "..", "../../integrations/platform/github", "../../cmd/defectgate", "../../.ci/workflowlint"}

// TestEveryThreatIsShownOrListed looks for the tests of the threats by their names, here and beside the terminal cleaner.
func TestEveryThreatIsShownOrListed(t *testing.T) {
	shown := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		require.NoError(t, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			for _, m := range regexp.MustCompile(`(?m)^func (?:Test|Fuzz)T([0-9]{2})[A-Z]`).FindAllSubmatch(text, -1) {
				shown["T"+string(m[1])] = true
			}
		}
	}
	for n := 1; n <= 39; n++ {
		threat := fmt.Sprintf("T%02d", n)
		listed := onPlatforms[threat] != ""
		assert.True(t, shown[threat] != listed, "%s: shown %v, listed %v", threat, shown[threat], listed)
	}
}
