package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// credentials are the user and password in an address; of one of the web, a token may stand in the place of both.
var credentials = regexp.MustCompile(`(?i)(?:https?|ftp)://[^/?#\s@]+@|[a-z][a-z0-9+.-]*://[^/?#\s@:]*:[^/?#\s@]*@`)

// addressed are the flags that take an address, and are careful with it.
var addressed = []string{"--ledger", "--feed"}

// withoutPasswords refuses an address with a password where a file or a word is expected, before it is told by any error or record. What comes behind
// -- of run is the command line of a scanner.
func withoutPasswords(args []string) error {
	for i, arg := range args {
		if arg == "--" && args[0] == "run" {
			return nil
		}
		if !hasCredentials(arg) || slices.Contains(addressed, flagAt(args, i)) {
			continue
		}
		return gate.WithHint(fmt.Errorf("argument %d: an address with a user or a password is no file, and would be told in errors and records", i+1),
			"fetch what lies there first, and name the file")
	}
	return nil
}

// digest is what stands behind the @ of an image.
var digest = regexp.MustCompile(`^sha(?:256|384|512):[0-9a-f]`)

func hasCredentials(arg string) bool {
	return slices.ContainsFunc(credentials.FindAllStringIndex(arg, -1), func(at []int) bool { return !digest.MatchString(arg[at[1]:]) })
}

// flagAt is the flag to which an argument belongs, or behind which it stands; "" where there is none.
func flagAt(args []string, i int) string {
	name, _, joined := strings.Cut(args[i], "=")
	switch {
	case strings.HasPrefix(args[i], "--") && joined:
		return name
	case i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.Contains(args[i-1], "=") && args[i-1] != "--":
		return args[i-1]
	}
	return ""
}
