package vers

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// mavenForm is the form of nearly all versions of Maven, in lower case: numbers, then one qualifier, with or without a number. What is longer
// compares by rules that differ between versions of Maven, and is not covered.
// https://maven.apache.org/pom.html#version-order-specification
var mavenForm = regexp.MustCompile(`^(\d+(?:\.\d+)*)(?:-?([a-z]+)(?:-?(\d+))?|\.([a-z]+)(\d+)?|-(\d+))?$`)

// maven is a version of Maven: numbers, qualifier, number of the qualifier.
type maven struct {
	release   []part
	qualifier part
}

// mavenRanks are the qualifiers that Maven knows. All others come behind them, in the order of their letters, and a mere number last.
var mavenRanks = map[string]int{"alpha": 1, "beta": 2, "milestone": 3, "rc": 4, "cr": 4, "snapshot": 5,
	"": mavenRelease, "ga": mavenRelease, "final": mavenRelease, "release": mavenRelease, "sp": 7}

const (
	mavenRelease = 6
	mavenOther   = 8
	mavenNumber  = 9
)

// mavenShort are spellings that count where a number follows at once.
var mavenShort = map[string]string{"a": "alpha", "b": "beta", "m": "milestone"}

func parseMaven(version string) (maven, bool) {
	version = strings.ToLower(version)
	m := mavenForm.FindStringSubmatch(version)
	if m == nil {
		return maven{}, false
	}
	word, number := m[2]+m[4], m[3]+m[5]
	if long := mavenShort[word]; long != "" && number != "" && strings.HasSuffix(version, word+number) {
		word = long
	}
	v := maven{release: release(m[1]), qualifier: mavenQualifier(word, number)}
	if strings.Trim(m[6], "0") != "" {
		v.qualifier = part{rank: mavenNumber, number: m[6]}
	}
	return v, v.qualifier.rank != mavenRelease || number == "" // "1-final-2" is a riddle
}

func mavenQualifier(word, number string) part {
	if rank, ok := mavenRanks[word]; ok {
		return part{rank: rank, number: number}
	}
	return part{rank: mavenOther, text: word, number: number}
}

func compareMaven(a, b maven) int {
	x, y := a.qualifier, b.qualifier
	return cmp.Or(slices.CompareFunc(a.release, b.release, compareParts),
		x.rank-y.rank, strings.Compare(x.text, y.text), compareNumbers(x.number, y.number))
}

// gemForm is a version of RubyGems ("Gem::Version", VERSION_PATTERN).
var gemForm = regexp.MustCompile(`^\d+(\.[0-9A-Za-z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

var gemSegments = regexp.MustCompile(`\d+|[A-Za-z]+`)

// parseGem parts a version of RubyGems. Letters make a pre-release, and so does a dash. Zeros before the first letters do not count.
// https://guides.rubygems.org/specification-reference/ and https://docs.ruby-lang.org/en/master/Gem/Version.html
func parseGem(version string) ([]part, bool) {
	if !gemForm.MatchString(version) {
		return nil, false
	}
	var numbers, words []part
	for _, segment := range gemSegments.FindAllString(strings.ReplaceAll(version, "-", ".pre."), -1) {
		p := part{number: segment}
		if !isNumber(segment) {
			p = part{rank: lowest, text: segment}
		}
		if len(words) > 0 || p.rank == lowest {
			words = append(words, p)
		} else {
			numbers = append(numbers, p)
		}
	}
	return append(withoutZeros(numbers), words...), true
}

func withoutZeros(parts []part) []part {
	for len(parts) > 0 && compareParts(parts[len(parts)-1], part{}) == 0 {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// comparePadded takes what one of two versions lacks for a zero.
func comparePadded(a, b []part) int {
	for i := range max(len(a), len(b)) {
		if order := compareParts(partAt(a, i), partAt(b, i)); order != 0 {
			return order
		}
	}
	return 0
}

func partAt(parts []part, i int) part {
	if i < len(parts) {
		return parts[i]
	}
	return part{}
}
