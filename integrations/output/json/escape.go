package json

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// escaper escapes, in the text of a JSON document, what does not show or directs what is shown, and every "#" behind another: GitHub's, Azure's and
// TeamCity's runners look for "##[" and "##name[" anywhere in a line. In JSON neither stands outside of a string.
type escaper struct{ sharp bool } // the last character was a "#"

// Reset begins anew.
func (e *escaper) Reset() { e.sharp = false }

// Transform escapes as much of src as is whole.
func (e *escaper) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) {
		if n := plain(src[read:]); n > 0 {
			copied := copy(dst[written:], src[read:read+n])
			written, read, e.sharp = written+copied, read+copied, false
			if copied < n {
				return written, read, transform.ErrShortDst
			}
			continue
		}
		if !atEOF && !utf8.FullRune(src[read:]) {
			return written, read, transform.ErrShortSrc
		}
		if len(dst)-written < longestEscape {
			return written, read, transform.ErrShortDst
		}
		r, size := utf8.DecodeRune(src[read:])
		if r == '#' && e.sharp || !unicode.IsPrint(r) {
			written += len(appendEscaped(dst[written:written], r))
		} else {
			written += copy(dst[written:], src[read:read+size])
		}
		e.sharp = r == '#'
		read += size
	}
	return written, read, nil
}

// plain is how many bytes need no look: most of them do not.
func plain(src []byte) int {
	for i, b := range src {
		if b >= 0x7f || b == '#' {
			return i
		}
	}
	return len(src)
}

// longestEscape is that of a character which UTF-16 writes in two parts.
const longestEscape = len(`\ud800\udc00`)

func appendEscaped(to []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return appendUnit(appendUnit(to, high), low)
	}
	return appendUnit(to, r)
}

func appendUnit(to []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	to = append(to, '\\', 'u')
	for shift := 12; shift >= 0; shift -= 4 {
		to = append(to, digits[unit>>shift&0xf])
	}
	return to
}
