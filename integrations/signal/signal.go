// Package signal reads signals of abuse: what sensors in production say of defects that are being abused there.
//
// A file is JSON lines. Each line is one signal, the last one is the count of those before it, so that a file that was cut is noticed:
//
//	{"id": "CVE-2021-44228", "at": "2026-11-20T08:15:00Z", "sensor": "waf-eu-1", "evidence": "https://siem.example.com/case/4711"}
//	{"fingerprint": "9f86d0…", "at": "2026-11-20T09:02:11Z", "sensor": "ids"}
//	{"end": true, "count": 2}
//
// `id` is a CVE, a GHSA, another advisory's or a rule's id, and speaks of every defect of that name; `fingerprint` is that of one defect, as
// `defectgate defects --format json` prints it. A signal has one of the two, and `at`. The format is strict: a member that is not known, a time that
// cannot be read, or a missing end is an error that names the line.
package signal

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// File is one file of signals. It is a [gate.SignalSource].
type File struct {
	Path        string // as named
	Expectation gate.Expectation
	Limits      Limits
	Open        func() (io.ReadCloser, error) // from the first byte, each time
}

// Limits bound what is read of one file.
type Limits = file.Limits

// DefaultLimits are those of files for which nothing else is said.
var DefaultLimits = file.DefaultLimits

// Name gives the path.
func (f *File) Name() string { return f.Path }

// Expect gives what must hold of the file.
func (f *File) Expect() gate.Expectation { return f.Expectation }

// hints are the next steps where an error has none of its own.
var hints = map[gate.Status]string{
	gate.Missing:   "let the sensors write the file before the gate runs; with no signals it is the one line {\"end\": true, \"count\": 0}",
	gate.Truncated: "get the file again: it was cut off",
	gate.Malformed: "write one JSON object a line, and the count as the last",
	gate.TooLarge:  "keep to the signals of the artifact, or to the last ones of each defect",
}

// Load reads the file to its end, see [gate.SignalSource].
func (f *File) Load(ctx context.Context, emit func(*gate.Signal) error) gate.Evidence {
	e := gate.Evidence{Source: f.Path, Format: "signals", Required: f.Expectation.Required}
	d := file.New(ctx, f.Path, f.Open, f.Limits)
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: "signals"}}, most: f.Limits.Count}
	err := report.JSONValues(d, p.line)
	if err == nil && !p.ended {
		err = gate.WithHint(fmt.Errorf("it has no last line with the count: %w", io.ErrUnexpectedEOF),
			`write {"end": true, "count": %d} as the last line`, p.scan.Read)
	}
	e.Scan, e.SHA256, e.Size = p.scan, d.SHA256, d.Size
	file.Fail(ctx, &e, err, hints)
	return e
}

type parser struct {
	emit  func(*gate.Signal) error
	scan  gate.Scan
	most  int
	ended bool
}

// line is one signal, or the end.
type line struct {
	ID          string            `json:"id"`
	Fingerprint *gate.Fingerprint `json:"fingerprint"`
	At          string            `json:"at"`
	Sensor      string            `json:"sensor"`
	Evidence    string            `json:"evidence"`
	End         bool              `json:"end"`
	Count       *int              `json:"count"`
}

func (p *parser) line(dec *report.Decoder) error {
	var l line
	err := report.StrictValue(dec, &l)
	switch {
	case err != nil:
	case p.ended:
		err = errors.New("something follows the end")
	case l.End || l.Count != nil:
		p.ended = true
		err = l.checkEnd(p.scan.Read)
	default:
		err = p.take(&l)
	}
	if err == nil {
		return nil
	}
	return &report.Placed{Where: fmt.Sprintf("signal %d", p.scan.Read+1), Err: err}
}

func (p *parser) take(l *line) error {
	if (l.ID == "") == (l.Fingerprint == nil) {
		return gate.WithHint(errors.New("it names no defect, or two"), "give id or fingerprint")
	}
	at, err := gate.ParseTime(l.At)
	if err != nil {
		return fmt.Errorf("at: %w", err)
	}
	if p.scan.Read >= p.most {
		return fmt.Errorf("%w: it has more than %d signals (limit findings)", report.ErrTooLarge, p.most)
	}
	p.scan.Read++
	return p.emit(&gate.Signal{ID: l.ID, Fingerprint: l.Fingerprint, At: at, Sensor: l.Sensor, Evidence: l.Evidence})
}

// checkEnd holds the last line against the number of those before it.
func (l *line) checkEnd(read int) error {
	only := line{End: l.End, Count: l.Count}
	if !l.End || l.Count == nil || *l != only {
		return gate.WithHint(errors.New("the end is not whole"), `write {"end": true, "count": %d} and nothing else`, read)
	}
	if *l.Count != read {
		return gate.WithHint(fmt.Errorf("it counts %d signals, the file has %d", *l.Count, read), "write the file anew")
	}
	return nil
}
