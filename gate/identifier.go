package gate

import (
	"slices"
	"strings"
)

// homePrefixes are the databases whose ids may stand for one another: CVE, GHSA and the home databases of the OSV schema
// (https://ossf.github.io/osv-schema/, "id, modified"). An advisory of a vendor (DSA, RHSA, USN, ALAS …) can hold several
// vulnerabilities and is never an alias.
var homePrefixes = []string{"CVE-", "GHSA-", "OSV-", "GO-", "PYSEC-", "RUSTSEC-", "MAL-", "GSD-", "BIT-", "CURL-",
	"HSEC-", "JLSEC-", "EEF-", "PSF-", "RSEC-", "OSEC-", "CLEANSTART-", "EUVD-"}

// canonicalID spells an id as its database does, so that two spellings of one id are equal.
func canonicalID(id string) string {
	id = strings.TrimSpace(id)
	upper := strings.ToUpper(id)
	switch {
	case strings.HasPrefix(upper, "GHSA-"):
		return "GHSA-" + strings.ToLower(id[len("GHSA-"):])
	case isHomeID(upper):
		return upper
	}
	return id
}

func isCVE(id string) bool { return strings.HasPrefix(id, "CVE-") }

func isMalwareID(id string) bool { return strings.HasPrefix(canonicalID(id), "MAL-") }

func isHomeID(id string) bool {
	return slices.ContainsFunc(homePrefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

// compareIDs orders the ids of one defect: CVEs first, then GHSAs, then the others, each in byte order. The first is the primary id.
func compareIDs(a, b string) int {
	if r := idRank(a) - idRank(b); r != 0 {
		return r
	}
	return strings.Compare(a, b)
}

func idRank(id string) int {
	switch {
	case isCVE(id):
		return 0
	case strings.HasPrefix(id, "GHSA-"):
		return 1
	}
	return 2
}

// names gives the ids that name the vulnerability of a finding, primary first, and those that are only related to it.
// A finding that an advisory names, and a CVE too, is the CVE; the advisory is related.
func (f *Finding) names() (ids, related []string) {
	ids = make([]string, 0, 1+len(f.Aliases))
	related = append(related, f.Related...)
	for _, id := range f.Aliases {
		if id = canonicalID(id); isHomeID(id) {
			ids = append(ids, id)
		} else if id != "" {
			related = append(related, id)
		}
	}
	if id := canonicalID(f.ID); isHomeID(id) || len(ids) == 0 {
		ids = append(ids, id)
	} else {
		related = append(related, id)
	}
	return sorted(ids, compareIDs), related
}

// sorted orders a list and drops what it holds twice.
func sorted[T comparable](list []T, compare func(a, b T) int) []T {
	slices.SortFunc(list, compare)
	return slices.Compact(list)
}
