package vers

import (
	"regexp"
	"strings"

	debian "github.com/knqyf263/go-deb-version"
	redhat "github.com/knqyf263/go-rpm-version"
	"golang.org/x/mod/semver"
)

// order is how the versions of an ecosystem compare. parse refuses what its rules do not cover.
type order struct {
	parse   func(string) (any, bool)
	compare func(a, b any) int
}

func ordered[V any](parse func(string) (V, bool), compare func(a, b V) int) *order {
	return &order{
		parse:   func(version string) (any, bool) { return parse(version) },
		compare: func(a, b any) int { return compare(a.(V), b.(V)) },
	}
}

// precedence is the order of Semantic Versioning 2.0.0, section 11. What stands behind a plus sign does not count.
var precedence = ordered(parseSemantic, semver.Compare)

// orders are the ecosystems whose order is known, by the type of a range.
var orders = map[string]*order{
	"semver": precedence,
	"npm":    precedence,
	"cargo":  precedence,
	"hex":    precedence,
	"golang": ordered(parseGo, semver.Compare),
	"pypi":   ordered(parsePython, comparePython),
	"maven":  ordered(parseMaven, compareMaven),
	"gem":    ordered(parseGem, comparePadded),
	"apk":    ordered(parseAlpine, compareAlpine),
	"alpine": ordered(parseAlpine, compareAlpine),
	"deb":    ordered(parseDebian, compareDebian),
	"rpm":    ordered(parseRPM, compareRPM),
}

// orderOf gives the order of an ecosystem and places the constraints in it. There is none where one of the versions has no place.
func orderOf(kind string, all []post) *order {
	o := orders[kind]
	if o == nil {
		return nil
	}
	for i := range all {
		place, ok := o.parse(all[i].version)
		if !ok {
			return nil
		}
		all[i].place = place
	}
	return o
}

// parseSemantic takes a version of three numbers: fewer mean a range in npm and Cargo.
func parseSemantic(version string) (string, bool) {
	version = "v" + version
	core, _, _ := strings.Cut(strings.SplitN(version, "-", 2)[0], "+")
	return version, semver.IsValid(version) && strings.Count(core, ".") == 2
}

// parseGo takes the version of a module with and without the v before it. Pseudo-versions are pre-releases by their form, and "+incompatible" does
// not count. https://go.dev/ref/mod#versions
func parseGo(version string) (string, bool) { return parseSemantic(strings.TrimPrefix(version, "v")) }

// debianForm is what a version may be made of (deb-version(7), and section 5.6.12 of the Debian Policy). Numbers are bounded, since the library
// takes longer ones for equal.
var debianForm = bounded(`^(\d+:)?\d[A-Za-z0-9.+~:-]*$`)

func parseDebian(version string) (debian.Version, bool) {
	if !debianForm(version) {
		return debian.Version{}, false
	}
	v, err := debian.NewVersion(version)
	return v, err == nil
}

func compareDebian(a, b debian.Version) int { return a.Compare(b) }

// rpmForm is [epoch:]version[-release] (rpm-version(7)).
var rpmForm = bounded(`^(\d+:)?[A-Za-z0-9._+~^]+(-[A-Za-z0-9._+~^]+)?$`)

func parseRPM(version string) (redhat.Version, bool) {
	if !rpmForm(version) {
		return redhat.Version{}, false
	}
	return redhat.NewVersion(version), true
}

func compareRPM(a, b redhat.Version) int { return a.Compare(b) }

// manyDigits is a number that an int64 may not hold.
var manyDigits = regexp.MustCompile(`\d{19}`)

// bounded gives the test for a form whose numbers fit into an int64.
func bounded(pattern string) func(string) bool {
	form := regexp.MustCompile(pattern)
	return func(version string) bool { return form.MatchString(version) && !manyDigits.MatchString(version) }
}
