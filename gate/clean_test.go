package gate_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

func TestCleanLine(t *testing.T) {
	for _, c := range []struct {
		name, in string
		max      int
		want     string
	}{
		{"ordinary text", "lodash: Prototype pollution in zipObjectDeep (CVE-2020-8203)", 0,
			"lodash: Prototype pollution in zipObjectDeep (CVE-2020-8203)"},
		{"other scripts", "脆弱性 é ü ß", 0, "脆弱性 é ü ß"},
		{"exactly fits", "abc", 3, "abc"},
		{"one too long", "abcd", 3, "ab…"},
		{"cut at a blank", "ab cd", 4, "ab…"},
		{"a blank at the end", "ab ", 2, "ab"},
		{"one character", "ab", 1, "…"},
		{"white space", "  a\t\n b\u00a0c\u2028d  ", 0, "a b c d"},
		{"lines", "a\r\n::error::b", 0, "a ::error::b"},
		{"escape sequences", "a\x1b[31mb\x1b]0;t\ac\u009b2Jd", 0, "a[31mb]0;tc2Jd"},
		{"direction", "a\u202eb\u2066c\u200fd\u061ce\ufefff", 0, "abcdef"},
		{"no UTF-8", "a\xffb\xc3", 0, "ab"},
		{"command", "::set-output name=x::y", 0, ": :set-output name=x::y"},
		{"command after a blank", " \x00\u200b::add-mask::y", 0, ": :add-mask::y"},
		{"more colons", ":::warning::x", 0, ": ::warning::x"},
		{"older command", "x ##[set-env name=A]b", 0, "x ## [set-env name=A]b"},
		{"Azure", "##vso[task.setvariable]x ##VSO[task]", 0, "## vso[task.setvariable]x ## VSO[task]"},
		{"TeamCity", "##teamcity[x]", 0, "## teamcity[x]"},
		{"a command put together", "#\u200b#\x01[x]", 0, "## [x]"},
		{"longer by breaking", "##[abc]", 7, "## [ab…"},
		{"heading", "### Impact", 0, "### Impact"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, gate.CleanLine(c.in, c.max)) })
	}
}

// assertClean holds a line against everything that it must not do to a terminal, a log or a runner.
func assertClean(t assert.TestingT, line string, max int) {
	assert.True(t, utf8.ValidString(line))
	assert.True(t, max <= 0 || utf8.RuneCountInString(line) <= max, "%q is longer than %d", line, max)
	for _, r := range line {
		assert.True(t, r == ' ' || unicode.IsPrint(r), "%q holds %U", line, r)
		assert.False(t, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control), "%q holds %U", line, r)
	}
	assert.Equal(t, strings.TrimSpace(line), line)
	assert.False(t, strings.HasPrefix(line, "::"), line)
	lower := strings.ToLower(line)
	for _, command := range []string{"##[", "##vso[", "##teamcity["} {
		assert.NotContains(t, lower, command)
	}
}

func FuzzCleanLine(f *testing.F) {
	for _, seed := range []string{"", "::error::x", "##[x]", "a\x1b[0m", "\u202e\u2069", "###vso[", ":\u200b:x", "## [", "\r\n::debug::",
		"\xff\xfe", "a  b"} {
		f.Add(seed, 0)
		f.Add(seed, 5)
	}
	f.Fuzz(func(t *testing.T, text string, max int) {
		line := gate.CleanLine(text, max)
		assertClean(t, line, max)
		assert.Equal(t, line, gate.CleanLine(line, max), "cleaning twice changes nothing")
	})
}

func TestCleanLineOnHostileText(t *testing.T) {
	piece := rapid.SampledFrom([]string{"#", "##", "[", "vso[", ":", "::", " ", "\n", "\r", "\x1b", "\u009b", "\u202e", "\u200b", "\xff", "a",
		"é", "error"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		max := rapid.IntRange(-1, 12).Draw(t, "max")
		line := gate.CleanLine(text, max)
		assertClean(t, line, max)
		assert.Equal(t, line, gate.CleanLine(line, max), "cleaning twice changes nothing")
	})
}

func TestCleanLineLeavesWordsAlone(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z0-9äöü][A-Za-z0-9äöü.,:;()/_@+=-]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(word).Draw(t, "words"), " ")
		assert.Equal(t, text, gate.CleanLine(text, 0))
		assert.Equal(t, text, gate.CleanLine(text, utf8.RuneCountInString(text)))
	})
}
