package vers

import (
	"cmp"
	"regexp"
	"strings"
)

// alpineForm is a version of Alpine's packages: numbers, a letter, suffixes, revision. https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgver
// and apk-package(5), "PACKAGE METADATA"
var alpineForm = regexp.MustCompile(`^(\d+(?:\.\d+)*)([a-z])?((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:-r(\d+))?$`)

var alpineSuffix = regexp.MustCompile(`_([a-z]+)(\d*)`)

// alpineRanks order suffixes; 0 is none.
var alpineRanks = map[string]int{"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "cvs": 1, "svn": 2, "git": 3, "hg": 4, "p": 5}

// alpine is a version of Alpine's packages.
type alpine struct {
	numbers  []string
	letter   string
	suffixes []part
	revision part // of rank 0 where there is none
}

func parseAlpine(version string) (alpine, bool) {
	m := alpineForm.FindStringSubmatch(version)
	if m == nil {
		return alpine{}, false
	}
	v := alpine{numbers: strings.Split(m[1], "."), letter: m[2], revision: present(m[4])}
	for _, suffix := range alpineSuffix.FindAllStringSubmatch(m[3], -1) {
		v.suffixes = append(v.suffixes, part{rank: alpineRanks[suffix[1]]}, present(suffix[2]))
	}
	return v, true
}

// present ranks a number before none.
func present(number string) part {
	if number == "" {
		return part{}
	}
	return part{rank: 1, number: number}
}

func compareAlpine(a, b alpine) int {
	if order := compareAlpineNumbers(a.numbers, b.numbers); order != 0 {
		return order
	}
	return cmp.Or(strings.Compare(a.letter, b.letter), comparePadded(a.suffixes, b.suffixes), compareParts(a.revision, b.revision))
}

// compareAlpineNumbers takes a number behind a dot that begins with 0 for a fraction: 1.05 comes before 1.1.
func compareAlpineNumbers(a, b []string) int {
	for i := range min(len(a), len(b)) {
		compare := compareNumbers
		if i > 0 && (a[i][0] == '0' || b[i][0] == '0') {
			compare = strings.Compare
		}
		if order := compare(a[i], b[i]); order != 0 {
			return order
		}
	}
	return len(a) - len(b)
}
