package sarif

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// run is what is kept of one run while its results are read.
type run struct {
	driver      component
	extensions  []component
	taxonomies  []component
	invocations []invocation
	provenance  []provenance
	artifacts   []artifactLocation
	logical     []logicalLocation
	bases       map[string]artifactLocation
	roots       []string // addresses that paths are made relative to, see [run.findRoots]
	scanned     bool     // has results, were it none
	elsewhere   string   // where results are that the document does not hold
}

// tool is the name that findings carry.
func (r *run) tool() string {
	if r.driver.Name == "" {
		return "unnamed tool"
	}
	return r.driver.Name
}

// lookAhead reads everything but the results. A look that passes over them is enough, unless something is wrong: then all is read, as far as it can
// be, to say what and where.
func lookAhead(d report.Document) ([]*run, error) {
	runs, err := readRuns(func(read func(*report.Decoder) error) error { return report.JSONWithout(d, "runs", "results", read) })
	if err == nil {
		return runs, nil
	}
	return readRuns(func(read func(*report.Decoder) error) error { return report.JSON(d, read) })
}

func readRuns(document func(read func(*report.Decoder) error) error) ([]*run, error) {
	var runs []*run
	var stated, inline string
	err := document(func(dec *report.Decoder) error {
		return report.EachMember(dec, func(name string) error {
			switch name {
			case "version":
				return report.Value(dec, &stated)
			case "runs":
				return report.EachElement(dec, func() error {
					r := &run{}
					runs = append(runs, r)
					return r.read(dec)
				})
			case "inlineExternalProperties":
				return readInline(dec, &inline)
			}
			return report.Skip(dec)
		})
	})
	switch {
	case err != nil:
		return nil, err
	case stated != version:
		return nil, fmt.Errorf("%w: version %q is not read, only %s", report.ErrShape, stated, version)
	case len(runs) == 0:
		return nil, fmt.Errorf("%w: a document without runs says nothing of any scan", report.ErrShape)
	}
	for _, r := range runs {
		r.findRoots()
		if r.elsewhere == "" {
			r.elsewhere = inline
		}
	}
	return runs, nil
}

func (r *run) read(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "tool":
			return r.readTool(dec)
		case "taxonomies":
			return readComponents(dec, &r.taxonomies)
		case "invocations":
			return report.Value(dec, &r.invocations)
		case "versionControlProvenance":
			return report.Value(dec, &r.provenance)
		case "originalUriBaseIds":
			return report.Value(dec, &r.bases)
		case "artifacts":
			return report.Each(dec, func(a *struct {
				Location artifactLocation `json:"location"`
			}) error {
				r.artifacts = append(r.artifacts, a.Location)
				return nil
			})
		case "logicalLocations":
			return report.Each(dec, func(l *logicalLocation) error { r.logical = append(r.logical, *l); return nil })
		case "externalPropertyFileReferences":
			return r.readReferences(dec)
		case "results":
			r.scanned = report.IsList(dec)
		}
		return report.Skip(dec)
	})
}

func (r *run) readTool(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "driver":
			return r.driver.read(dec)
		case "extensions":
			return readComponents(dec, &r.extensions)
		}
		return report.Skip(dec)
	})
}

// readReferences notes results, and rules that give results their level, that were moved into other files (§3.15). A gate that
// went on without them would take a part of the results for all of them.
func (r *run) readReferences(dec *report.Decoder) error {
	return report.EachMember(dec, func(name string) error {
		switch name {
		case "results", "driver", "extensions":
			if kind := dec.PeekKind(); kind == jsontext.KindBeginArray || kind == jsontext.KindBeginObject {
				r.elsewhere = "its " + name + " are in other files, which are not read"
			}
		}
		return report.Skip(dec)
	})
}

// readInline notes results that stand beside the runs (§3.13.5).
func readInline(dec *report.Decoder, elsewhere *string) error {
	return report.EachElement(dec, func() error {
		return report.EachMember(dec, func(name string) error {
			if name == "results" && report.IsList(dec) {
				*elsewhere = "it has results in inlineExternalProperties, which are not read"
			}
			return report.Skip(dec)
		})
	})
}
