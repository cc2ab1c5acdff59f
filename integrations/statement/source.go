package statement

import (
	"cmp"
	"context"
	"errors"
	"io"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// File is one VEX document, as a source of statements.
type File struct {
	Path        string // as named; "-" is standard input
	Format      string // "" to recognise it
	Expectation gate.Expectation
	Limits      file.Limits
	Open        func() (io.ReadCloser, error) // from the first byte, each time
	Authors     []string                      // whose statements count, as the documents spell them; "*" is anyone
	Products    []string                      // names and package URLs of what is being built, as the documents spell them
	Formats     []Format                      // those that are read; nil for [Formats]
}

// Name gives the path.
func (f *File) Name() string { return f.Path }

// Expect gives what must hold of the file.
func (f *File) Expect() gate.Expectation { return f.Expectation }

// Load reads the document to its end, see [gate.StatementSource].
func (f *File) Load(ctx context.Context, emit func(*gate.Statement) error) gate.Evidence {
	e := gate.Evidence{Source: f.Path, Kind: gate.StatementsKind, Format: f.Format, Required: f.Expectation.Required}
	d := file.New(ctx, f.Path, f.Open, f.Limits)
	l := newListener(f, emit)
	format, err := f.format(ctx, d)
	if err == nil {
		e.Format = format.Name
		e.Scan, err = format.Parse(d, l.hear)
	}
	if err == nil {
		e.Warnings = append(e.Warnings, l.warnings(&e.Scan)...)
	}
	e.SHA256, e.Size = d.SHA256, d.Size
	file.Fail(ctx, &e, err, hints)
	return e
}

const missing = "make sure that the document is there before the gate runs, and that the path is right"

// hints are the next steps where an error has none of its own.
var hints = map[gate.Status]string{
	gate.Missing:        missing,
	gate.AbsentOptional: missing,
	gate.Truncated:      "the document was cut off: write or fetch it again",
	gate.Malformed:      "look at the place that is named, and write the document as its specification says; or name another format",
	gate.TooLarge:       "split the document, or leave out what the gate does not need",
	gate.Unavailable:    "make sure that the document can be read, and give the check more time with --timeout",
}

// errNothing is the error of a document that is nobody's, see [file.ErrNobodys].
type errNothing struct{}

func (errNothing) Error() string {
	return "the document is empty: it states nothing, and shows no format"
}
func (errNothing) Is(target error) bool { return target == file.ErrNobodys }

func (f *File) format(ctx context.Context, d report.Document) (Format, error) {
	formats := f.Formats
	if formats == nil {
		formats = Formats()
	}
	if f.Format != "" {
		return Lookup(formats, f.Format)
	}
	o, err := report.Sketch(d)
	switch {
	case err != nil:
		return Format{}, err
	case o.Nobodys():
		return Format{}, gate.WithHint(errNothing{}, "write the statements again, or take the document out of the sources")
	}
	format, err := recognise(formats, o)
	if errors.Is(err, errUnknown) {
		err = cmp.Or(file.Broken(ctx, d, o.Root, "write or fetch the document again"), err)
	}
	return format, err
}
