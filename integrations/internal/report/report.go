// Package report is what every report format is written with: the contract of a [Format], the [Outline] by which a document is
// recognised, and the walkers that stream it.
//
// A format's Parse reads the document to its end, one finding in memory at a time, and hands each raw entry to emit. It returns what
// the report says of its own making. It decides nothing: whether the scan is whole, fresh and about this artifact is settled by gate.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// Format is one report format.
type Format struct {
	Name    string // as written in FORMAT=PATH and in defectgate.yaml
	Title   string // for people
	Detect  func(*Outline) bool
	Parse   func(Document, Emit) (gate.Scan, error)
	Entry   string // what is read as one raw entry
	LeftOut string // what is no defect, and is counted by [gate.Scan.Drop]; empty where nothing is left out
	Proof   string // what in a report without findings proves a scan; empty where nothing does
	Cut     string // how a document cut at a line end is noticed, for formats of lines
	Notes   string // how it is understood, for people: what of it becomes what, in full sentences
}

// ByReceipt stands in [Format.Cut] of a format of lines without a last record: cut at the end of a line it is a shorter report of its own.
const ByReceipt = "by a receipt only"

// Emit takes one finding. It does not keep the pointer. An error ends the parsing and must be returned as it is.
type Emit func(*gate.Finding) error

// Identified refuses a finding without an id. Those of one component would be one defect, and whoever accepts it would accept all of them.
func Identified(f *gate.Finding) error {
	if strings.TrimSpace(f.ID) != "" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("%w: a defect of kind %q without an id", ErrShape, f.Kind),
		"scan again, and see that whatever rewrites the report keeps the ids: a defect without one can be neither followed nor accepted")
}

// Document is a report that is being read: decompressed, in UTF-8, without byte order mark.
type Document interface {
	// Open starts a reading from the first byte. A format whose metadata stands behind its results opens the document twice.
	Open() (io.ReadCloser, error)
	// Bounds gives what it may hold.
	Bounds() Bounds
}

// Detection of [Outline.Root].
const (
	Object = '{' // a JSON object
	Array  = '[' // a JSON array
	XML    = '<'
	Text   = 't' // anything else
)
