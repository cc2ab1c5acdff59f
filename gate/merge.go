package gate

import (
	"slices"
	"strings"
	"sync"
)

// MergeOptions are the choices of merging.
type MergeOptions struct {
	// SeveritySource says which ratings decide a defect's severity, the highest of them winning: "" or "scanner", those that
	// scanners chose; "highest", all; any other name, those of that party, or the scanners' where it has none.
	SeveritySource string
	// SecretKey hides secrets in fingerprints, see [NewFingerprinter].
	SecretKey []byte
}

// Merger turns the findings of all sources into defects. It keeps one compact value for each distinct defect, and what it
// yields does not depend on the order of findings or sources. It may be used by several goroutines.
type Merger struct {
	options MergeOptions
	mu      sync.Mutex
	parts   map[string]*part
	strings map[string]string
}

// part is what the findings with one set of ids and one component, or with one place, have become.
type part struct {
	Defect
	ids []string // sorted, primary first
	pkg string
}

// NewMerger makes an empty one.
func NewMerger(options MergeOptions) *Merger {
	return &Merger{options: options, parts: map[string]*part{}, strings: map[string]string{}}
}

// From gives the way in for the findings of one source. It is for one goroutine and keeps the order of findings.
func (m *Merger) From(source string) func(f *Finding) {
	prints := NewFingerprinter(m.options.SecretKey)
	return func(f *Finding) {
		m.add(newPart(source, f, prints.Identify(f)))
	}
}

func (m *Merger) add(p *part) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := p.key()
	m.share(&p.Occurrences[0])
	if known, ok := m.parts[key]; ok {
		known.absorb(&p.Defect)
		return
	}
	m.parts[key] = p
}

func (p *part) key() string {
	if !p.Kind.OfComponent() {
		return string(p.Fingerprints[0][:])
	}
	return string(p.Kind) + "\x00" + p.pkg + "\x00" + strings.Join(p.ids, "\x00")
}

func (m *Merger) share(o *Occurrence) {
	o.Version, o.Path, o.Layer, o.Logical = m.intern(o.Version), m.intern(o.Path), m.intern(o.Layer), m.intern(o.Logical)
}

// intern gives equal strings one memory: a report repeats its paths, versions and layers many times.
func (m *Merger) intern(s string) string {
	if known, ok := m.strings[s]; ok {
		return known
	}
	s = strings.Clone(s)
	m.strings[s] = s
	return s
}

// Defects merges across tools and gives all defects in their one order. The Merger must not be used afterwards.
func (m *Merger) Defects() []*Defect {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ofComponents []*part
	var code, defects []*Defect
	for _, p := range m.parts {
		switch {
		case p.Kind.OfComponent():
			ofComponents = append(ofComponents, p)
		case p.Kind == Code:
			code = append(code, &p.Defect)
		default:
			defects = append(defects, &p.Defect)
		}
	}
	m.parts, m.strings = nil, nil
	defects = append(defects, joinAliases(ofComponents)...)
	for _, d := range code {
		d.finish(m.options.SeveritySource)
	}
	defects = append(defects, joinNeighbours(code)...)
	for _, d := range defects {
		d.finish(m.options.SeveritySource)
	}
	slices.SortFunc(defects, compareDefects)
	return defects
}

// newPart makes a defect of one finding.
func newPart(source string, f *Finding, id Identity) *part {
	rating := f.Rating
	rating.Chosen = true
	d := Defect{
		ID: id.IDs[0], Aliases: id.IDs[1:], Related: id.Related, Fingerprints: id.Fingerprints,
		Kind: f.Kind, Ratings: append([]Rating{rating}, f.Ratings...), CWEs: f.CWEs,
		Title: f.Title, Remedy: f.Remedy, URL: f.URL, Certainty: f.Certainty,
		Component:   Component{PURL: id.PURL, Name: f.Component.Name, Version: f.Component.Version, Fixed: f.Component.Fixed},
		Occurrences: []Occurrence{{Version: f.Component.Version, Location: f.Location, State: f.State, Word: f.Word}},
		Clocks: Clocks{FirstSeen: known(f.FirstSeen), Published: known(f.Published), FixAvailable: known(f.FixedSince),
			ExploitedSince: known(f.ExploitedSince)},
		EPSS: f.EPSS, KEV: f.KEV, Exploited: f.Exploited,
		Tools: []string{f.Tool}, Sources: []string{source},
	}
	d.Occurrences[0].Path = CleanPath(f.Location.Path)
	return &part{Defect: d, ids: id.IDs, pkg: id.Package}
}
