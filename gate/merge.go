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
	// Disclosure says what of secrets may be told, see [Disclosure].
	Disclosure Disclosure
}

// found reports whether the severity source is there: a name that is misspelt would leave every severity to the scanners in silence.
func (o MergeOptions) found(defects []*Defect) bool {
	byParty := func(r Rating) bool { return r.Party == o.SeveritySource }
	return len(defects) == 0 || !namesParty(o.SeveritySource) ||
		slices.ContainsFunc(defects, func(d *Defect) bool { return slices.ContainsFunc(d.Ratings, byParty) })
}

// Merger turns the findings of all sources into defects. It keeps one compact value for each distinct defect, and what it
// yields does not depend on the order of findings or sources. It may be used by several goroutines.
type Merger struct {
	options MergeOptions
	mu      sync.Mutex
	parts   map[Fingerprint]*part
	strings map[string]string
	places  map[Occurrence]*Occurrence
	lists   map[string][]string // of one text
}

// part is what the findings with one set of ids and one component, or with one place, have become.
type part struct {
	Defect
	ids   []string    // sorted, primary first
	place *Occurrence // of the finding that is being merged
	pkg   string
}

// NewMerger makes an empty one.
func NewMerger(options MergeOptions) *Merger {
	return &Merger{options: options, parts: map[Fingerprint]*part{}, strings: map[string]string{}, places: map[Occurrence]*Occurrence{},
		lists: map[string][]string{}}
}

// From gives the way in for the findings of one source. It is for one goroutine and keeps the order of findings.
func (m *Merger) From(source string) func(f *Finding) {
	prints := NewFingerprinter(m.options.SecretKey)
	p := part{place: new(Occurrence)} // filled again for each finding: most repeat what is known, and leave nothing behind
	return func(f *Finding) {
		p.fill(source, f, prints.Identify(f))
		m.add(&p)
	}
}

func (m *Merger) add(p *part) {
	key := p.key()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.share(p)
	if known, ok := m.parts[key]; ok {
		known.absorb(&p.Defect)
		return
	}
	m.parts[key] = m.keep(p)
}

// key is equal for findings of one place, or of one component and one set of ids.
func (p *part) key() Fingerprint {
	if len(p.Fingerprints) == 1 {
		return p.Fingerprints[0]
	}
	return fingerprintOf(p.Kind, append([]string{p.pkg}, p.ids...)...)
}

// share gives texts that reports repeat one memory.
func (m *Merger) share(p *part) {
	o, r, c := p.place, &p.Ratings[0], &p.Component
	for _, text := range []*string{&o.Version, &o.Path, &o.Layer, &o.Logical, &r.Party, &r.Label, &r.CVSS, &r.Vector,
		&c.PURL, &c.Name, &p.pkg, &p.Tools[0], &p.Sources[0]} {
		*text = m.intern(*text)
	}
	p.Occurrences[0] = m.occurrence(*p.place)
}

// occurrence gives equal places one memory: most defects of a report stand in a few of them.
func (m *Merger) occurrence(o Occurrence) *Occurrence {
	known, ok := m.places[o]
	if !ok {
		known = &o
		m.places[o] = known
	}
	return known
}

// intern gives equal strings one memory: a report repeats its paths, versions and layers many times.
func (m *Merger) intern(s string) string {
	if s == "" {
		return ""
	}
	if known, ok := m.strings[s]; ok {
		return known
	}
	s = strings.Clone(s)
	m.strings[s] = s
	return s
}

// list gives equal lists of one text one memory. It has no room: whoever appends to it gets a list of their own.
func (m *Merger) list(text string) []string {
	if m.lists[text] == nil {
		m.lists[text] = []string{text}
	}
	return m.lists[text]
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
	m.parts, m.strings, m.places, m.lists = nil, nil, nil, nil
	defects = append(defects, joinAliases(ofComponents)...)
	for _, d := range code {
		d.finish(m.options.SeveritySource)
	}
	defects = append(defects, joinNeighbours(code)...)
	for _, d := range defects {
		d.finish(m.options.SeveritySource)
		d.trim()
	}
	slices.SortFunc(defects, compareDefects)
	return defects
}

// fill makes a defect of one finding. It shares the finding's memory, and that of the finding before.
func (p *part) fill(source string, f *Finding, id Identity) {
	rating := f.Rating
	rating.Chosen = true
	p.ids, p.pkg = id.IDs, id.Package
	p.Defect = Defect{
		ID: id.IDs[0], Aliases: id.IDs[1:], Related: id.Related, Fingerprints: id.Fingerprints,
		Kind: f.Kind, Ratings: append(append(p.Ratings[:0], rating), f.Ratings...), CWEs: f.CWEs,
		Title: f.Title, Remedy: f.Remedy, URL: f.URL, Certainty: f.Certainty,
		Component:   Component{PURL: id.PURL, Name: f.Component.Name, Fixed: f.Component.Fixed},
		Occurrences: append(p.Occurrences[:0], p.place),
		Clocks: Clocks{FirstSeen: known(f.FirstSeen), Published: known(f.Published), FixAvailable: known(f.FixedSince),
			ExploitedSince: known(f.ExploitedSince)},
		EPSS: probability(f.EPSS), KEV: f.KEV.known(), Exploited: f.Exploited,
		Tools: append(p.Tools[:0], f.Tool), Sources: append(p.Sources[:0], source),
	}
	*p.place = Occurrence{Version: f.Component.Version, Location: f.Location, State: f.State, Word: f.Word.known()}
	if p.place.Path = CleanPath(f.Location.Path); f.Kind.OfComponent() {
		p.place.Path = strings.TrimPrefix(p.place.Path, "/") // of an image: some tools begin at its root, some below it
	}
}

// keep copies what [part.fill] shared.
func (m *Merger) keep(p *part) *part {
	kept := *p
	kept.place = nil
	kept.Related, kept.CWEs, kept.Component.Fixed = slices.Clone(p.Related), slices.Clone(p.CWEs), slices.Clone(p.Component.Fixed)
	kept.Ratings, kept.Occurrences = slices.Clone(p.Ratings), slices.Clone(p.Occurrences)
	kept.Tools, kept.Sources = m.list(p.Tools[0]), m.list(p.Sources[0])
	return &kept
}

// probability copies an EPSS. What is no probability counts as the highest, as an impossible score does.
func probability(epss *float64) *float64 {
	if epss == nil {
		return nil
	}
	p := *epss
	if !(p >= 0 && p <= 1) {
		p = 1
	}
	return &p
}
