package signal_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/signal"
)

func load(text string) (signals []gate.Signal, e gate.Evidence) {
	limits := signal.DefaultLimits
	limits.Count = 3
	f := &signal.File{Path: "signals.ndjson", Limits: limits, Expectation: gate.Expectation{Required: true},
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	e = f.Load(context.Background(), func(s *gate.Signal) error { signals = append(signals, *s); return nil })
	return signals, e
}

const (
	byID   = `{"id": "CVE-2026-1", "at": "2026-11-20T08:15:00+01:00", "sensor": "waf-eu-1", "evidence": "case 4711"}` + "\n"
	print  = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	byMark = `{"fingerprint": "` + print + `", "at": "2026-11-20T09:02:11Z"}` + "\n"
)

func TestSignals(t *testing.T) {
	signals, e := load(byID + byMark + `{"end": true, "count": 2}`)
	require.Empty(t, e.Problem)
	require.Len(t, signals, 2)
	require.Equal(t, gate.Signal{ID: "CVE-2026-1", At: time.Date(2026, 11, 20, 7, 15, 0, 0, time.UTC), Sensor: "waf-eu-1", Evidence: "case 4711"}, signals[0])
	require.Equal(t, print, signals[1].Fingerprint.String())
	require.Equal(t, 2, e.Scan.Read)
	require.NotEmpty(t, e.SHA256)
	_, e = load(`{"end": true, "count": 0}`)
	require.Empty(t, e.Problem, "no signals")
}

func TestSignalsThatCannotBeRead(t *testing.T) {
	const end1 = `{"end": true, "count": 1}`
	for text, c := range map[string]struct {
		status  gate.Status
		problem string
	}{
		"":                     {gate.Truncated, "it has no last line with the count"},
		byID:                   {gate.Truncated, "it has no last line with the count"},
		byID[:40]:              {gate.Truncated, "unexpected EOF"},
		byID + byMark + end1:   {gate.Malformed, "signal 3: it counts 1 signals, the file has 2"},
		byID + end1 + byMark:   {gate.Malformed, "signal 2: something follows the end"},
		byID + end1 + end1:     {gate.Malformed, "something follows the end"},
		byID + `{"end": true}`: {gate.Malformed, "the end is not whole"},
		byID + `{"count": 1}`:  {gate.Malformed, "the end is not whole"},
		byID + `{"end": true, "count": 1, "id": "a"}`:                 {gate.Malformed, "the end is not whole"},
		`{"at": "2026-11-20T09:02:11Z"}` + end1:                       {gate.Malformed, "signal 1: it names no defect, or two"},
		byMark[:len(byMark)-2] + `, "id": "CVE-2026-1"}` + end1:       {gate.Malformed, "it names no defect, or two"},
		`{"id": "CVE-2026-1"}` + end1:                                 {gate.Malformed, "signal 1: at: "},
		`{"id": "CVE-2026-1", "at": "yesterday"}` + end1:              {gate.Malformed, "signal 1: at: "},
		`{"id": "CVE-2026-1", "time": "2026-11-20T09:02:11Z"}` + end1: {gate.Malformed, "time"},
		`{"fingerprint": "9f", "at": "2026-11-20T09:02:11Z"}` + end1:  {gate.Malformed, "is no fingerprint"},
		`{"id": "a", "id": "b", "at": "2026-11-20T09:02:11Z"}` + end1: {gate.Malformed, "duplicate"},
		byID + byID + byID + byID + `{"end": true, "count": 4}`:       {gate.TooLarge, "it has more than 3 signals (limit findings)"},
	} {
		_, e := load(text)
		require.Equal(t, c.status, e.Status, "%s\n%s", text, e.Problem)
		require.Contains(t, e.Problem, c.problem, text)
		require.NotEmpty(t, e.Hint, text)
	}
}

func TestEveryCutIsNoticed(t *testing.T) {
	text := byID + byMark + `{"end": true, "count": 2}`
	for at := range text {
		_, e := load(text[:at])
		require.NotEmpty(t, e.Problem, "cut at %d", at)
	}
}

func FuzzSignals(f *testing.F) {
	f.Add(byID + byMark + `{"end": true, "count": 2}`)
	f.Add(`{"end": true, "count": 0}`)
	f.Fuzz(func(t *testing.T, text string) {
		signals, e := load(text)
		if e.Problem == "" && e.Scan.Read != len(signals) {
			t.Fatalf("read %d, emitted %d", e.Scan.Read, len(signals))
		}
		for _, s := range signals {
			if s.At.IsZero() || s.ID == "" && s.Fingerprint == nil {
				t.Fatal("a signal that says nothing")
			}
		}
	})
}
