package signoff_test

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

const revoke = "/defectgate revoke CVE-2026-12345 because "

func TestAReasonHasTenToFiveHundredCharacters(t *testing.T) {
	for _, reason := range []string{"0123456789", "äöüßäöüß漢😀", strings.Repeat("😀", 500), strings.Repeat("because ", 62) + "why"} {
		require.Equal(t, reason, accepted(t, revoke+reason).Reason)
	}
	for reason, message := range map[string]string{
		"":                       "The reason has 0 characters: write 10 to 500.",
		"fixed":                  "The reason has 5 characters: write 10 to 500.",
		"123456789      ":        "The reason has 9 characters: write 10 to 500.",
		"äöüßäöüß漢":              "The reason has 9 characters: write 10 to 500.",
		strings.Repeat("ä", 501): "The reason has 501 characters: write 10 to 500.",
		"cafe\u0301 is closed":   "The reason is not in the composed form of Unicode (NFC), so that it could look like another text: type its accented letters anew.",
		"\u212a is for Kelvin":   "The reason is not in the composed form of Unicode (NFC), so that it could look like another text: type its accented letters anew.",
	} {
		r := refused(t, signoff.Reason, revoke+reason)
		require.Equal(t, message, r.Message)
		if reason != "" {
			require.Equal(t, len(revoke)+1, r.Column, "%q", reason)
		}
		requireExample(t, r)
	}
}

func TestT12AReasonShowsAllThatItHolds(t *testing.T) {
	for _, sign := range []string{"\x00", "\t", "\r", "\v", "\f", "\x1b", "\x7f", "\u0085", "\u009b", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4",
		"\u180b", "\u180e", "\u2000", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u2029", "\u202a", "\u202e", "\u202f", "\u2060", "\u2064", "\u2066", "\u2069", "\u2800",
		"\u3000", "\u3164", "\ue000", "\ufe00", "\ufe0f", "\u26a0\ufe0f\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffd", "\uffff", "\U000e0001", "\U000e0041", "\U000e0100", "\U0010ffff"} {
		r := refused(t, signoff.Reason, revoke+"ä not "+sign+" reachable at all")
		require.Regexp(t, `^The reason holds U\+[0-9A-F]{4,6}, which does not show or is no plain space: write it without\.$`, r.Message)
		require.Equal(t, len(revoke)+6+utf8.RuneCountInString(sign), r.Column, "%q: in characters", sign)
		requireExample(t, r)
	}
	for _, sign := range []string{"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x82"} {
		require.Regexp(t, `^The reason holds the byte 0x[0-9A-F]{2}, `, refused(t, signoff.Reason, revoke+"not "+sign+" reachable").Message)
	}
	for _, reason := range []string{"nicht verfügbar — „ungenutzt“", "到達できない コードです。", "غير قابل للوصول", "लागू नहीं होता है", "`code` <b> | & $x ::error::", "⚠️ not reachable 😀"} {
		require.Equal(t, reason, accepted(t, revoke+reason).Reason)
	}
}

