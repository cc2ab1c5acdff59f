// Package statement reads VEX documents: it holds the table of formats, recognises a document by what is in it, and opens files, compressed or not,
// within bounds. Whose statements count, and which products are what is being built, is told to it; which defects a statement covers is for gate to
// settle.
//
// To add a format, write a folder with a [report.StatementFormat] and name it in [Formats]. CycloneDX VEX comes with the reports of CycloneDX.
package statement

import (
	"errors"
	"fmt"
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
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, gate.WithHint(fmt.Errorf("%q is no format of statements", name), "use one of %s", strings.Join(Names(formats), ", "))
}

// Names lists the names of formats.
func Names(formats []Format) []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// errUnknown is the error of a document that no format claims.
var errUnknown = errors.New("this is no VEX document of a known format")

// recognise finds the one format that claims a document.
func recognise(formats []Format, o *report.Outline) (Format, error) {
	var claimed []Format
	for _, f := range formats {
		if f.Detect(o) {
			claimed = append(claimed, f)
		}
	}
	switch len(claimed) {
	case 1:
		return claimed[0], nil
	case 0:
		return Format{}, gate.WithHint(errUnknown, "name its format if it has one of these: %s", strings.Join(Names(formats), ", "))
	}
	return Format{}, gate.WithHint(fmt.Errorf("this may be %s", strings.Join(Names(claimed), " or ")), "name its format")
}
