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

// onPlatforms are the threats that cannot be shown without a platform, or a workflow, with what is to be shown there.
var onPlatforms = map[string]string{
	"T05": "the shipped workflow checks out no head, runs no ${{ github.event.* }}, and names its permissions",
	"T06": "configuration, policies and exceptions are read from the base commit",
	"T15": "webhooks are authenticated before they are read",
	"T23": "the file of outputs is written with a delimiter that nobody can guess",
	"T24": "the shipped workflow asks for the verdict pass, never for one that is not fail",
	"T35": "the exit code alone carries the verdict",
	"T39": "logins and paths are looked at before they become part of an address",
}

// partly are threats that are shown here as far as no platform is needed, with what is left.
var partly = map[string]string{
	"T02": "our own sign at a comment moves the time of its update, and not who edited it",
	"T07": "author_association is not read",
	"T09": "pending, 404, 403 and 5xx of a team become no, no, and errors",
	"T10": "an approver who was removed since is asked about anew, where recheck is on",
	"T14": "performed_via_github_app, and the bot flag of a user, become Bot",
	"T17": "the report says that the comment is gone",
	"T19": "a redirect is followed, and the id compared",
	"T21": "on a fork, writing fails with 403 and the gate still judges",
	"T36": "errors in a GraphQL answer of status 200, and pages that are missing, become errors",
}

// TestEveryThreatIsShownOrListed looks for the tests of the threats by their names, here and beside the terminal cleaner.
func TestEveryThreatIsShownOrListed(t *testing.T) {
	shown := map[string]bool{}
	for _, folder := range []string{".", ".."} {
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
		assert.True(t, shown[threat] != listed, "%s: shown %v, left to the platforms %v", threat, shown[threat], listed)
		if partly[threat] != "" {
			assert.True(t, shown[threat], threat)
		}
	}
}
