package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

var branchName = regexp.MustCompile(`^[a-z0-9][a-z0-9/._-]{0,99}$`)

// LedgerBranch refuses a name that no branch of a ledger has: one that git would not take, see git check-ref-format, or that means something else to
// it, or that looks like another.
func LedgerBranch(name string) error {
	part := func(is func(string) bool) bool { return slices.ContainsFunc(strings.Split(name, "/"), is) }
	hint := "use lower-case letters, digits and - _ . / as in branch:defectgate"
	switch {
	case strings.HasPrefix(name, "refs/"):
		hint = "leave out refs/heads/, with which the names of all branches begin for git"
	case !branchName.MatchString(name), strings.Contains(name, ".."), strings.HasSuffix(name, "."), commitID.MatchString(name),
		part(func(s string) bool { return s == "" || s[0] == '.' || strings.HasSuffix(s, ".lock") }):
	default:
		return nil
	}
	return gate.WithHint(fmt.Errorf("%q is no name for the branch of a ledger", gate.CleanLine(name, 80)), "%s", hint)
}
