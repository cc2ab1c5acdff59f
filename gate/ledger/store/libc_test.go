package store_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// TestLibcIsTheOneThatSQLiteWasMadeWith: its makers build and test SQLite with one version of their C library, and vouch for no other.
func TestLibcIsTheOneThatSQLiteWasMadeWith(t *testing.T) {
	path := module(t, "{{.GoMod}}", "modernc.org/sqlite")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	file, err := modfile.ParseLax(path, text, nil)
	require.NoError(t, err)
	wanted := ""
	for _, r := range file.Require {
		if r.Mod.Path == "modernc.org/libc" {
			wanted = r.Mod.Version
		}
	}
	require.NotEmpty(t, wanted)
	require.Equal(t, wanted, module(t, "{{.Version}}", "modernc.org/libc"))
}

// module asks the go command, which runs the tests, about a module of the build. What it answers lies on this machine since the test was built.
func module(t *testing.T, format, path string) string {
	t.Helper()
	command := exec.Command("go", "list", "-m", "-f", format, path)
	command.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly")
	answer, err := command.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(answer))
}
