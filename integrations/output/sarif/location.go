package sarif

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

// root is the base of paths in the repository (§3.14.14), by the name that most give it.
const root = "%SRCROOT%"

// location is a place (§3.28).
type location struct {
	Physical physicalLocation  `json:"physicalLocation"`
	Logical  []logicalLocation `json:"logicalLocations,omitempty"`
}

type physicalLocation struct {
	Artifact artifactLocation `json:"artifactLocation"`
	Region   region           `json:"region"`
}

type artifactLocation struct {
	URI         string   `json:"uri,omitempty"`
	Base        string   `json:"uriBaseId,omitempty"`
	Description *message `json:"description,omitzero"`
}

// region is a line: code scanning shows no result without one.
type region struct {
	StartLine int `json:"startLine"`
}

type logicalLocation struct {
	Full string `json:"fullyQualifiedName"`
}

// maxRelated is how many places are named beside the first.
const maxRelated = 20

// places are those at which a defect is open: the first, the others, each once, and at how many it is.
func places(j *gate.Judged) (first location, related []location, count int) {
	first = placeOf(j, phrase.FirstOpen(j))
	named := map[physicalLocation]bool{first.Physical: true}
	for _, o := range j.Occurrences {
		if !o.State.IsOpen() {
			continue
		}
		count++
		if at := placeOf(j, o); !named[at.Physical] && len(related) < maxRelated {
			related, named[at.Physical] = append(related, at), true
		}
	}
	return first, related, count
}

func placeOf(j *gate.Judged, o *gate.Occurrence) location {
	at := relative(o.Path)
	if at == "" {
		return fallback(cmp.Or(o.Logical, packageOf(j)), cmp.Or(j.Component.Name, o.Logical, j.ID))
	}
	l := location{Physical: physicalLocation{artifactLocation{URI: uri(at), Base: root}, region{max(1, o.Line)}}}
	if o.Logical != "" {
		l.Logical = []logicalLocation{{clean(o.Logical)}}
	}
	return l
}

// fallback is a place without a path: its name, in a file that is called like what it belongs to.
func fallback(logical, file string) location {
	l := location{Physical: physicalLocation{artifactLocation{URI: uri(cmp.Or(relative(clean(file)), unnamed))}, region{1}}}
	if logical = clean(logical); logical != "" {
		l.Logical = []logicalLocation{{logical}}
	}
	return l
}

// machine is how a path begins that is one of a machine.
var machine = regexp.MustCompile(`^(?i:file:|[a-z]:)`)

// relative is a path below a root, whatever it was: without a drive, and without what leads out of it.
func relative(p string) string {
	p = machine.ReplaceAllString(strings.ReplaceAll(p, `\`, "/"), "")
	return strings.TrimPrefix(path.Clean("/"+p), "/")
}

// uri spells a relative path as RFC 3986 does.
func uri(p string) string { return (&url.URL{Path: strings.ToValidUTF8(p, "")}).String() }

// fingerprints tell a result from others, and stay from run to run (§3.27.17).
func fingerprints(j *gate.Judged) map[string]string { return identity(stable(j).String()) }

// identity is written under our own name, and under the only one that code scanning reads.
func identity(text string) map[string]string {
	return map[string]string{"defectgate/v1": text, "primaryLocationLineHash": text}
}

// stable is the fingerprint that the defect has by its id, else its first: the first by itself becomes another one when an alias is known.
func stable(j *gate.Judged) gate.Fingerprint {
	if j.Kind.OfComponent() {
		finding := gate.Finding{Kind: j.Kind, ID: j.ID, Component: j.Component}
		for _, print := range gate.NewFingerprinter(nil).Identify(&finding).Fingerprints {
			if slices.Contains(j.Fingerprints, print) {
				return print
			}
		}
	}
	return j.Fingerprints[0]
}
