// Package statement reads VEX documents: it holds the table of formats, recognises a document by what is in it, and opens files, compressed or not,
// within bounds. Whose statements count, and which products are what is being built, is told to it; which defects a statement covers is for gate to
// settle.
//
// To add a format, write a folder with a [report.StatementFormat] and name it in [Formats]. CycloneDX VEX comes with the reports of CycloneDX.
package statement

import (
	"errors"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/statement/csaf"
	"github.com/defectgate/defectgate/integrations/statement/openvex"
)

// Format is one format of VEX documents.
type Format = report.StatementFormat

// Formats is the table of this folder's formats, in the order in which lists show them.
func Formats() []Format { return []Format{csaf.Format, openvex.Format} }

// Lookup finds a format by its name.
func Lookup(formats []Format, name string) (Format, error) {
	return report.Lookup(formats, "format of statements", name)
}

// Names lists the names of formats.
func Names(formats []Format) []string { return report.Names(formats) }

// errUnknown is the error of a document that no format claims.
var errUnknown = errors.New("this is no VEX document of a known format")

// recognise finds the one format that claims a document.
func recognise(formats []Format, o *report.Outline) (Format, error) {
	unknown := gate.WithHint(errUnknown, "name its format if it has one of these: %s", strings.Join(Names(formats), ", "))
	return report.Recognise(formats, o, unknown, "name its format")
}
