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

	"github.com/klauspost/compress/zstd"
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
	limits := scanner.DefaultLimits
	limits.Raw = 1 << 20
	file := &scanner.File{Path: "x", Limits: limits, Open: func() (io.ReadCloser, error) { return &endless{strings.NewReader(report)}, nil }}
	e := file.Load(context.Background(), func(*gate.Finding) error { return nil })
	require.Equal(t, gate.TooLarge, e.Status)
	require.Contains(t, e.Problem, "over the bound: the file is larger than 1048576 bytes (limit raw)")
	require.NotEmpty(t, e.Hint)
}

// bombText is a report of many small things, which no decoder has to hold.
func bombText() io.Reader {
	return io.MultiReader(strings.NewReader(trivyHead+`,"x":[1`), repeated(",1", 80), strings.NewReader("]}]}"))
}

func bomb(t *testing.T) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.Copy(w, bombText())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestBombEndsAtItsRatio(t *testing.T) {
	for name, packed := range map[string]string{"gzip": string(bomb(t)), "zstd": string(zstdOf(t, bombText()))} {
		e := load("", packed)
		require.Equal(t, gate.TooLarge, e.Status, name)
		require.Contains(t, e.Problem, "it expands more than 200 times (limit ratio)", name)
	}
}

// Whatever a limit is set to, the report that goes over it is refused, and the error names limit and value.
func TestLimitsAreNamedByTheirErrors(t *testing.T) {
	const entry = `{"VulnerabilityID":"CVE-2026-1","PkgName":"p","InstalledVersion":"1","Severity":"LOW"}`
	nested := trivyHead + `,"Vulnerabilities":[` + entry + "," + entry + `],"x":[[[[[["` + strings.Repeat("a", 300) + `"]]]]]]}]}`
	xml := `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><a><b><c><d><e/></d></c></b></a></bom>`
	for _, c := range []struct {
		document, problem string
		limit             func(*scanner.Limits)
	}{
		{nested, "the file is larger than 100 bytes (limit raw)", func(l *scanner.Limits) { l.Raw = 100 }},
		{string(zstdOf(t, strings.NewReader(nested))), "it expands to more than 400 bytes (limit expanded)", func(l *scanner.Limits) { l.Expanded = 400 }},
		{nested, "it is nested deeper than 7 levels (limit depth)", func(l *scanner.Limits) { l.Depth = 7 }},
		{trivyHead + `,"x":[[[[[[]]]]]]}]}`, "it is nested deeper than 7 levels (limit depth)", func(l *scanner.Limits) { l.Depth = 7 }},
		{xml, "it is nested deeper than 4 levels (limit depth)", func(l *scanner.Limits) { l.Depth = 4 }},
		{nested, "is longer than 200 bytes (limit text)", func(l *scanner.Limits) { l.Text = 200 }},
		{nested, "it has more than 1 entries (limit findings)", func(l *scanner.Limits) { l.Count = 1 }},
	} {
		limits := scanner.DefaultLimits
		load := func() gate.Evidence {
			file := &scanner.File{Path: "x", Limits: limits, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.document)), nil }}
			return file.Load(context.Background(), func(*gate.Finding) error { return nil })
		}
		require.Empty(t, load().Problem)
		c.limit(&limits)
		e := load()
		require.Equal(t, gate.TooLarge, e.Status, "%s", e.Problem)
		require.Contains(t, e.Problem, "over the bound: ")
		require.Contains(t, e.Problem, c.problem)
	}
}

// A report of 20,000 levels is refused wherever they stand: in a member that nobody reads, or in a finding.
func TestNestingIsBounded(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for _, document := range []string{trivyHead + `,"x":` + deep + "}]}", trivyHead + `,"Vulnerabilities":[{"x":` + deep + "}]}]}", deep,
		strings.Repeat(`{"a":`, 20_000), strings.Repeat("<a>", 20_000)} {
		require.Equal(t, gate.TooLarge, load("", document).Status)
	}
	require.Empty(t, load("", trivyHead+`,"x":["]]]","\\","\"[[["]}]}`).Problem, "brackets in texts are none")
}

func TestCompressedReportsAreRead(t *testing.T) {
	packed := zstdOf(t, strings.NewReader(trivyReport))
	require.Empty(t, load("", string(packed)).Problem)
	skipped := append([]byte{0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}, packed...)
	require.Empty(t, load("", string(skipped)).Problem, "a frame that is skipped may come first")
	for cut := 1; cut < len(packed); cut++ {
		require.Contains(t, []gate.Status{gate.Truncated, gate.Malformed}, load("", string(packed[:cut])).Status, "cut at %d", cut)
	}
	require.Equal(t, gate.Truncated, load("", string(packed[:len(packed)-1])).Status)
}

func zstdOf(t *testing.T, text io.Reader) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	require.NoError(t, err)
	_, err = io.Copy(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
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
	require.Contains(t, e.Problem, "over the bound: the file is larger than 2147483648 bytes (limit raw)")
}
