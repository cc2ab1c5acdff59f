package report

import "strings"

// Digest spells a digest as digests are spelled here: that of "SHA-256" begins with "sha256:".
func Digest(algorithm, value string) string {
	algorithm = strings.ToLower(algorithm)
	if bits, ok := strings.CutPrefix(algorithm, "sha-"); ok {
		algorithm = "sha" + bits
	}
	return algorithm + ":" + strings.ToLower(value)
}
