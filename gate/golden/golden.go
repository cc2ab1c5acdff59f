// Package golden keeps true what is written down beside the code: golden files, generated tables, and the commands of a README with their output.
// With -update a test writes anew what it compares with.
package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write anew what the tests compare with: golden files, generated parts of README files")

// File holds a whole file against what it should be.
func File(t *testing.T, path, want string) {
	t.Helper()
	have, err := os.ReadFile(path)
	if *update && string(have) != want {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644)) //nolint:gosec // it is part of the repository, for all to read
		return
	}
	require.NoError(t, err, "run the test with -update, and read what it writes")
	if string(have) != want {
		require.Fail(t, path+" is not current: run the test with -update", difference(string(have), want))
	}
}

// difference shows the first line that is not as it should be.
func difference(have, want string) string {
	is, should := strings.Split(have, "\n"), strings.Split(want, "\n")
	line := 0
	for line < min(len(is), len(should))-1 && is[line] == should[line] {
		line++
	}
	return fmt.Sprintf("line %d is\n%s\nand should be\n%s", line+1, is[line], should[line])
}

// Sections holds the generated parts of a file against what they should be. A part stands between the lines `<!-- generated: NAME -->` and
// `<!-- end -->`, and ends with a new line.
func Sections(t *testing.T, path string, parts map[string]string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	text := string(content)
	for name, part := range parts {
		section := regexp.MustCompile(`(?s)(<!-- generated: ` + regexp.QuoteMeta(name) + ` -->\n).*?(<!-- end -->)`)
		require.Regexp(t, section, text, "%s has no generated part %q", path, name)
		text = section.ReplaceAllStringFunc(text, func(old string) string {
			markers := section.FindStringSubmatch(old)
			return markers[1] + part + markers[2]
		})
	}
	File(t, path, text)
}
