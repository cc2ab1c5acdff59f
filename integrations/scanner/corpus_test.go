package scanner_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// corpus is a folder of real reports with independent counts. It lies beside the checkout and is not part of it.
const corpus = "../../../shared/corpus"

// statements are the documents of the corpus that hold no defects but what somebody says of them: other formats read them.
const statements = "openvex"

// row is one line of a table of counts.
type row struct {
	file, findings, why string
}

// table reads a table of counts that is kept beside the test: explained.csv holds the reports whose count differs from the manifest's,
// counted.csv those that the manifest does not count, with the other route by which they were counted.
func table(t *testing.T, name string) map[string]row {
	file, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	rows := map[string]row{}
	for _, r := range records[1:] {
		require.NotContains(t, rows, r[0])
		rows[r[0]] = row{r[0], r[1], r[2]}
	}
	return rows
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
	explained, counted := table(t, "explained.csv"), table(t, "counted.csv")
	for _, r := range records[1:] {
		format, file, count := r[0], r[1], r[3]
		if format == statements {
			continue
		}
		t.Run(file, func(t *testing.T) {
			switch {
			case explained[file].findings != "":
				count, format = explained[file].findings, ""
			case count == "":
				count = counted[file].findings
			}
			requireCount(t, format, file, count)
		})
	}
}

// requireCount holds a report of the corpus against its count. Documents that are nobody's are read in the format that they are said to have.
func requireCount(t *testing.T, format, path, count string) {
	t.Helper()
	require.NotEmpty(t, count, "neither the manifest nor counted.csv has a count")
	evidence, read := loadCorpus(path, "")
	if evidence.Status == gate.Empty {
		evidence, read = loadCorpus(path, format)
	}
	if count == "refused" {
		require.NotEmpty(t, evidence.Problem)
		return
	}
	want, err := strconv.Atoi(count)
	require.NoError(t, err)
	require.Empty(t, evidence.Problem, fmt.Sprint(evidence.Status, evidence.Hint))
	require.True(t, strings.HasPrefix(evidence.Format, format), "recognised as %s", evidence.Format)
	require.Equal(t, want, read)
}

func loadCorpus(path, format string) (evidence gate.Evidence, read int) {
	file := &scanner.File{Path: path, Format: format, Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
		return os.Open(filepath.Join(corpus, path))
	}}
	evidence = file.Load(context.Background(), func(*gate.Finding) error { read++; return nil })
	return evidence, read
}
