package scanner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/file"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// File is one report file, as a source of findings.
type File struct {
	Path        string // as named; "-" is standard input
	Format      string // "" to recognise it
	Expectation gate.Expectation
	Limits      Limits
	Roots       []string                      // absolute folders of the repository: what lies below one is named by the path from there
	Open        func() (io.ReadCloser, error) // from the first byte, each time
	OpenReceipt func() (io.ReadCloser, error) // likewise, of the receipt beside it; nil where there can be none
}

// Limits bound what is read of one file.
type Limits = file.Limits

// DefaultLimits are those of files for which nothing else is said.
var DefaultLimits = file.DefaultLimits

// Name gives the path.
func (f *File) Name() string { return f.Path }

// Expect gives what must hold of the file.
func (f *File) Expect() gate.Expectation { return f.Expectation }

// Load reads the report to its end, see [gate.Source].
func (f *File) Load(ctx context.Context, emit func(*gate.Finding) error) gate.Evidence {
	e := gate.Evidence{Source: f.Path, Kind: gate.ReportKind, Format: f.Format, Required: f.Expectation.Required}
	d := file.New(ctx, f.Path, f.Open, f.Limits)
	receipt, err := f.receipt(ctx)
	r := reading{document: d, emit: f.Limits.Counted(f.rooted(emit))}
	if err == nil {
		r.Format, e.Media, err = f.format(ctx, d, receipt)
	}
	if err == nil {
		e.Format = r.Format.Name
		e.Scan, err = f.parse(ctx, r)
	}
	e.SHA256, e.Size = d.SHA256, d.Size
	if err == nil && receipt != nil {
		err = receipt.settle(&e)
	}
	file.Fail(ctx, &e, err, hints)
	return e
}

// rooted names what lies in the repository by the path from its root, as most scanners do: a defect must not depend on the folder of a checkout.
func (f *File) rooted(emit report.Emit) report.Emit {
	roots := make([]string, len(f.Roots))
	for i, root := range f.Roots {
		roots[i] = strings.TrimSuffix(gate.CleanPath(root), "/") + "/"
	}
	return func(finding *gate.Finding) error {
		if title := finding.Title; title != "" && (title[0] == 'P' || title[0] == 'p') { // to ask the pattern takes long
			finding.Title = hardcoded.ReplaceAllString(finding.Title, "$1")
		}
		at := gate.CleanPath(finding.Location.Path)
		for _, root := range roots {
			if below, ok := strings.CutPrefix(at, root); ok && path.IsAbs(at) {
				finding.Location.Path = below
				break
			}
		}
		return emit(finding)
	}
}

// hardcoded fits the title of Bandit's findings of passwords, in whichever format: the password itself stands behind it.
var hardcoded = regexp.MustCompile(`(?is)^(possible hardcoded [a-z ]+):.*$`)

// reading is a document that is being read in a format.
type reading struct {
	Format
	document report.Document
	emit     report.Emit
}

// hints are the next steps where an error has none of its own.
var hints = map[gate.Status]string{
	gate.Missing:     "make sure that the scan ran before the gate, and that it wrote to this path",
	gate.Truncated:   "the report was cut off: scan again, and see that the scanner ended and that the disk was not full",
	gate.Malformed:   "scan again, and see that the scanner ends without an error; if it does, look at what it wrote in the place that is named",
	gate.TooLarge:    "split the scan, or let the scanner leave out what the gate does not need",
	gate.Unavailable: "make sure that the report can be read, and give the check more time with --timeout",
}

// format recognises the document, or takes the word of who named it, and says of which media type it is.
func (f *File) format(ctx context.Context, d report.Document, receipt *Receipt) (Format, string, error) {
	o, err := report.Sketch(d)
	if err != nil {
		return Format{}, "", err
	}
	format, err := f.formatOf(ctx, d, receipt, o)
	return format, o.MediaType(), err
}

func (f *File) formatOf(ctx context.Context, d report.Document, receipt *Receipt, o *report.Outline) (Format, error) {
	name := cmp.Or(f.Format, receipt.format(o))
	if name == "" {
		if o.Nobodys() {
			return Format{}, gate.WithHint(file.ErrNobodys, "scan again; if the scanner writes this when it finds nothing, name the format: FORMAT=%s", f.Path)
		}
		format, err := recognise(o)
		if errors.Is(err, errUnknown) {
			err = cmp.Or(file.Broken(ctx, d, o.Root, "scan again; if the scanner writes this, name the format: FORMAT="+f.Path), err)
		}
		return format, err
	}
	format, err := Lookup(name)
	if err == nil {
		err = receipt.fits(o, format)
	}
	if err == nil && o.Root == 0 && !MayBeEmpty(format.Name) {
		err = gate.WithHint(fmt.Errorf("the report has no bytes: %s is never so", format.Name), "scan again")
	}
	return format, err
}
