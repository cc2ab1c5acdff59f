package reporttest

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// ParseStatements reads a document and gives what it states.
func ParseStatements(f report.StatementFormat, document []byte) ([]gate.Statement, gate.Scan, error) {
	var statements []gate.Statement
	scan, err := f.Parse(Bytes(document), func(s *gate.Statement) error {
		statements = append(statements, *s)
		return nil
	})
	return statements, scan, err
}

// Statements runs the tests of [Testdata] on the documents of a format of statements whose names match the pattern.
func Statements(t *testing.T, f report.StatementFormat, pattern string) {
	for path, document := range documents(t, pattern) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			statements, scan, err := ParseStatements(f, document)
			require.NoError(t, err)
			golden.File(t, filepath.Join("testdata", "golden", filepath.Base(path)+".statements.json"), statementsText(t, statements, scan))
			require.Empty(t, unfitStatements(statements, scan))
			o, err := report.Sketch(Bytes(document))
			require.NoError(t, err)
			require.True(t, f.Detect(o), "the format must recognise its own document")
			cutStatements(t, f, document)
		})
	}
}

// statementsText writes statements with their ranges of versions.
func statementsText(t *testing.T, statements []gate.Statement, scan gate.Scan) string {
	versions := json.MarshalToFunc(func(e *jsontext.Encoder, v gate.Versions) error { return e.WriteToken(jsontext.String(v.String())) })
	got, err := json.Marshal(map[string]any{"statements": statements, "scan": scan},
		json.Deterministic(true), jsontext.WithIndent("  "), json.OmitZeroStructFields(true), json.WithMarshalers(versions))
	require.NoError(t, err)
	return string(got) + "\n"
}

// unfitStatements says what a format must not pass on, whatever the document holds.
func unfitStatements(statements []gate.Statement, scan gate.Scan) string {
	if scan.Read != len(statements) {
		return "Scan.Read counts what is passed on"
	}
	for i := range statements {
		s := &statements[i]
		switch {
		case strings.TrimSpace(strings.Join(s.IDs, "")) == "":
			return "a statement of no vulnerability"
		case len(s.Products) == 0:
			return "a statement of no product"
		case s.Counts:
			return "a statement that counts: that is not the format's to say"
		case s.Word.Said != s.State:
			return "a word that says something else than the state"
		case !s.Word.At.IsZero() && !report.Meant(s.Word.At):
			return "a date of " + s.Word.At.String() + ", see report.Dates"
		}
	}
	return ""
}

// cutStatements shows that a document which ends too early is an error, never fewer statements.
func cutStatements(t *testing.T, f report.StatementFormat, document []byte) {
	document = bytes.TrimRight(document, " \t\r\n")
	times := min(cuts, len(document)) // a short one at each byte
	for i := range times {
		at := len(document) * i / times
		_, _, err := ParseStatements(f, document[:at])
		require.Error(t, err, "cut at byte %d of %d", at, len(document))
	}
}

// FuzzStatements is [Fuzz] for a format of statements.
func FuzzStatements(f *testing.F, format report.StatementFormat, pattern string) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, document := range documents(f, pattern) {
		for range cuts {
			f.Add(document, random.Uint32())
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, end uint32) {
		statements, scan, err := ParseStatements(format, document)
		if err != nil || len(document) == 0 {
			return
		}
		if problem := unfitStatements(statements, scan); problem != "" {
			t.Fatal(problem)
		}
		at := int(end) % len(document)
		if less, _, err := ParseStatements(format, document[:at]); err == nil && len(less) != len(statements) {
			t.Fatalf("cut to %d bytes it is read without an error: %d statements of %d", at, len(less), len(statements))
		}
	})
}
