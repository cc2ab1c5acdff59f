package signoff

import (
	"fmt"
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The lengths of what people write in their own words, in characters.
const (
	shortestReason = 10
	longestText    = 500
)

// faultOf says why a text cannot be kept in a record, as the end of a sentence that begins with what the text is; "" means that it can. It never
// repeats the text. at is the character where the fault stands, from 0.
func faultOf(text string, shortest int) (fault string, at int) {
	length, before := 0, ' '
	for i, r := range text {
		if !shows(r, before) {
			return fmt.Sprintf("holds %s, which does not show or is no plain space: write it without", nameOf(text[i:])), length
		}
		length, before = length+1, r
	}
	switch {
	case length < shortest || length > longestText:
		return fmt.Sprintf("has %d characters: write %d to %d", length, shortest, longestText), 0
	case !norm.NFC.IsNormalString(text):
		return "is not in the composed form of Unicode (NFC), so that it could look like another text: type its accented letters anew", 0
	}
	return "", 0
}

// shows reports whether a character can be seen in a line, where it follows another. The only space is the one of ASCII, and what is no UTF-8 does
// not show. Of the selectors of variants only the one is taken that phones write after a symbol, and of the Braille patterns not the blank one.
func shows(r, before rune) bool {
	const emojiStyle, blankBraille = '\uFE0F', '\u2800'
	switch r {
	case emojiStyle:
		return unicode.IsSymbol(before)
	case blankBraille, utf8.RuneError:
		return false
	}
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// nameOf names the first character of a text by its number: the text itself would look harmless, or do harm.
func nameOf(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && size == 1 {
		return fmt.Sprintf("the byte 0x%02X", text[0])
	}
	return fmt.Sprintf("%U", r)
}

// quoted repeats what somebody wrote, cut at 40 characters, without a character that does not show.
func quoted(text string) string {
	const longest = 40
	if utf8.RuneCountInString(text) > longest {
		return fmt.Sprintf("%q", string([]rune(text)[:longest])) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// credential matches what the issuers of credentials made to be found.
var credential = regexp.MustCompile(
	`gh[pousr]_[0-9A-Za-z]{20}|github_pat_[0-9A-Za-z_]{20}` + // GitHub
		`|gl(pat|dt|rt|cbt|ptt|ft|oas|soat|imt|agent)-[0-9A-Za-z_-]{20}` + // GitLab
		`|A[KS]IA[0-9A-Z]{16}` + // AWS
		`|xox[abeprs]-[0-9A-Za-z-]{10}` + // Slack
		`|eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.` + // JSON Web Token: both parts begin with {" in base64
		`|-----BEGIN `) // PEM

// looksSecret reports whether a text holds what looks like a credential.
func looksSecret(text string) bool { return credential.MatchString(text) }

// faultOfID says why a word is no id of a defect. Whether there is such a defect is not looked at.
func faultOfID(id string) string {
	switch {
	case id == "":
		return "The id of a defect is missing beside a comma: write ids with a comma between them, and no space."
	case slices.Contains([]string{"for", "in", "at", "until", "because"}, id):
		return fmt.Sprintf("The id of a defect is wanted here; the word %q stands here.", id)
	case beginsASCII(id, recordPrefix):
		return fmt.Sprintf("%s names a record: the id of a defect is wanted here.", quoted(id))
	case beginsASCII(id, "CVE-") && !cveForm.MatchString(id):
		return fmt.Sprintf("%s is no CVE: write it as CVE-2026-12345.", quoted(id))
	case beginsASCII(id, "GHSA-") && !ghsaForm.MatchString(id):
		return fmt.Sprintf("%s is no advisory of GitHub: write it as GHSA-abcd-2345-wxyz.", quoted(id))
	case !idForm.MatchString(id):
		return fmt.Sprintf(`%s is no id of a defect: 3 to 80 letters, digits and "-_.:" are wanted, as the report of the gate shows it.`, quoted(id))
	}
	return ""
}

// The forms of what is named. An id is taken in either case, as the gate takes it.
var (
	cveForm    = regexp.MustCompile(`^(?i:CVE)-[0-9]{4}-[0-9]{4,19}$`)
	ghsaForm   = regexp.MustCompile(`^(?i:GHSA)(-[0-9A-Za-z]{4}){3}$`)
	idForm     = regexp.MustCompile(`^[0-9A-Za-z][-0-9A-Za-z_.:]{2,79}$`)
	recordForm = regexp.MustCompile(`^dgx_[0-7][0-9A-HJKMNP-TV-Z]{25}$`) // a ULID: of 130 bits in 26 digits, the first two are 0
	commitForm = regexp.MustCompile(`^[0-9A-Fa-f]{7,64}$`)
	purlForm   = regexp.MustCompile(`^pkg:[-0-9A-Za-z._~/:@%+]{1,200}$`)
)

const recordPrefix = "dgx_"

// equalASCII compares without regard to the case of ASCII letters. Nothing else is folded: there are signs that Unicode folds into letters.
func equalASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lowerASCII(a[i]) != lowerASCII(b[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// beginsASCII reports whether a text begins with another, without regard to the case of ASCII letters.
func beginsASCII(text, with string) bool {
	return len(text) >= len(with) && equalASCII(text[:len(with)], with)
}
