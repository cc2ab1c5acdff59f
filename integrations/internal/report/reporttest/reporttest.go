// Package reporttest holds the tests that every report format passes: what it reads is pinned by golden files, only it claims its
// documents, a cut document is an error, and no bytes make it panic.
package reporttest

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Bytes is a document in memory.
type Bytes []byte

// Open starts a reading.
func (b Bytes) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }

// Bounds gives the default ones.
func (b Bytes) Bounds() report.Bounds { return report.DefaultBounds }

// Parse reads a document and gives its findings.
func Parse(f report.Format, document []byte) ([]gate.Finding, gate.Scan, error) {
	var findings []gate.Finding
	scan, err := f.Parse(Bytes(document), func(finding *gate.Finding) error {
		findings = append(findings, *finding)
		return nil
	})
	return findings, scan, err
}

// Testdata runs the tests on every file in the package's folder testdata, and holds it against testdata/golden.
func Testdata(t *testing.T, f report.Format) { TestdataMatching(t, f, "*.*") }

// TestdataMatching is [Testdata] for a package of several formats: it takes the files whose name matches the pattern.
func TestdataMatching(t *testing.T, f report.Format, pattern string) {
	for path, document := range documents(t, pattern) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			pinned(t, f, path, document)
			claimed(t, f, document)
			cut(t, f, document)
		})
	}
}

func documents(t testing.TB, pattern string) map[string][]byte {
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, paths, "a format needs documents in testdata")
	documents := map[string][]byte{}
	for _, path := range paths {
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		documents[path] = document
	}
	return documents
}

// pinned holds every finding and what the report says of its making against a golden file.
func pinned(t *testing.T, f report.Format, path string, document []byte) {
	findings, scan, err := Parse(f, document)
	require.NoError(t, err)
	got, err := json.Marshal(map[string]any{"findings": findings, "scan": scan},
		json.Deterministic(true), jsontext.WithIndent("  "), json.OmitZeroStructFields(true))
	require.NoError(t, err)
	file := filepath.Join("testdata", "golden", filepath.Base(path)+".json")
	golden.File(t, file, string(got)+"\n")
	require.Equal(t, scan.Read, len(findings), "Scan.Read counts what is emitted")
	for i := range findings {
		require.NotEmpty(t, findings[i].Tool)
		require.True(t, findings[i].Kind.Valid(), "kind %q", findings[i].Kind)
		require.Empty(t, unfit(&findings[i]))
	}
}

// unfit says what a format must not emit, whatever the report holds: a finding without an id, or with a date that nobody can mean.
func unfit(f *gate.Finding) string {
	if strings.TrimSpace(f.ID) == "" {
		return "a finding without an id, see report.Identified"
	}
	dates := []time.Time{f.FirstSeen, f.Published, f.FixedSince, f.ExploitedSince}
	if f.KEV != nil {
		dates = append(dates, f.KEV.Added, f.KEV.Due)
	}
	if f.Word != nil {
		dates = append(dates, f.Word.At)
	}
	for _, at := range dates {
		if !at.IsZero() && !report.Meant(at) {
			return "a date of " + at.String() + ", see report.Dates"
		}
	}
	return ""
}

// claimed shows that the format recognises its own document, unless that is nobody's: `[]` says nothing of who wrote it.
func claimed(t *testing.T, f report.Format, document []byte) {
	o, err := report.Sketch(Bytes(document))
	require.NoError(t, err)
	require.NotEqual(t, o.Nobodys(), f.Detect(o), "the format must recognise its own document")
}

// cuts is at how many places a document is cut.
const cuts = 50

// cut shows that a document which ends too early is an error, never fewer findings. Formats of lines may be cut at a line end.
func cut(t *testing.T, f report.Format, document []byte) {
	document = bytes.TrimRight(document, " \t\r\n")
	times := min(cuts, len(document)) // a short one at each byte
	for i := range times {
		at := len(document) * i / times
		if f.Cut != "" && (at == 0 || document[at-1] == '\n' || document[at] == '\n') {
			continue
		}
		_, _, err := Parse(f, document[:at])
		require.Error(t, err, "cut at byte %d of %d", at, len(document))
	}
}

// Fuzz feeds a format with mutations of its documents: it must not panic, what it reads without error it must have counted, and where any of
// them ends too early there is an error, never fewer findings.
func Fuzz(f *testing.F, format report.Format) { FuzzMatching(f, format, "*.*") }

// FuzzMatching is [Fuzz] for a package of several formats, as [TestdataMatching] is.
func FuzzMatching(f *testing.F, format report.Format, pattern string) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, document := range documents(f, pattern) {
		for range cuts {
			f.Add(document, random.Uint32())
		}
		for at := range document {
			if format.Cut != "" && document[at] == '\n' {
				f.Add(document, uint32(at))
			}
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, end uint32) {
		findings, scan, err := Parse(format, document)
		if end := int(end) % max(len(document), 1); err == nil && !endsLine(format, document, end) {
			shortened(t, format, document[:end], len(findings))
		}
		if err == nil && scan.Read != len(findings) {
			t.Fatalf("read %d, emitted %d", scan.Read, len(findings))
		}
		fingerprints := gate.NewFingerprinter(nil)
		for i := range findings {
			if problem := unfit(&findings[i]); problem != "" {
				t.Fatal(problem)
			}
			if id := fingerprints.Identify(&findings[i]); len(id.IDs) == 0 || len(id.Fingerprints) == 0 {
				t.Fatalf("finding without identity: %s", strings.ToValidUTF8(findings[i].ID, "?"))
			}
		}
	})
}

// endsLine reports whether a cut leaves whole lines of a format in which only a receipt tells that there were more.
func endsLine(format report.Format, document []byte, end int) bool {
	rest := bytes.TrimLeft(document[end:], " \t\r")
	whole := end == 0 || len(rest) == 0 || rest[0] == '\n' || bytes.HasSuffix(bytes.TrimRight(document[:end], " \t\r"), []byte("\n"))
	return whole && strings.Contains(format.Cut, report.ByReceipt)
}

// shortened holds the beginning of a document that can be read against the findings of the whole. A beginning that can be read as well has
// lost nothing but what says nothing: white space, comments behind the root of XML, empty cells behind the end of a sheet. So a cut never
// makes a report empty, or ok with less, in any format: JSON and XML have an outermost bracket, and our lines end with their count.
func shortened(t *testing.T, format report.Format, document []byte, whole int) {
	if findings, _, err := Parse(format, document); err == nil && len(findings) != whole {
		t.Fatalf("cut to %d bytes it is read without an error: %d findings of %d", len(document), len(findings), whole)
	}
}
