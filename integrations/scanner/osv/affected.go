package osv

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// affected is what a record says of one package.
type affected struct {
	Package struct {
		Name      string `json:"name"`
		Ecosystem string `json:"ecosystem"`
		PURL      string `json:"purl"`
	} `json:"package"`
	Severity []severity `json:"severity"`
	Ranges   []struct {
		Type   string `json:"type"` // "SEMVER", "ECOSYSTEM", or "GIT", whose versions are commits
		Events []struct {
			Fixed string `json:"fixed"`
		} `json:"events"`
	} `json:"ranges"`
	Ecosystem jsontext.Value `json:"ecosystem_specific"`
	Database  jsontext.Value `json:"database_specific"`
}

// of gives what a record says of a package: by its name and release ("Debian:12"), else by its name and ecosystem, else by its name. Of a
// package that is not named there everything counts, for the scanner holds the record to be about it.
func (r *record) of(pkg info) []affected {
	for _, same := range []func(a *affected) bool{
		func(a *affected) bool { return a.is(pkg) && a.Package.Ecosystem == pkg.Ecosystem },
		func(a *affected) bool { return a.is(pkg) && family(a.Package.Ecosystem) == family(pkg.Ecosystem) },
		func(a *affected) bool { return a.is(pkg) },
	} {
		var list []affected
		for i := range r.Affected {
			if same(&r.Affected[i]) {
				list = append(list, r.Affected[i])
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return r.Affected
}

func (a *affected) is(pkg info) bool {
	name := plain(a.Package.Name)
	return name != "" && (name == plain(pkg.Name) || name == plain(pkg.OSName))
}

// plain spells a name as package indexes compare it.
func plain(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

// family is an ecosystem without its release.
func family(ecosystem string) string {
	name, _, _ := strings.Cut(ecosystem, ":")
	return name
}

// fixed lists the versions that have the fix; those of ranges of commits only for a package that is known by its commit.
func fixed(list []affected, commits bool) (versions []string) {
	for _, a := range list {
		for _, r := range a.Ranges {
			if (r.Type == "GIT") != commits {
				continue
			}
			for _, event := range r.Events {
				if event.Fixed != "" && !slices.Contains(versions, event.Fixed) {
					versions = append(versions, event.Fixed)
				}
			}
		}
	}
	return versions
}
