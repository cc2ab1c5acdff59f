//go:build unix

package ledger_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// nobody is the account that owns nothing, on every Unix.
const nobody = 65534

// asNobody runs the test once more as an account that may not write everywhere, where this one may: root is refused nothing, and a test of what is
// refused would show nothing. It reports whether that was done; then there is nothing left to do.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return false
	}
	folder, err := os.MkdirTemp("", "as-nobody-*") // t.TempDir lies below a folder that others may not enter
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	own := filepath.Join(folder, "own")
	require.NoError(t, os.Mkdir(own, 0o700))
	require.NoError(t, os.Chown(own, nobody, nobody))
	require.NoError(t, os.Chmod(folder, 0o755))
	program := filepath.Join(folder, "test")
	copied(t, os.Args[0], program)

	cmd := exec.Command(program, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Dir, cmd.Env = own, []string{"TMPDIR=" + own, "HOME=" + own, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Contains(t, string(said), "--- PASS: "+t.Name(), "it ran, and was not passed over")
	return true
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	source, err := os.Open(from)
	require.NoError(t, err)
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(target, source)
	require.NoError(t, err)
	require.NoError(t, source.Close())
	require.NoError(t, target.Chmod(0o755))
	require.NoError(t, target.Close())
}
