package scanner_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/internal/report/reporttest"
	"github.com/defectgate/defectgate/integrations/scanner"
)

var day = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// judgesNothing is a policy that has nothing to say.
type judgesNothing struct{}

func (judgesNothing) Evaluate(_ context.Context, in gate.Input) (gate.Judgements, error) {
	return gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}, nil
}

// settled gives what a gate makes of one report.
func settled(t *testing.T, f *scanner.File) gate.Evidence {
	f.Expectation.Required, f.Limits = true, scanner.DefaultLimits
	g := &gate.Gate{Sources: []gate.Source{f}, Policy: judgesNothing{}, Now: func() time.Time { return day }}
	decided, err := g.Check(context.Background(), gate.Artifact{Environment: "production"})
	require.NoError(t, err)
	return decided.Decision.Inputs[0]
}

// empty is a report of a format that honestly says that nothing was found.
type empty struct {
	format, file string
	document     []byte
}

func (e *empty) load(t *testing.T, receipt *scanner.Receipt) gate.Evidence {
	f := &scanner.File{Path: e.file, Format: e.format, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.document)), nil }}
	if receipt != nil {
		sum := sha256.Sum256(e.document)
		receipt.Report = filepath.Base(e.file)
		receipt.SHA256, receipt.Size = hex.EncodeToString(sum[:]), int64(len(e.document))
		var text bytes.Buffer
		require.NoError(t, receipt.Write(&text))
		f.OpenReceipt = func() (io.ReadCloser, error) { return io.NopCloser(&text), nil }
	}
	return settled(t, f)
}

// empties are the honest empty reports of every format: testdata/empty-… of its folder.
func empties(t *testing.T) (list []empty) {
	files, err := filepath.Glob("*/testdata/empty*.*")
	require.NoError(t, err)
	for _, file := range files {
		document, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, format := range formatsOf(t, file, document) {
			list = append(list, empty{format, file, document})
		}
	}
	slices.SortStableFunc(list, func(a, b empty) int {
		return cmp.Or(strings.Compare(a.format, b.format), strings.Compare(a.file, b.file))
	})
	return list
}

// formatsOf gives the format that claims a document; of one that is nobody's, those of its folder.
func formatsOf(t *testing.T, file string, document []byte) (names []string) {
	o, err := report.Sketch(reporttest.Bytes(document))
	require.NoError(t, err)
	folder, _, _ := strings.Cut(filepath.ToSlash(file), "/")
	for _, f := range scanner.Formats() {
		lines := strings.HasSuffix(f.Name, "-jsonl") || strings.HasSuffix(f.Name, "-csv")
		ofFolder := o.Nobodys() && strings.HasPrefix(strings.ReplaceAll(f.Name, "-", ""), folder) && lines == strings.HasSuffix(f.Name, strings.TrimPrefix(filepath.Ext(file), "."))
		if f.Detect(o) || ofFolder {
			names = append(names, f.Name)
		}
	}
	require.NotEmpty(t, names, file)
	return names
}

// aRun is a receipt of a run that ended with an exit code.
func aRun(code int) *scanner.Receipt {
	return &scanner.Receipt{Program: "scan", ExitCode: &code, Finished: []int{0}, Started: day.Add(-time.Hour), Ended: day.Add(-time.Hour),
		Tool: gate.Tool{Name: "scan", Version: "1"}}
}

func TestEveryFormatHasAnHonestEmptyReport(t *testing.T) {
	have := map[string]bool{}
	for _, e := range empties(t) {
		have[e.format] = true
	}
	for _, name := range scanner.Names() {
		require.True(t, have[name], "%s: testdata/empty-… is missing", name)
	}
}

// A report without findings passes with proof alone, and what it lacks a receipt gives; a receipt of a scan that failed takes it away.
func TestHonestEmptyReports(t *testing.T) {
	for _, e := range empties(t) {
		t.Run(e.file, func(t *testing.T) {
			alone, proven, failed := e.load(t, nil), e.load(t, aRun(0)), e.load(t, aRun(9))
			require.Zero(t, alone.Scan.Read)
			require.Equal(t, alone.Scan.Proof != "" && alone.Scan.Failed == "", alone.Status == gate.ProvenEmpty, alone.Problem)
			if strings.Contains(filepath.Base(e.file), "-proven") {
				require.Equal(t, gate.ProvenEmpty, alone.Status, alone.Problem)
			}
			if alone.Status == gate.Empty {
				silent := alone.Scan.Unproven == ""
				require.Equal(t, silent, proven.Status == gate.ProvenEmpty, "what a report says itself is not outvoted: %s", proven.Problem)
				require.Equal(t, silent, strings.Contains(alone.Hint, "defectgate run --report"))
				require.Contains(t, alone.Hint, "empty: allowed")
			}
			require.False(t, failed.Status.Complete(), "the scanner ended with an exit code that says so")
		})
	}
}

