package scanner_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/scanner"
)

// load reads a document as a report of a format, or of the one that is recognised.
func load(format, document string) gate.Evidence {
	file := &scanner.File{Path: "report", Format: format, Limits: scanner.DefaultLimits, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte(document))), nil
	}}
	return file.Load(context.Background(), func(*gate.Finding) error { return nil })
}

const (
	trivyReport = `{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"filesystem","Results":[{"Target":"t","Class":"secret"}]}`
	sarifReport = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"ruleId":"r"}]}]}`
	sheet       = "#defectgate,1\n#tool,x\nid,kind,severity\n#end,0\n"

	trivyReads = "trivy reads Trivy JSON, schema 1 and 2: images, file systems, repositories, Kubernetes"
	sarifReads = "sarif reads SARIF 2.1.0 of any tool"
	unlike     = ", and this looks like no format that is known: see that the path is that of the report"
	later      = "scan again; if the scanner writes this, it is of a version that is not known: "
)

func TestNamedFormatThatIsWrong(t *testing.T) {
	for _, c := range []struct{ format, document, problem, hint string }{
		{"sarif", trivyReport, `it is named sarif and looks like trivy: not of this format: version "" is not read, only 2.1.0`,
			sarifReads + "; name trivy instead, or no format"},
		{"trivy", sarifReport, "it is named trivy and looks like sarif: not of this format: it has neither `Results` nor any other member of Trivy",
			trivyReads + "; name sarif instead, or no format"},
		{"trivy", `{"Resources":[],` + sarifReport[1:], "it is named trivy and looks like sarif: nothing in it is of trivy",
			trivyReads + "; name sarif instead, or no format"},
		{"sarif", sheet, "it is named sarif and looks like defectgate-csv: jsontext: invalid character '#' at start of value",
			sarifReads + "; name defectgate-csv instead, or no format"},
		{"defectgate", trivyReport, `it is named defectgate and looks like trivy: the head: "SchemaVersion" is no member`,
			"defectgate reads defectgate JSON: everything that no scanner prints; name trivy instead, or no format"},
		{"trivy", "hello", "jsontext: invalid character 'h' at start of value", trivyReads + unlike},
		{"sarif", `null`, "not of this format: the document is null", sarifReads + unlike},
		{"trivy", `{"SchemaVersion":3,"ArtifactName":"a","ArtifactType":"x"}`,
			"at /SchemaVersion: not of this format: schema version 3 is not known, 1 and 2 are", later + trivyReads},
		{"defectgate", `{"defectgate":2}`, "the head: defectgate: version 2 is not known", "write version 1, or use a newer program"},
		{"trivy", "BZh91AY", "it is compressed with bzip2, which is not read", "unpack it first (bunzip2), or use gzip or zstd"},
		{"trivy", "\xfd7zXZ\x00x", "it is compressed with xz, which is not read", "unpack it first (unxz), or use gzip or zstd"},
		{"trivy", "PK\x03\x04", "it is compressed with zip, which is not read", "unpack it first (unzip), or use gzip or zstd"},
		{"trivy", "\x1f\x8bno gzip at all", "gzip: invalid header",
			"scan again, and see that the scanner ends without an error; if it does, look at what it wrote in the place that is named"},
	} {
		e := load(c.format, c.document)
		require.Equal(t, gate.Malformed, e.Status, c.document)
		require.Equal(t, c.problem, e.Problem)
		require.Equal(t, c.hint, e.Hint)
		require.NotContains(t, e.Hint, "FORMAT=")
	}
}

// The name is not doubted where it fits, where the document is only cut, and where nobody else claims an empty one.
func TestNamedFormatThatIsRight(t *testing.T) {
	for document, want := range map[string]gate.Status{
		trivyReport:                              "",
		`{"Results":[]}`:                         "",
		`{}`:                                     "",
		trivyReport[:len(trivyReport)-1]:         gate.Truncated,
		sarifReport[:len(sarifReport)-1]:         gate.Truncated,
		`{"Results":[],` + trivyReport[1:]:       gate.Malformed,
		`{"runs":[],"Results":[{"Target":"t"}]}`: "",
	} {
		e := load("trivy", document)
		require.Equal(t, want, e.Status, document)
		require.NotContains(t, e.Problem, "looks like")
		require.NotContains(t, e.Hint, "FORMAT=")
	}
}

func TestFormatThatIsNotNamedMayBe(t *testing.T) {
	for _, document := range []string{`{"results_of_nobody":[]}`, `{"nobodys":[],}`, "<a></b>", "hello", "{}"} {
		require.Contains(t, load("", document).Hint, "FORMAT=", document)
	}
}

// Where the format was recognised, or nothing can be read, a name mends nothing.
func TestNameOfAFormatThatMendsNothing(t *testing.T) {
	for _, document := range []string{
		`{"version":"2.1.0","runs":[]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":"true"}],"results":[]}]}`,
		"\x1f\x8bno gzip at all",
	} {
		e := load("", document)
		require.Equal(t, gate.Malformed, e.Status, document)
		require.NotContains(t, e.Hint, "FORMAT=")
		require.Contains(t, e.Hint, "scan again")
	}
}
