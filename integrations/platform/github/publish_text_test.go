package github

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestCutText(t *testing.T) {
	assert.Equal(t, "abcdef", cutText("abcdef", 6))
	assert.Equal(t, "abc…", cutText("abcdefg", 6))
	assert.Equal(t, "…", cutText("éééé", 4), "no half of a character")
	assert.Equal(t, "ab", cutText("a\xffb", 6))
	assert.True(t, strings.HasSuffix(cutText(strings.Repeat("日", 30_000), maxCheckText), "日…"))
	rapid.Check(t, func(t *rapid.T) {
		text, most := rapid.String().Draw(t, "text"), rapid.IntRange(3, 40).Draw(t, "most")
		short := cutText(text, most)
		assert.LessOrEqual(t, len(short), most)
		assert.True(t, utf8.ValidString(short))
		if len(text) <= most {
			assert.Equal(t, text, short)
		}
	})
}
