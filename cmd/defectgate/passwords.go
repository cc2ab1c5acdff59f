package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
)

// credentials are the user and password in an address.
var credentials = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^/?#\s@]+@`)

// addressed are the flags that take an address, and are careful with it.
var addressed = []string{"--ledger", "--feed"}

// withoutPasswords refuses an address with a password where a file or a word is expected, before it is told by any error or record. What comes behind
// -- of run is the command line of a scanner.
func withoutPasswords(args []string) error {
	for i, arg := range args {
		if arg == "--" && args[0] == "run" {
			return nil
		}
		flag := flagAt(args, i)
		if !credentials.MatchString(arg) || slices.Contains(addressed, flag) {
			continue
		}
		if flag == "" {
			flag = fmt.Sprintf("argument %d", i+1)
		}
		return gate.WithHint(fmt.Errorf("%s: an address with a user or a password is no file, and would be told in errors and records", flag),
			"fetch what lies there first, and name the file")
	}
	return nil
}

// flagAt is the flag to which an argument belongs; "" where it is none, or a short one.
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
