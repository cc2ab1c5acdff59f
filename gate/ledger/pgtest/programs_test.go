package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewestServerIsFound(t *testing.T) {
	root := t.TempDir()
	assert.Empty(t, newest(root))
	for _, program := range []string{"9.6/bin/initdb", "10/bin/initdb", "9/bin/initdb", "18/bin/psql", "old/bin/initdb"} {
		path := filepath.Join(root, filepath.FromSlash(program))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o755))
	}
	assert.Equal(t, filepath.Join(root, "10", "bin"), newest(root))
}

func TestMissingServerIsExcusedOutsideOfCI(t *testing.T) {
	for _, c := range []struct {
		ci, want string
		err      error
	}{
		{"", "", nil},
		{"", "skip", errNotInstalled},
		{"true", "fail", errNotInstalled},
		{"", "fail", errors.New("initdb says no")},
	} {
		t.Setenv("CI", c.ci)
		r := &recorder{TB: t}
		func() {
			defer func() { _ = recover() }()
			excuse(r, c.err)
		}()
		assert.Equal(t, c.want, r.outcome, "%q %v", c.ci, c.err)
	}
}

// recorder notes how a test would end, and ends by panic what called it.
type recorder struct {
	testing.TB
	outcome string
}

func (r *recorder) Skip(...any) { r.end("skip") }

func (r *recorder) Fatal(...any) { r.end("fail") }

func (r *recorder) end(outcome string) {
	r.outcome = outcome
	panic(outcome)
}
