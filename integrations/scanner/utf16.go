package scanner

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText strips the byte order mark of UTF-8, and decodes UTF-16 that has one, as PowerShell's `>` writes it. Text without a mark is
// left as it is: the parsers refuse what is no UTF-8.
func decodeText(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(3)
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
	return r, nil
}

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
