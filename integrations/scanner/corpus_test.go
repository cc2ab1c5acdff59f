package scanner_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// corpus is a folder of real reports with independent counts. It lies beside the checkout and is not part of it.
const corpus = "../../../shared/corpus"

// difference is a count that is not the manifest's.
type difference struct {
	count  int // -1: the report is refused
	reason string
}

// explained are the reports whose count differs from the manifest's. integrations/README.md shows them.
var explained = map[string]difference{
	"sarif/no_runs.sarif": {-1, "`runs: []` says nothing of any scan: the document is malformed, and an error is what it should give"},
}

func TestCorpusIsReadExactly(t *testing.T) {
	manifest, err := os.Open(filepath.Join(corpus, "manifest.tsv"))
	if err != nil {
		t.Skip("no corpus beside the checkout: the formats' own testdata is all that is read")
	}
	defer manifest.Close()
	rows := csv.NewReader(manifest)
	rows.Comma, rows.LazyQuotes = '\t', true
	records, err := rows.ReadAll()
	require.NoError(t, err)
	for _, row := range records[1:] {
		if _, err := scanner.Lookup(row[0]); err != nil {
			continue
		}
		t.Run(row[1], func(t *testing.T) { requireCount(t, row[0], row[1], row[3]) })
	}
}

func requireCount(t *testing.T, format, path, count string) {
	want, err := strconv.Atoi(count)
	if d, ok := explained[path]; ok {
		want, err = d.count, nil
	}
	require.NoError(t, err, "the manifest has no count")
	read := 0
	file := &scanner.File{Path: path, Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
		return os.Open(filepath.Join(corpus, path))
	}}
	evidence := file.Load(context.Background(), func(*gate.Finding) error { read++; return nil })
	if want < 0 {
		require.NotEmpty(t, evidence.Problem)
		return
	}
	require.Empty(t, evidence.Problem, fmt.Sprint(evidence.Status, evidence.Hint))
	require.Equal(t, format, evidence.Format)
	require.Equal(t, want, read)
}