// secrets makes credentials that open nothing. They are made here, so that this file holds none.
func secrets() map[string]string {
	random := rand.New(rand.NewPCG(1, 2))
	of := func(letters string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	const upper, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	all := upper + strings.ToLower(upper) + digits
	part := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	made := map[string]string{
		"github_pat_": "github_pat_" + of(all, 22) + "_" + of(all, 59),
		"glpat-":      "glpat-" + of(all, 20),
		"gldt-":       "gldt-" + of(all, 20),
		"AKIA":        "AKIA" + of(upper+digits, 16),
		"ASIA":        "ASIA" + of(upper+digits, 16),
		"JWT":         part(`{"alg":"HS256"}`) + "." + part(`{"sub":"ann"}`) + "." + of(all, 43),
		"JWT, none":   part(`{"alg":"none"}`) + "." + part(`{"sub":"ann"}`) + ".",
		"PEM":         strings.Repeat("-", 5) + "BEGIN EC PRIVATE KEY" + strings.Repeat("-", 5),
	}
	for _, kind := range "pousr" {
		made["gh"+string(kind)] = "gh" + string(kind) + "_" + of(all, 36)
	}
	for _, kind := range "abpr" {
		made["xox"+string(kind)] = "xox" + string(kind) + "-" + of(digits, 12) + "-" + of(all, 24)
	}
	return made
}

func TestT28ASecretIsRefusedAndNotRepeated(t *testing.T) {
	for name, secret := range secrets() {
		for where, body := range map[string]string{
			"reason":         revoke + "the key " + secret + " was leaked",
			"reason, glued":  revoke + "the key=" + secret + "!",
			"reason, last":   revoke + "the key is " + secret,
			"control":        falsePositive + "control: " + secret,
			"ticket":         falsePositive + "ticket: see " + secret,
			"scope":          falsePositive + "scope: branch " + secret,
			"trailer":        falsePositive + "\nthanks\n" + secret,
			"verb":           "/defectgate " + secret,
			"target":         "/defectgate accept " + secret + " until 2026-12-31" + why,
			"component":      "/defectgate accept abc in pkg:npm/" + secret + " until 2026-12-31" + why,
			"day":            "/defectgate accept abc until " + secret,
			"after a fault":  "/defectgate accept abc till whenever because " + secret,
			"bad characters": revoke + "\u200b" + secret,
		} {
			r := refused(t, signoff.Secret, body)
			require.Equal(t, "The comment holds what looks like a credential. Delete the comment, replace the credential where it is used, "+
				"and write the command anew without it.", r.Message)
			for i := 0; i+8 <= len(secret); i++ {
				require.NotContains(t, r.Error()+r.Example, secret[i:i+8], "%s in %s", name, where)
			}
			require.Zero(t, r.Column, "where it stands is nobody's business")
			require.Empty(t, r.Example)
		}
		silent(t, secret)
	}
}

func TestT28NoSecretIsSeenInPlainWords(t *testing.T) {
	for _, reason := range []string{"the token of ghp_ kind is revoked", "glpat- tokens are not used here", "AKIA is a prefix of AWS", "eyJ begins a token, as in eyJ.eyJ.",
		"xoxb- is what Slack writes", "digest sha256:" + strings.Repeat("0a", 32), "commit " + strings.Repeat("c0ffee", 6), "see " + record, "--- BEGIN of the story"} {
		accepted(t, revoke+reason)
	}
}

// What a refusal repeats of a comment is short.
func TestARefusalRepeatsFewCharacters(t *testing.T) {
	long := strings.Repeat("x", 500)
	for _, body := range []string{"/defectgate ", "/defectgate status ", "/defectgate approve ", "/defectgate revoke ", "/defectgate accept abc until ", "/defectgate accept abc in ",
		"/defectgate accept abc at ", "/defectgate accept abc ", "/defectgate override for ", revoke + "\x00", falsePositive + "scope: "} {
		_, _, r := signoff.Parse(body + long)
		require.NotNil(t, r, "%q", body)
		require.NotContains(t, r.Message, long[:41], "%q", body)
	}
}

func TestT13ACommandStandsAtTheVeryBeginningOrNowhere(t *testing.T) {
	const command = "/defectgate accept CVE-2026-12345 until 2026-12-31 because the parser is not reachable"
	for name, body := range map[string]string{
		"quote":                      "> " + command,
		"quote without a space":      ">" + command,
		"quote of a quote":           "> > " + command,
		"fence":                      "```\n" + command + "\n```",
		"fence with a language":      "```text\n" + command + "\n```\n",
		"fence of tildes":            "~~~\n" + command + "\n~~~",
		"indented code":              "    " + command,
		"code after a tab":           "\t" + command,
		"one space":                  " " + command,
		"three spaces":               "   " + command,
		"HTML comment":               "<!-- " + command + " -->",
		"HTML comment over lines":    "<!--\n" + command + "\n-->",
		"link reference":             "[//]: # (" + command + ")",
		"link reference over lines":  "[a]: <b>\n'\n" + command + "\n'",
		"details":                    "<details>\n\n" + command + "\n</details>",
		"reply by e-mail":            "I agree.\n\nOn Mon, Ann wrote:\n> " + command,
		"reply above the command":    "On Mon, Ann wrote:\n" + command,
		"byte order mark":            "\ufeff" + command,
		"broken byte order mark":     "\xff\xfe" + command,
		"backtick":                   "`" + command + "`",
		"bold":                       "**" + command + "**",
		"list":                       "- " + command,
		"numbered list":              "1. " + command,
		"heading":                    "# " + command,
		"table":                      "| " + command + " |",
		"empty line before":          "\n" + command,
		"CR before":                  "\r" + command,
		"CR LF before":               "\r\n" + command,
		"escaped":                    "\\" + command,
		"entity":                     "&#47;" + command[1:],
		"quotation mark":             "\"" + command + "\"",
		"somebody is named":          "@ann " + command,
		"no-break space before":      "\u00a0" + command,
		"zero-width space before":    "\u200b" + command,
		"right-to-left override":     "\u202e" + command,
		"division slash for a slash": "\u2215" + command[1:],
	} {
		t.Run(name, func(t *testing.T) { silent(t, body) })
	}
}

func TestT13ASecondCommandMakesTheCommentInvalid(t *testing.T) {
	const first = "/defectgate status\n"
	for name, rest := range map[string]string{
		"next line":          "/defectgate status",
		"after words":        "thanks\n\n/defectgate status",
		"other case":         "/DEFECTGATE status",
		"three spaces":       "   /defectgate status",
		"fence":              "```\n/defectgate status\n```",
		"HTML comment":       "<!--\n/defectgate status\n-->",
		"link reference":     "[//]: # (\n/defectgate status\n)",
		"CR LF":              "\r\n/defectgate status\r\n",
		"lone CR":            "thanks\r/defectgate status",
		"longer word":        "/defectgatex",
		"alone":              "/defectgate",
		"not closed":         "text\n/defectgate",
		"below a quote":      "> quoted\n/defectgate status",
		"below a bad letter": "\xff\n/defectgate status",
	} {
		t.Run(name, func(t *testing.T) {
			r := refused(t, signoff.Multi, first+rest)
			require.Equal(t, "A second line begins with /defectgate: write one command in a comment, and a > before what you quote.", r.Message)
			require.Zero(t, r.Column)
			require.Equal(t, "/defectgate status", r.Example)
		})
	}
	for name, rest := range map[string]string{
		"quoted":               "> /defectgate status",
		"quoted after a space": " > /defectgate status",
		"indented code":        "    /defectgate status",
		"in a sentence":        "see /defectgate status",
		"list":                 "- /defectgate status",
		"part of the head":     "/defectgat",
		"look-alike":           "/de\uff46ectgate status",
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, signoff.Status, accepted(t, first+rest).Verb) })
	}
}

