package govulncheck

import (
	"cmp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// depth is how near a vulnerability comes to the user's code.
type depth int

const (
	required depth = iota + 1 // the module is
	imported                  // the package is
	called                    // the function is
)

// levels are the words of scan_level. One that is not known is no depth, and leaves open what the scan could have seen.
var levels = map[string]depth{"module": required, "package": imported, "symbol": called}

// key is what one finding is told apart by.
type key struct{ id, module, version string }

// found is what all messages tell of one key.
type found struct {
	reached depth
	looked  depth // how far the scan could have seen
	fixed   []string
	place   gate.Location // of the least of the calls: their order changes from run to run
}

type position struct {
	File string        `json:"filename"`
	Line report.Number `json:"line"`
}

type frame struct {
	Module   string   `json:"module"`
	Version  string   `json:"version"`
	Package  string   `json:"package"`
	Function string   `json:"function"`
	Receiver string   `json:"receiver"`
	Position position `json:"position"`
}

// finding reads one message. Its trace begins at the vulnerable function, and ends in the user's code.
func (p *parser) finding(dec *report.Decoder) error {
	var f struct {
		OSV   string  `json:"osv"`
		Fixed string  `json:"fixed_version"`
		Trace []frame `json:"trace"`
	}
	if err := report.Value(dec, &f); err != nil {
		return err
	}
	var sink, entry frame
	if len(f.Trace) > 0 {
		sink, entry = f.Trace[0], f.Trace[len(f.Trace)-1]
	}
	at := p.at(key{f.OSV, sink.Module, sink.Version})
	at.looked = max(at.looked, p.last().level)
	at.fix(f.Fixed)
	switch {
	case len(f.Trace) == 0:
		return nil
	case sink.Function != "":
		at.call(place(&sink, &entry))
	case sink.Package != "":
		at.reached = max(at.reached, imported)
	default:
		at.reached = max(at.reached, required)
	}
	return nil
}

// at gives what is known of a key.
func (p *parser) at(k key) *found {
	if p.found[k] == nil {
		p.found[k] = &found{}
		p.order = append(p.order, k)
	}
	return p.found[k]
}

func (f *found) fix(version string) {
	if version != "" && !slices.Contains(f.fixed, version) {
		f.fixed = append(f.fixed, version)
	}
}

func (f *found) call(at gate.Location) {
	if f.reached < called || compare(at, f.place) < 0 {
		f.place = at
	}
	f.reached = called
}

// compare puts calls with a place in a file before those without.
func compare(a, b gate.Location) int {
	if (a.Path == "") != (b.Path == "") {
		return cmp.Compare(b.Path, a.Path)
	}
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Logical, b.Logical))
}

// place is the call in the user's code. Old versions print the paths of the machine that scanned, which say nothing elsewhere.
func place(sink, entry *frame) gate.Location {
	if file := entry.Position.File; file != "" && !absolute(file) {
		return gate.Location{Path: file, Line: entry.Position.Line.Int()}
	}
	function := sink.Function
	if sink.Receiver != "" {
		function = strings.TrimPrefix(sink.Receiver, "*") + "." + function
	}
	return gate.Location{Logical: sink.Package + "." + function}
}

func absolute(path string) bool {
	return path[0] == '/' || path[0] == '\\' || len(path) > 1 && path[1] == ':'
}

// emitAll gives what was found, each with what the database says of it, which may have come later.
func (p *parser) emitAll(emit report.Emit) error {
	for _, k := range p.order {
		at := p.found[k]
		k.version = cmp.Or(k.version, p.versions[k.module])
		f := at.finding(k, p.records[k.id])
		if err := report.Identified(f); err != nil {
			return err
		}
		p.scan.Read++
		if err := emit(f); err != nil {
			return err
		}
	}
	return nil
}

func (f *found) finding(k key, r *record) *gate.Finding {
	if r == nil {
		r = &record{}
	}
	return &gate.Finding{
		Tool:    formatName,
		Kind:    gate.Vulnerability,
		ID:      k.id,
		Aliases: r.Aliases,
		Related: r.Related,
		Title:   r.Summary,
		URL:     r.Database.URL,
		Rating:  report.Rate(formatName, gate.Opinion{Party: formatName}),
		Component: gate.Component{
			PURL: report.EcosystemURL("Go", k.module, k.version), Name: cmp.Or(k.module, f.place.Path), Version: k.version, Fixed: f.fixed,
		},
		Location:  f.place,
		Certainty: f.certainty(),
		Published: r.Published.Time,
	}
}

// certainties are by how near the vulnerability comes; without a trace nothing is known of that.
var certainties = map[depth]gate.Certainty{required: gate.LowCertainty, imported: gate.MidCertainty, called: gate.HighCertainty}

// certainty says nothing where the scan looked no further than what it found, unless that is a call.
func (f *found) certainty() gate.Certainty {
	if f.reached < called && f.looked <= f.reached {
		return ""
	}
	return certainties[f.reached]
}
