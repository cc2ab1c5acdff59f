package vers

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// pythonForm is a version of PEP 440 in any of its spellings, in lower case. Its groups are epoch, release, pre-release and its number, the number
// of a post-release written as "-1", post-release and its number, development release and its number, and the local part.
// https://packaging.python.org/en/latest/specifications/version-specifiers/
var pythonForm = regexp.MustCompile(`^v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
	`(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?` +
	`(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?` +
	`(?:[-_.]?(dev)[-_.]?(\d*))?` +
	`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)

// python is a version of PEP 440 as a list of what is compared, the most significant first.
type python [][]part

// part is compared by rank, then as a number, then as text.
type part struct {
	rank   int
	number string // digits
	text   string
}

// The ranks of what is absent: before or behind all that is there.
const lowest, highest = -1, 9

var pythonRanks = map[string]int{"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}

func parsePython(version string) (python, bool) {
	m := pythonForm.FindStringSubmatch(strings.ToLower(version))
	if m == nil {
		return nil, false
	}
	before, after, development := []part{{rank: highest}}, []part{{rank: lowest}}, []part{{rank: highest}}
	if m[5] != "" || m[6] != "" {
		after = []part{{number: m[5] + m[7]}}
	}
	if m[8] != "" {
		development = []part{{number: m[9]}}
	}
	switch {
	case m[3] != "":
		before = []part{{rank: pythonRanks[m[3]], number: m[4]}}
	case m[8] != "" && m[5] == "" && m[6] == "":
		before = []part{{rank: lowest}} // 1.0.dev1 comes before 1.0a1
	}
	return python{{{number: m[1]}}, release(m[2]), before, after, development, pythonLocal(m[10])}, true
}

// release is a list of numbers, without zeros at its end.
func release(numbers string) (parts []part) {
	for number := range strings.SplitSeq(numbers, ".") {
		parts = append(parts, part{number: number})
	}
	for len(parts) > 0 && strings.Trim(parts[len(parts)-1].number, "0") == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// pythonLocal is the part behind the plus sign. Words come before numbers.
func pythonLocal(local string) (parts []part) {
	for _, word := range strings.FieldsFunc(local, func(c rune) bool { return strings.ContainsRune("-_.", c) }) {
		if isNumber(word) {
			parts = append(parts, part{rank: 1, number: word})
		} else {
			parts = append(parts, part{text: word})
		}
	}
	return parts
}

func comparePython(a, b python) int {
	for i := range a {
		if order := slices.CompareFunc(a[i], b[i], compareParts); order != 0 {
			return order
		}
	}
	return 0
}

func compareParts(a, b part) int {
	return cmp.Or(a.rank-b.rank, compareNumbers(a.number, b.number), strings.Compare(a.text, b.text))
}

// compareNumbers compares digits as numbers of any length. No digits are 0.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(len(a)-len(b), strings.Compare(a, b))
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