func TestT12LookAlikesAreNoLetters(t *testing.T) {
	for name, body := range map[string]string{
		"full-width head":     "/\uff44efectgate status",
		"control for a slash": "\x0fdefectgate status",
		"full-width slash":    "\uff0fdefectgate status",
		"Cyrillic e":          "/d\u0435fectgate status",
		"combining mark":      "/defectgate\u0301 status",
		"zero-width in head":  "/defect\u200bgate status",
		"joiner after head":   "/defectgate\u200d status",
		"ideographic space":   "/defectgate\u3000status",
		"no-break space":      "/defectgate\u00a0status",
		"next line":           "/defectgate\u0085status",
		"line separator":      "/defectgate\u2028status",
		"bidi after the head": "/defectgate\u202e status",
	} {
		t.Run(name, func(t *testing.T) { silent(t, body) })
	}
	for name, c := range map[string]struct {
		body, sign string
		column     int
	}{
		"long s in a verb":           {"/defectgate \u017ftatus", "U+017F", 13},
		"Kelvin sign in an id":       {"/defectgate false-positive \u212aEY-1" + why, "U+212A", 28},
		"full-width in a verb":       {"/defectgate st\uff41tus", "U+FF41", 15},
		"zero-width in an id":        {"/defectgate false-positive CVE\u200b-2026-12345" + why, "U+200B", 31},
		"bidi in an id":              {"/defectgate false-positive \u202eCVE-2026-12345" + why, "U+202E", 28},
		"soft hyphen in an id":       {"/defectgate false-positive CVE\u00ad2026-12345" + why, "U+00AD", 31},
		"no-break space":             {"/defectgate false-positive\u00a0CVE-2026-12345" + why, "U+00A0", 27},
		"ideographic space":          {"/defectgate accept CVE-2026-12345\u3000until 2026-12-31" + why, "U+3000", 34},
		"tab":                        {"/defectgate accept\tCVE-2026-12345 until 2026-12-31" + why, "U+0009", 19},
		"CR":                         {"/defectgate status\r", "U+000D", 19},
		"CR and words":               {"/defectgate status\rthanks", "U+000D", 19},
		"no UTF-8":                   {"/defectgate status\xff", "the byte 0xFF", 19},
		"Arabic digits in a date":    {"/defectgate accept CVE-2026-12345 until 202\u0666-12-31" + why, "U+0666", 44},
		"full-width hours":           {"/defectgate override for \uff14h" + why, "U+FF14", 26},
		"Cyrillic because":           {"/defectgate false-positive CVE-2026-12345 b\u0435cause whatever it is", "U+0435", 44},
		"en dash in a verb":          {"/defectgate false\u2013positive CVE-2026-12345" + why, "U+2013", 18},
		"full-width hex in a commit": {"/defectgate approve " + record + " at c0\uff46fee1", "U+FF46", 57},
		"Kelvin sign in a record":    {"/defectgate approve dgx_\u212a1JZX3M8Q4T6W9Y2B5D7F0GHKN", "U+212A", 25},
	} {
		t.Run(name, func(t *testing.T) {
			r := refused(t, signoff.Syntax, c.body)
			require.Equal(t, c.sign+" stands here: before the reason only plain ASCII is taken, with spaces between the words.", r.Message)
			require.Equal(t, c.column, r.Column)
		})
	}
}
