package file

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// denied is the error of a file that the user may not read. Tests may run as a user who may read everything.
var denied = &fs.PathError{Op: "openat", Path: "r.json", Err: fs.ErrPermission}

// errAbsent is the error of a file, or of the files of a folder, that are not there.
var errAbsent = fmt.Errorf("no report fits: %w", fs.ErrNotExist)

// evidence is what is known of a file whose opening fails.
func evidence(path string, err error, required bool) gate.Evidence {
	e := gate.Evidence{Required: required}
	_, err = New(context.Background(), path, func() (io.ReadCloser, error) { return nil, err }, DefaultLimits).Open()
	Fail(context.Background(), &e, err, map[gate.Status]string{gate.Missing: "make sure that the scan ran before the gate"})
	return e
}

func TestFilesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.Mkdir(at("folder"), 0o755))
	require.NoError(t, os.WriteFile(at("r.json"), nil, 0o600))
	for name, to := range map[string]string{"dangling": "nowhere", "link": "folder", "good": "r.json"} {
		require.NoError(t, os.Symlink(to, at(name)))
	}
	escapes := gate.WithHint(fs.ErrInvalid, "copy what a link leads to")
	for _, c := range []struct {
		name          string
		err           error
		status        gate.Status
		problem, hint string
	}{
		{"r.json", denied, gate.Unavailable, "the user who runs the gate may not read it: openat r.json: permission denied", "chmod a+r"},
		{"r.json", gate.WithHint(denied, "copy it"), gate.Unavailable, "may not read it", "chmod a+r"},
		{"dangling", errAbsent, gate.Missing, `it is a link to "nowhere", which is not there`, "wrote what the link leads to"},
		{"dangling", escapes, gate.Missing, `it is a link to "nowhere", which is not there`, "wrote what the link leads to"},
		{"folder", errAbsent, gate.Missing, "it is a folder without any report", "wrote into this folder; hidden files are left out"},
		{"link", errAbsent, gate.Missing, "it is a folder without any report", "wrote into this folder"},
		{"link", escapes, gate.Unavailable, `it is a link to the folder "folder", and links to folders are not followed`, "name that folder as well"},
		{"good", escapes, gate.Unavailable, "invalid argument", "copy what a link leads to"},
		{"nothing", errAbsent, gate.Missing, "no report fits: file does not exist", "make sure that the scan ran before the gate"},
	} {
		e := evidence(at(c.name), c.err, true)
		require.Equal(t, c.status, e.Status, c.name)
		require.Contains(t, e.Problem, c.problem, c.name)
		require.Contains(t, e.Hint, c.hint, c.name)
		require.NotContains(t, e.Hint, "FORMAT=", c.name)
	}
	require.Equal(t, gate.AbsentOptional, evidence(at("dangling"), escapes, false).Status)
}

// A user who may enter every folder does not see this one.
func TestFolderThatMayNotBeEntered(t *testing.T) {
	err := place{closed: true}.explain(denied)
	require.EqualError(t, err, "the user who runs the gate may not enter the folder that it is in: openat r.json: permission denied")
	require.Equal(t, "let that user enter the folders above the report: chmod a+x", gate.HintOf(err))
	require.ErrorIs(t, err, fs.ErrPermission)
}
