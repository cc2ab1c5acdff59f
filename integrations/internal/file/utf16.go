package file

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/defectgate/defectgate/gate"
)

// decodeText strips the byte order mark of UTF-8, and decodes UTF-16 that has one, as PowerShell's `>` writes it. UTF-16 without a mark is
// refused, for it could only be guessed. Other text is left as it is: the parsers refuse what is no UTF-8.
func decodeText(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := r.Discard(3)
		return r, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		_, err := r.Discard(2)
		return &utf16Reader{r: r, order: binary.LittleEndian}, err
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		_, err := r.Discard(2)
		return &utf16Reader{r: r, order: binary.BigEndian}, err
	}
	return r, unmarked(head)
}

// unmarked names the encoding of a text whose every other byte is zero. Reports of all formats begin with two characters of ASCII.
func unmarked(head []byte) error {
	if len(head) < 4 {
		return nil
	}
	encoding := ""
	switch {
	case isText(head[0]) && head[1] == 0 && isText(head[2]) && head[3] == 0:
		encoding = "UTF-16LE"
	case head[0] == 0 && isText(head[1]) && head[2] == 0 && isText(head[3]):
		encoding = "UTF-16BE"
	default:
		return nil
	}
	return gate.WithHint(fmt.Errorf("it looks like %s, and has no byte order mark to say so", encoding),
		"convert it with iconv -f %s -t UTF-8, or let the scanner write the file itself: the > of Windows PowerShell writes UTF-16", encoding)
}

func isText(b byte) bool { return b != 0 && b < utf8.RuneSelf }

// utf16Reader gives UTF-8 for UTF-16. Half a character at the end and a lone surrogate are errors.
type utf16Reader struct {
	r       io.Reader
	order   binary.ByteOrder
	pending []byte // UTF-8 that did not fit
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.pending) < len(p) {
		r, err := u.character()
		if err != nil {
			if len(u.pending) > 0 && errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				break
			}
			return 0, err
		}
		u.pending = utf8.AppendRune(u.pending, r)
	}
	n := copy(p, u.pending)
	u.pending = u.pending[:copy(u.pending, u.pending[n:])]
	return n, nil
}

func (u *utf16Reader) character() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := u.unit()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, err
	}
	if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
		return r, nil
	}
	return 0, fmt.Errorf("invalid UTF-16: surrogate %#04x without its other half", first)
}

func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	if _, err := io.ReadFull(u.r, b[:]); err != nil {
		return 0, err
	}
	return rune(u.order.Uint16(b[:])), nil
}
