package gate

import (
	"slices"
	"strings"
)

// Candidate is an exception that names a defect, with everything in which it does not fit. Whether it applies is the policy's judgement.
type Candidate struct {
	*Exception
	Mismatches []Mismatch
}

// exceptionIndex finds the exceptions that name a defect without looking at all of them.
type exceptionIndex struct {
	byName    map[string][]*Exception
	byPrint   map[Fingerprint][]*Exception
	byPackage map[string][]*Exception
}

// newExceptionIndex files each exception under the narrowest thing that it names.
func newExceptionIndex(exceptions []Exception) *exceptionIndex {
	x := &exceptionIndex{map[string][]*Exception{}, map[Fingerprint][]*Exception{}, map[string][]*Exception{}}
	for i := range exceptions {
		e := &exceptions[i]
		switch {
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
	var named []*Exception
	for _, print := range d.Fingerprints {
		named = append(named, x.byPrint[print]...)
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
			candidates = append(candidates, Candidate{e, append(e.Scope.outside(a), e.otherVersions(d)...)})
		}
	}
	return candidates
}

// compareExceptions orders by id; two registers may have given one id to two exceptions.
func compareExceptions(a, b *Exception) int {
	return firstNonZero(strings.Compare(a.ID, b.ID), strings.Compare(a.Origin, b.Origin))
}

// names reports whether everything by which the exception names its defect fits.
func (e *Exception) names(d *Defect) bool {
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
func (e *Exception) otherVersions(d *Defect) []Mismatch {
	version := versionOf(e.Package)
	if version == "" {
		return nil
	}
	others := slices.DeleteFunc(d.OpenVersions(), func(v string) bool { return v == version })
	if len(others) == 0 {
		return nil
	}
	return []Mismatch{{What: "version", Want: version, Have: strings.Join(others, ", ")}}
}
