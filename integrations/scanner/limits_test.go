package scanner_test

import (
	"context"
	"io"
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
