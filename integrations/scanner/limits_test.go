package scanner_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// endless is a report that never ends: a whole one, then blanks.
type endless struct{ head io.Reader }

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func (e *endless) Close() error { return nil }

func TestEndlessDataEndsAtTheBound(t *testing.T) {
	const report = `{"defectgate": 1, "tool": {"name": "t"}, "scanned": 1, "defects": []}`
	limits := scanner.Limits{Raw: 1 << 20, Expanded: 1 << 20, Ratio: 200}
	file := &scanner.File{Path: "x", Limits: limits, Open: func() (io.ReadCloser, error) { return &endless{strings.NewReader(report)}, nil }}
	e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
	require.Equal(t, gate.TooLarge, e.Status)
	require.Contains(t, e.Problem, "over the bound of 1048576 bytes")
	require.NotEmpty(t, e.Hint)
}

// bomb compresses a report of many small things, which no decoder has to hold.
func bomb(t *testing.T) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.Copy(w, io.MultiReader(strings.NewReader(trivyHead+`,"x":[1`), repeated(",1", 80), strings.NewReader("]}]}")))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestBombEndsAtItsRatio(t *testing.T) {
	e := load("", string(bomb(t)))
	require.Equal(t, gate.TooLarge, e.Status)
	require.Contains(t, e.Problem, "it expands more than 200 times")
}

// sizedFile is a file that must not be read.
type sizedFile struct{ *os.File }

func (sizedFile) Read([]byte) (int, error) { panic("it was read") }

func TestFileOverTheBoundIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Truncate(path, 3<<30))
	file := &scanner.File{Path: path, Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		return sizedFile{f}, err
	}}
	e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
	require.Equal(t, gate.TooLarge, e.Status)
	require.Contains(t, e.Problem, "over the bound of 2147483648 bytes")
}
