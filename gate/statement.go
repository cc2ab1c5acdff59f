package gate

import (
	"context"
	"slices"
	"strings"
)

// StatementSource is where VEX statements come from. A statement never hides a defect: it changes the state of occurrences, which stay in the
// decision with the word that was said of them.
type StatementSource interface {
	// Name is how the source was configured or named; it identifies it in the decision.
	Name() string
	// Expect says what must hold of it. Of an expectation, Required, MaxAge and MaxAgeExplicit are used.
	Expect() Expectation
	// Load emits every statement, see [Source].
	Load(ctx context.Context, emit func(*Statement) error) Evidence
}

// Statement is what one party says of one vulnerability in some products.
type Statement struct {
	IDs      []string // names of the vulnerability: CVE, GHSA, and what the statement calls its aliases
	State    State    // Open stands for "affected"
	Word     Word     // author, justification and time
	Products []Product
	Counts   bool // its author is one of those whose statements count here
}

// Product is what a statement speaks of: a component, or a product that is built of components.
type Product struct {
	PURL     string   // package URL; one without version speaks of every version, unless Versions says otherwise
	Digests  []string // algorithm:hexadecimal
	Versions Versions // nil where the statement gives no range
	Names    []string // product id, name, CPE: by these a configuration can call it ours
	Ours     bool     // the configuration names it as what is being built
	Within   *Product // the product that it is part of; nil where the statement names none
}

// Versions is a range of versions.
type Versions interface {
	// Contains reports whether a version lies in the range. It is false where that cannot be told: in doubt a statement does not apply.
	Contains(version string) bool
	// String gives the range as written.
	String() string
}

// speaksOf reports whether a statement's product covers an occurrence of a defect in the artifact.
func (p *Product) speaksOf(d *Defect, o *Occurrence, a *Artifact) bool {
	if p.Within == nil {
		return p.isArtifact(a) || p.isComponent(d, o)
	}
	for product := p.Within; product != nil; product = product.Within {
		if !product.isArtifact(a) { // of a component in a base image in a product, nobody knows here whether it is that base image
			return false
		}
	}
	return p.isComponent(d, o)
}

// says reports whether a state can be said of the product. "fixed" of a package of any version says that no version ever had the defect.
func (p *Product) says(state State) bool {
	own, err := readPackage(p.PURL)
	return state != Fixed || err != nil || own.Version != "" || p.Versions != nil || len(p.Digests) > 0 || p.Ours
}

// isArtifact reports whether the product is what is being built: it is named as such, or has its digest or its package URL.
func (p *Product) isArtifact(a *Artifact) bool {
	digests := p.Digests
	own, err := readPackage(p.PURL)
	if err == nil && strings.HasPrefix(own.Version, "sha256:") {
		digests = append(slices.Clone(digests), own.Version)
	}
	if p.Ours && p.Versions == nil || overlap(digests, a.Subject.Digests) {
		return true
	}
	theirs, unread := readPackage(a.Subject.PURL)
	if err != nil || unread != nil || len(p.Digests) > 0 || packageKey(own) != packageKey(theirs) {
		return false
	}
	return p.hasVersion(own.Version, theirs.Version)
}

// isComponent reports whether the product is the component of a defect, in the version of the occurrence. One that is known by its digest is not, for
// nobody knows the digests of components. Qualifiers are no part of a component's name, as in fingerprints: a version of a distribution's package
// tells architectures apart where it has to.
func (p *Product) isComponent(d *Defect, o *Occurrence) bool {
	own, err := readPackage(p.PURL)
	if err != nil || len(p.Digests) > 0 || !d.Kind.OfComponent() || d.Component.PURL == "" {
		return false
	}
	theirs, err := readPackage(d.Component.PURL)
	return err == nil && packageKey(own) == packageKey(theirs) && p.hasVersion(own.Version, o.Version)
}

// hasVersion holds a version against the one that the product names, and against its range.
func (p *Product) hasVersion(named, version string) bool {
	if named != "" && named != version {
		return false
	}
	return p.Versions == nil || p.Versions.Contains(version)
}

// stating collects what is said of each occurrence while statements are read.
type stating struct {
	index
	artifact *Artifact
	said     map[*Defect][]claim
}

// claim is one statement about one occurrence.
type claim struct {
	occurrence int
	state      State
	word       Word
	counts     bool
}

func newStating(x index, a *Artifact) *stating {
	return &stating{index: x, artifact: a, said: map[*Defect][]claim{}}
}

// add takes over what another source said.
func (s *stating) add(of *stating) {
	for d, claims := range of.said {
		s.said[d] = append(s.said[d], claims...)
	}
}

// take notes a statement, and reports whether it speaks of an occurrence.
func (s *stating) take(st *Statement) bool {
	spoke := false
	seen := map[*Defect]bool{}
	for _, id := range st.IDs {
		for _, d := range s.byName[canonicalID(id)] {
			if !seen[d] {
				seen[d] = true
				spoke = s.claim(d, st) || spoke
			}
		}
	}
	return spoke
}

func (s *stating) claim(d *Defect, st *Statement) bool {
	word := *st.Word.known()
	word.Said = st.State
	before := len(s.said[d])
	for i, o := range d.Occurrences {
		if slices.ContainsFunc(st.Products, func(p Product) bool { return p.says(st.State) && p.speaksOf(d, o, s.artifact) }) {
			s.said[d] = append(s.said[d], claim{i, st.State, word, st.Counts})
		}
	}
	return len(s.said[d]) > before
}

// settle gives occurrences the states that were said.
func (s *stating) settle() {
	for d, claims := range s.said {
		slices.SortFunc(claims, compareClaims)
		for len(claims) > 0 {
			n := 1
			for n < len(claims) && claims[n].occurrence == claims[0].occurrence {
				n++
			}
			d.Occurrences[claims[0].occurrence] = d.Occurrences[claims[0].occurrence].said(claims[:n])
			claims = claims[n:]
		}
		slices.SortFunc(d.Occurrences, compareOccurrences)
	}
}

// compareClaims orders by occurrence, then those that count first, then by author, then the newest first, and of one instant the one that keeps the
// defect open.
func compareClaims(a, b claim) int {
	return firstNonZero(a.occurrence-b.occurrence, boolInt(b.counts)-boolInt(a.counts), strings.Compare(a.word.By, b.word.By),
		b.word.At.Compare(a.word.At), int(a.state)-int(b.state), strings.Compare(a.word.Reason, b.word.Reason))
}

// said copies an occurrence with what was said of it. The newest word of each author counts; where authors differ, the one that keeps the defect
// open does. Words that do not count are shown where there is no other.
func (o *Occurrence) said(claims []claim) *Occurrence {
	said := *o
	best := claims[0]
	for i, c := range claims[1:] {
		if newest := c.word.By != claims[i].word.By; newest && c.counts && best.counts && c.state < best.state {
			best = c
		}
	}
	switch {
	case !best.counts && o.Word == nil:
		said.Word = &best.word
	case best.counts && (o.State.IsOpen() || best.state.IsOpen()):
		said.State, said.Word = best.state, &best.word
	}
	return &said
}
