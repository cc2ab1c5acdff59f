package golden

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Console holds every block of a file that begins with a line "```console" against what its commands print. Lines that begin with "$ " are
// commands, handed to run in the order of the file; what follows up to the next one is their output. Outputs are compared after steady has
// replaced what differs from run to run. Where only that differs all are kept as they stand; otherwise all are of one run.
func Console(t *testing.T, path string, run func(command string) string, steady func(string) string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	blocks := 0
	have := consoleBlock.ReplaceAllStringFunc(string(content), func(block string) string {
		blocks++
		return fence + replay(strings.TrimSuffix(strings.TrimPrefix(block, fence), "```"), run) + "```"
	})
	require.NotZero(t, blocks, "%s shows no command", path)
	if steady(have) == steady(string(content)) {
		have = string(content)
	}
	File(t, path, have)
}

const fence = "```console\n"

var consoleBlock = regexp.MustCompile("(?ms)^```console\n.*?^```")

// replay writes the commands of a block with what they print now.
func replay(block string, run func(string) string) string {
	var b strings.Builder
	for line := range strings.Lines(block) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			b.WriteString(line)
			b.WriteString(run(strings.TrimSuffix(command, "\n")))
		}
	}
	return b.String()
}
