package scanner

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// File is one report file, as a source of findings.
type File struct {
	Path        string // as named; "-" is standard input
	Format      string // "" to recognise it
	Expectation gate.Expectation
	Limits      Limits
	Open        func() (io.ReadCloser, error) // from the first byte, each time
}

// Name gives the path.
func (f *File) Name() string { return f.Path }

// Expect gives what must hold of the file.
func (f *File) Expect() gate.Expectation { return f.Expectation }

// Load reads the report to its end, see [gate.Source].
func (f *File) Load(ctx context.Context, emit func(*gate.Finding) error) gate.Evidence {
	e := gate.Evidence{Source: f.Path, Kind: "report", Format: f.Format}
	d := &document{ctx: ctx, open: f.opened, limits: f.Limits}
	format, err := f.format(d)
	if err == nil {
		e.Format = format.Name
		e.Scan, err = f.parse(format, d, emit)
	}
	e.SHA256, e.Size = d.sha256, d.size
	if err != nil {
		e.Status, e.Problem = f.status(ctx, err), err.Error()
		e.Hint = cmp.Or(gate.HintOf(err), hints[e.Status])
	}
	return e
}

// hints are the next steps where an error has none of its own.
var hints = map[gate.Status]string{
	gate.Missing:     "make sure that the scan ran before the gate, and that it wrote to this path",
	gate.Truncated:   "the report was cut off: scan again, and see that the scanner ended and that the disk was not full",
	gate.Malformed:   "scan again, and see that the scanner ends without an error; if it does, look at what it wrote in the place that is named",
	gate.TooLarge:    "split the scan, or let the scanner leave out what the gate does not need",
	gate.Unavailable: "make sure that the report can be read, and give the check more time with --timeout",
}

// errNobodys is the error of a document that says nothing: `null`, `[]`, `{}` or no bytes.
var errNobodys = errors.New("the report is empty: nothing shows which scanner wrote it, or that one ran")

func (f *File) format(d *document) (Format, error) {
	o, err := report.Sketch(d)
	if err != nil {
		return Format{}, err
	}
	if f.Format == "" {
		if o.Nobodys() {
			return Format{}, gate.WithHint(errNobodys, "scan again; if the scanner writes this when it finds nothing, name the format: FORMAT=%s", f.Path)
		}
		format, err := recognise(o)
		if errors.Is(err, errUnknown) {
			err = cmp.Or(f.broken(d, o.Root), err)
		}
		return format, err
	}
	format, err := Lookup(f.Format)
	if err == nil && o.Root == 0 && format.Cut == "" {
		err = gate.WithHint(fmt.Errorf("the report has no bytes: %s is never so", format.Name), "scan again")
	}
	return format, err
}

// broken says what is wrong with a document that nobody knows: one that is cut off or not well-formed may be unknown for that.
func (f *File) broken(d *document, root byte) (err error) {
	switch root {
	case report.Object, report.Array:
		err = report.JSONValues(d, report.Skip)
	case report.XML:
		err = report.XMLDocument(d, func(*report.Element) error { return nil })
	}
	if err != nil && f.status(d.ctx, err) == gate.Malformed {
		return gate.WithHint(err, "scan again; if the scanner writes this, name the format: FORMAT=%s", f.Path)
	}
	return err
}

// status classifies an error of reading or parsing.
func (f *File) status(ctx context.Context, err error) gate.Status {
	var syntax *xml.SyntaxError
	_, shut := errors.AsType[*unopened](err)
	switch {
	case ctx.Err() != nil:
		return gate.Unavailable
	case errors.Is(err, fs.ErrNotExist):
		if !f.Expectation.Required {
			return gate.AbsentOptional
		}
		return gate.Missing
	case errors.Is(err, errNobodys):
		return gate.Empty
	case errors.Is(err, report.ErrTooLarge):
		return gate.TooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return gate.Truncated
	case shut, errors.Is(err, fs.ErrPermission):
		return gate.Unavailable
	}
	return gate.Malformed
}
