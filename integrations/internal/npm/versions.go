package npm

import (
	"regexp"
	"slices"
)

// comparator is one bound of a range: ">= 2.11.2".
var comparator = regexp.MustCompile(`(<=|>=|<|>|=|\^|~)?\s*v?(\d[^\s|,<>=]*)`)

// fixed are the versions that have the fix: where the patched ranges begin. An advisory that does not speak of patched versions says by the end
// of the vulnerable ranges which they are, for GitHub writes "< 4.17.21" where 4.17.21 has the fix, and "<= 4.17.20" where no version has.
func (a *Advisory) fixed() []string {
	if a.Patched.Label != nil {
		return bounds(*a.Patched.Label, ">=", ">", "=", "^", "~", "")
	}
	return bounds(a.Vulnerable, "<")
}

// bounds gives the versions behind some operators. One that is behind ">" is not itself in the range, and keeps the operator.
func bounds(of string, operators ...string) []string {
	var versions []string
	for _, match := range comparator.FindAllStringSubmatch(of, -1) {
		operator, version := match[1], match[2]
		if operator == ">" {
			version = operator + version
		}
		if slices.Contains(operators, operator) && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	return versions
}

// Above gives what is above the vulnerable ranges that end with "<=", for when something else says that a fix is there.
func (a *Advisory) Above() []string {
	ends := bounds(a.Vulnerable, "<=")
	for i := range ends {
		ends[i] = ">" + ends[i]
	}
	return ends
}
