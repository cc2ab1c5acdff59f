package key_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// where has one environment variable, KEY, and a standard input.
func where(variable string, stdin []byte) key.Where {
	return key.Where{Stdin: bytes.NewReader(stdin), Getenv: func(name string) string {
		return map[string]string{"KEY": variable}[name]
	}}
}

func TestAKeyIsReadFromWhereTheFlagSays(t *testing.T) {
	both(t, func(t *testing.T, k *key.Private) {
		written := text(t, k)
		path := filepath.Join(t.TempDir(), "key.pem")
		require.NoError(t, key.Write(path, written))
		for name, c := range map[string]struct {
			from string
			w    key.Where
		}{
			"file":                     {path, key.Where{}},
			"standard input":           {"-", where("", written)},
			"variable":                 {"env:KEY", where(string(written), nil)},
			"variable of one line":     {"env:KEY", where(strings.ReplaceAll(string(written), "\n", `\n`), nil)},
			"variable, Windows":        {"env:KEY", where(strings.ReplaceAll(string(written), "\n", `\r\n`), nil)},
			"variable, no end of line": {"env:KEY", where(strings.TrimSpace(string(written)), nil)},
		} {
			t.Run(name, func(t *testing.T) {
				read, err := key.Read(c.from, c.w)
				require.NoError(t, err)
				require.Equal(t, k.ID(), read.ID())
			})
		}
	})
}

func TestAPlaceWithoutAKeyIsRefused(t *testing.T) {
	public := text(t, generate(t, "ed25519").Public())
	broken := key.Where{Stdin: iotest.ErrReader(errors.New("the pipe broke"))}
	long := bytes.Repeat([]byte("x"), 64<<10+1)
	for name, c := range map[string]struct {
		from string
		w    key.Where
		want string
	}{
		"variable not set":     {"env:OTHER", where("", nil), `read private key from "env:OTHER": the environment variable OTHER is not set, or empty`},
		"variable empty":       {"env:KEY", where(" \n", nil), `read private key from "env:KEY": the environment variable KEY is not set, or empty`},
		"variable, public":     {"env:KEY", where(string(public), nil), `read private key from "env:KEY": it is a public key, which cannot sign`},
		"variable, long":       {"env:KEY", where(string(long), nil), `read private key from "env:KEY": it is longer than 64 KiB`},
		"standard input empty": {"-", where("", nil), `read private key from "-": there is no PEM block`},
		"standard input long":  {"-", where("", long), `read private key from "-": it is longer than 64 KiB`},
		"standard input fails": {"-", broken, `read private key from "-": the pipe broke`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := key.Read(c.from, c.w)
			require.EqualError(t, err, c.want)
		})
	}
	_, err := key.Read(filepath.Join(t.TempDir(), "none.pem"), key.Where{})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestAKeyInPlaceOfItsPlaceIsNotRepeated(t *testing.T) {
	written := text(t, generate(t, "ed25519"))
	for _, from := range []string{string(written), "env:" + string(written), "-----BEGIN"} {
		_, err := key.Read(from, where("", nil))
		require.EqualError(t, err, "read private key: this is the key itself, where its place is wanted")
		require.Contains(t, gate.HintOf(err), "env:NAME")
		silent(t, err, written)
	}
}

func TestAKeyFileIsRegularAndShort(t *testing.T) {
	dir, written := t.TempDir(), text(t, generate(t, "ed25519"))
	for size, want := range map[int]string{64 << 10: "", 64<<10 + 1: "it is longer than 64 KiB"} {
		path := filepath.Join(dir, "key.pem")
		require.NoError(t, os.WriteFile(path, append(bytes.Repeat([]byte("\n"), size-len(written)), written...), 0o600))
		_, err := key.Read(path, key.Where{})
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
	_, err := key.Read(dir, key.Where{})
	require.ErrorContains(t, err, "it is no regular file")
}

func TestAPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", path).Run(); err != nil {
		t.Skip("mkfifo is not there, or cannot make a pipe")
	}
	_, err := key.Read(path, key.Where{})
	require.ErrorContains(t, err, "it is no regular file")
	require.Contains(t, gate.HintOf(err), "write -")
}

func TestAKeyFileThatOthersReachIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no modes on Windows")
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, key.Write(path, text(t, generate(t, "ed25519"))))
	for mode := range fs.FileMode(0o1000) {
		if mode&0o400 == 0 {
			continue // root reads it nevertheless
		}
		require.NoError(t, os.Chmod(path, mode))
		_, err := key.Read(path, key.Where{})
		allRead, othersWrite, groupWrites := mode&0o004 != 0, mode&0o002 != 0, mode&0o020 != 0
		if !allRead && !othersWrite && !groupWrites {
			require.NoError(t, err, "%04o", mode)
			continue
		}
		require.ErrorContains(t, err, "others may read or write the file, its mode is 0", "%04o", mode)
		require.Equal(t, "chmod 600 "+path, gate.HintOf(err))
	}
}

func TestAKeyFileIsNeverReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key.pem")
	require.NoError(t, key.Write(path, []byte("first")))
	err := key.Write(path, []byte("second"))
	require.ErrorContains(t, err, "is there already")
	require.Equal(t, "a key file is never replaced: choose another name", gate.HintOf(err))
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "first", string(kept))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode())
		require.NoError(t, os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "link")))
		require.ErrorContains(t, key.Write(filepath.Join(dir, "link"), nil), "is there already", "nor through a link")
	}
	require.ErrorIs(t, key.Write(filepath.Join(dir, "none", "key.pem"), nil), fs.ErrNotExist)
}
