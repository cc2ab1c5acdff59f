// Package scanner reads the reports of scanners: it holds the table of formats, recognises a document by what is in it, and opens
// files, compressed or not, within bounds.
//
// To add a format, write a folder with a [report.Format] and name it in [Formats].
package scanner

import (
	"errors"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
	"github.com/defectgate/defectgate/integrations/scanner/bandit"
	"github.com/defectgate/defectgate/integrations/scanner/cyclonedx"
	"github.com/defectgate/defectgate/integrations/scanner/grype"
	"github.com/defectgate/defectgate/integrations/scanner/native"
	"github.com/defectgate/defectgate/integrations/scanner/sarif"
	"github.com/defectgate/defectgate/integrations/scanner/trivy"
)

// Format is one report format.
type Format = report.Format

// Formats is the table of formats, in the order in which lists show them.
func Formats() []Format {
	return []Format{
		bandit.Format,
		cyclonedx.Format,
		grype.Format,
		native.JSON,
		native.NDJSON,
		native.CSV,
		sarif.Format,
		trivy.Format,
	}
}

// Lookup finds a format by its name.
func Lookup(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, gate.WithHint(fmt.Errorf("%q is no report format", name), "use one of %s", strings.Join(Names(), ", "))
}

// Names lists the names of the formats.
func Names() []string { return namesOf(Formats()) }

func namesOf(formats []Format) []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// errUnknown is the error of a document that no format claims.
var errUnknown = errors.New("this is no report of a known format")

// recognise finds the one format that claims a document.
func recognise(o *report.Outline) (Format, error) {
	claimed := claims(o)
	switch len(claimed) {
	case 1:
		return claimed[0], nil
	case 0:
		return Format{}, gate.WithHint(errUnknown,
			"name its format as FORMAT=PATH if it has one of these: %s", strings.Join(Names(), ", "))
	}
	return Format{}, gate.WithHint(fmt.Errorf("this may be %s", strings.Join(namesOf(claimed), " or ")), "name its format as FORMAT=PATH")
}

// claims lists the formats that take a document for theirs.
func claims(o *report.Outline) (list []Format) {
	for _, f := range Formats() {
		if f.Detect(o) {
			list = append(list, f)
		}
	}
	return list
}