// emptyTable is for the README.
func emptyTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| format | report | alone | with a receipt |\n|---|---|---|---|\n")
	for _, e := range empties(t) {
		_, file, _ := strings.Cut(filepath.ToSlash(e.file), "testdata/")
		alone, receipt := e.load(t, nil), e.load(t, aRun(0))
		row := fmt.Sprintf("| `%s` | %s | %s | %s |\n", e.format, e.shown(file), alone.Status, receipt.Status)
		if alone.Status != gate.Malformed && !strings.Contains(b.String(), row) { // what a format never prints is no report of it
			b.WriteString(row)
		}
	}
	return b.String()
}

// shown is a short report itself, else the name of its file.
func (e *empty) shown(file string) string {
	o, _ := report.Sketch(reporttest.Bytes(e.document))
	text := strings.TrimSpace(string(e.document))
	switch {
	case text == "":
		return "no bytes"
	case o.Nobodys(), len(text) <= 40 && !strings.Contains(text, "\n"):
		return "`" + text + "`"
	}
	return fmt.Sprintf("[%s](scanner/%s)", file, filepath.ToSlash(e.file))
}

func TestReceiptOfAnotherReport(t *testing.T) {
	all := empties(t)
	e := all[slices.IndexFunc(all, func(e empty) bool { return e.format == "gitleaks" })]
	read := func(change func(r *scanner.Receipt)) gate.Evidence {
		f := &scanner.File{Path: e.file, Format: e.format, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.document)), nil }}
		sum := sha256.Sum256(e.document)
		r := aRun(0)
		r.Report, r.SHA256, r.Size = filepath.Base(e.file), hex.EncodeToString(sum[:]), int64(len(e.document))
		change(r)
		var text bytes.Buffer
		require.NoError(t, r.Write(&text))
		f.OpenReceipt = func() (io.ReadCloser, error) { return io.NopCloser(&text), nil }
		return settled(t, f)
	}
	for want, change := range map[gate.Status]func(*scanner.Receipt){
		gate.ProvenEmpty: func(*scanner.Receipt) {},
		gate.Truncated:   func(r *scanner.Receipt) { r.Size++ },
		gate.Malformed:   func(r *scanner.Receipt) { r.SHA256 = strings.Repeat("0", 64) },
		gate.Partial:     func(r *scanner.Receipt) { r.ExitCode = new(int); *r.ExitCode = 2 },
	} {
		e := read(change)
		require.Equal(t, want, e.Status)
		require.Equal(t, want == gate.ProvenEmpty, e.Scan.Proof != "", "nothing else proves this report")
	}
	for _, text := range []string{"", "{}", `{"defectgate_receipt": 2}`, `{"defectgate_receipt": 1, "program": "x"}`, `{"unknown": 1}`,
		`{"defectgate_receipt": 2, "program": "x", "command": [], "exit_code": 0, "finished": [0], "started": "2026-11-20T00:00:00Z",
		"ended": "2026-11-20T00:00:00Z", "size": 0, "sha256": "0"}`} {
		f := &scanner.File{Path: "r.json", Format: e.format, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.document)), nil },
			OpenReceipt: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		evidence := settled(t, f)
		require.False(t, evidence.Status.Complete(), text)
		require.Contains(t, evidence.Problem, `its receipt "r.json.receipt.json"`)
	}
	f := &scanner.File{Path: "r.json", Format: e.format, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.document)), nil },
		OpenReceipt: func() (io.ReadCloser, error) { return nil, fs.ErrPermission }}
	require.False(t, settled(t, f).Status.Complete(), "a receipt that cannot be read is not one that is not there")
}

func TestReceiptTellsWhatTheReportDoesNot(t *testing.T) {
	document := []byte(`[]`)
	sum := sha256.Sum256(document)
	r := aRun(0)
	r.Report, r.Format, r.Size, r.SHA256, r.Subject = "r.json", "gitleaks", 2, hex.EncodeToString(sum[:]), gate.Subject{Commit: "c0ffee"}
	var text bytes.Buffer
	require.NoError(t, r.Write(&text))
	f := &scanner.File{Path: "r.json", Expectation: gate.Expectation{MaxAge: 2 * time.Hour, MaxAgeExplicit: true, Subject: gate.SubjectRequired},
		Open:        func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document)), nil },
		OpenReceipt: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), nil }}
	g := &gate.Gate{Sources: []gate.Source{f}, Policy: judgesNothing{}, Now: func() time.Time { return day }}
	f.Limits = scanner.DefaultLimits
	for commit, want := range map[string]gate.Status{"c0ffee": gate.ProvenEmpty, "beef": gate.WrongSubject} {
		decided, err := g.Check(context.Background(), gate.Artifact{Subject: gate.Subject{Commit: commit}})
		require.NoError(t, err)
		e := decided.Decision.Inputs[0]
		require.Equal(t, want, e.Status, e.Problem)
		require.Equal(t, "gitleaks", e.Format)
		require.Equal(t, day.Add(-time.Hour), e.Scan.Ended)
	}
}
