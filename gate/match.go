package gate

import (
	"cmp"
	"slices"
	"strings"
)

// Candidate is an exception that names a defect, with everything in which it does not fit. Whether it applies is the policy's judgement.
type Candidate struct {
	*Exception
	Mismatches []Mismatch
	Bound      *Binding // what a sign-off says of the defect; nil where the exception is none, or names no defect
}

// exceptionIndex finds the exceptions that name a defect without looking at all of them.
type exceptionIndex struct {
	byName    map[string][]*Exception
	byPrint   map[Fingerprint][]*Exception
	byPackage map[string][]*Exception
	overrides []*Exception
}

// newExceptionIndex files each exception under the narrowest thing that it names.
func newExceptionIndex(exceptions []Exception) *exceptionIndex {
	x := &exceptionIndex{byName: map[string][]*Exception{}, byPrint: map[Fingerprint][]*Exception{}, byPackage: map[string][]*Exception{}}
	for i := range exceptions {
		e := &exceptions[i]
		switch {
		case e.Kind == Overriding:
			x.overrides = append(x.overrides, e)
		case len(e.Bindings) > 0:
			for _, print := range e.prints() {
				x.byPrint[print] = append(x.byPrint[print], e)
			}
		case e.Fingerprint != nil:
			x.byPrint[*e.Fingerprint] = append(x.byPrint[*e.Fingerprint], e)
		case e.Defect != "":
			name := canonicalID(e.Defect) // of rules, too: "go-xss" is spelled as if it were of the Go database
			x.byName[name] = append(x.byName[name], e)
		case e.Package != "":
			key, _ := packageOf(Component{PURL: e.Package})
			x.byPackage[key] = append(x.byPackage[key], e)
		}
	}
	return x
}

// candidates gives the exceptions that name a defect, ordered by id.
func (x *exceptionIndex) candidates(d *Defect, a Artifact) []Candidate {
	named := slices.Clone(x.overrides)
	for _, print := range d.Fingerprints {
		named = union(named, x.byPrint[print])
	}
	for _, name := range d.Names() {
		named = union(named, x.byName[canonicalID(name)])
	}
	if d.Kind.OfComponent() {
		key, _ := packageOf(d.Component)
		named = append(named, x.byPackage[key]...)
	}
	var candidates []Candidate
	for _, e := range sorted(named, compareExceptions) {
		if e.names(d) {
			bound := e.bindingOf(d)
			candidates = append(candidates, Candidate{e, append(e.Scope.outside(a), otherVersions(e.covers(bound), d)...), bound})
		}
	}
	return candidates
}

// compareExceptions orders by id; two registers may have given one id to two exceptions.
func compareExceptions(a, b *Exception) int {
	return firstNonZero(strings.Compare(a.ID, b.ID), strings.Compare(a.Origin, b.Origin))
}

// prints gives the fingerprints of all defects that a sign-off is bound to.
func (e *Exception) prints() (prints []Fingerprint) {
	for _, b := range e.Bindings {
		prints = append(prints, b.Fingerprints...)
	}
	return prints
}

// bindingOf gives what a sign-off says of a defect; nil where it says nothing.
func (e *Exception) bindingOf(d *Defect) *Binding {
	i := slices.IndexFunc(e.Bindings, func(b Binding) bool { return b.fits(d) })
	if i < 0 {
		return nil
	}
	return &e.Bindings[i]
}

// fits holds a binding against a defect.
func (b *Binding) fits(d *Defect) bool {
	name := cmp.Or(b.Named, b.ID)
	named := slices.ContainsFunc(d.Names(), func(id string) bool { return canonicalID(id) == canonicalID(name) }) ||
		slices.ContainsFunc(d.Fingerprints, func(f Fingerprint) bool { return strings.EqualFold(f.String(), name) })
	return named && slices.ContainsFunc(b.Fingerprints, func(f Fingerprint) bool { return slices.Contains(d.Fingerprints, f) })
}

// covers gives the package URL that the exception is for.
func (e *Exception) covers(b *Binding) string {
	if b != nil {
		return b.Package
	}
	return e.Package
}

// names reports whether everything by which the exception names its defect fits.
func (e *Exception) names(d *Defect) bool {
	if len(e.Bindings) > 0 {
		return e.bindingOf(d) != nil
	}
	if e.Fingerprint != nil && !slices.Contains(d.Fingerprints, *e.Fingerprint) {
		return false
	}
	if e.Defect != "" && !slices.ContainsFunc(d.Names(), func(name string) bool { return canonicalID(name) == canonicalID(e.Defect) }) {
		return false
	}
	if e.Package == "" {
		return true
	}
	want, purl := packageOf(Component{PURL: e.Package})
	have, _ := packageOf(d.Component)
	return d.Kind.OfComponent() && purl != "" && want == have // what is no package URL names nothing
}

// otherVersions finds the versions at which the defect is open and which an exception for one version does not cover.
func otherVersions(purl string, d *Defect) []Mismatch {
	version := versionOf(purl)
	if version == "" {
		return nil
	}
	others := slices.DeleteFunc(d.OpenVersions(), func(v string) bool { return v == version })
	if len(others) == 0 {
		return nil
	}
	return []Mismatch{{What: "version", Want: version, Have: strings.Join(others, ", ")}}
}
