package scanner_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// A document that is somebody's is claimed by exactly one format: every document of every format, and every one of the corpus.
func TestDocumentIsClaimedByExactlyOneFormat(t *testing.T) {
	own, err := filepath.Glob("*/testdata/*.*")
	require.NoError(t, err)
	require.NotEmpty(t, own)
	for _, path := range append(own, corpusFiles(t)...) {
		t.Run(path, func(t *testing.T) {
			document, err := os.ReadFile(path)
			require.NoError(t, err)
			requireOneClaim(t, document)
		})
	}
}

// What states something of defects and holds none is no report.
func TestStatementsAreNoReports(t *testing.T) {
	documents, err := filepath.Glob("../statement/*/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, documents)
	for _, path := range documents {
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		o, err := report.Sketch(reporttest.Bytes(document))
		require.NoError(t, err)
		for _, f := range scanner.Formats() {
			require.False(t, f.Detect(o), "%s claims %s", f.Name, path)
		}
	}
}

func corpusFiles(t *testing.T) (files []string) {
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		of, _ := filepath.Rel(corpus, path)
		if err == nil && !entry.IsDir() && filepath.Dir(of) != "." && !strings.HasPrefix(of, statements) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Log("no corpus beside the checkout: the formats' own testdata is all that is looked at")
	}
	return files
}

func requireOneClaim(t *testing.T, document []byte) {
	o, err := report.Sketch(reporttest.Bytes(document))
	require.NoError(t, err)
	var claims []string
	for _, f := range scanner.Formats() {
		if f.Detect(o) {
			claims = append(claims, f.Name)
		}
	}
	if o.Nobodys() {
		require.Empty(t, claims)
		return
	}
	require.Len(t, claims, 1, "%v", claims)
}
