package report

import "strings"

// Masked reports whether the text that a report gives for a secret is what is left of one: stars, an ellipsis or a word in its place, or in the
// place of a part. Two secrets can leave the same, so that such a text tells nothing of which secret it was.
func Masked(text string) bool {
	return strings.Contains(text, "***") || strings.Contains(text, "…") || strings.Contains(strings.ToUpper(text), "REDACTED") ||
		strings.HasSuffix(strings.TrimSpace(text), "...")
}
