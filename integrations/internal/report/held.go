package report

import (
	"errors"
	"fmt"
	"io"
)

// ErrTooLarge is the error of a document over a bound.
var ErrTooLarge = errors.New("over the bound")

// held stands below a decoder. Decoders have no bound of their own: they keep what they read until a token is whole, with the white space before
// it, and until a value is whole that is taken as one.
type held struct {
	r    io.Reader
	done func() int64 // the offset up to which the decoder has given what it read
	most int64        // how many bytes it may hold
	read int64
}

// Bounded gives a reader for a decoder: it ends with [ErrTooLarge] where the decoder would have to hold more than so many bytes at once. done
// gives the offset of the end of what the decoder has given; it is asked before each reading and costs nothing between them.
func Bounded(r io.Reader, most int64, done func() int64) io.Reader {
	return &held{r: r, done: done, most: most}
}

func (h *held) Read(p []byte) (int, error) {
	room := h.most - (h.read - h.done())
	if room < 0 {
		return 0, tooLong(h.most)
	}
	n, err := h.r.Read(p[:min(int64(len(p)), room+1)])
	h.read += int64(n)
	return n, err
}

func tooLong(most int64) error {
	return fmt.Errorf("%w: one text, one run of blanks or one value is longer than %d bytes (limit text)", ErrTooLarge, most)
}

// squeezed gives a document with one blank in place of many, so that its first bytes show something however far it is indented.
type squeezed struct {
	r     io.Reader
	most  int64 // how long a run of blanks may be
	run   int64 // how long the present one is
	blank bool  // one of it was kept
}

func (s *squeezed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	kept := 0
	for _, b := range p[:n] {
		if !isBlank(b) {
			s.run, s.blank = 0, false
		} else {
			s.run++
			if s.blank || b == '\r' { // of the two characters that end a line the other one is kept
				continue
			}
			s.blank = true
		}
		p[kept] = b
		kept++
	}
	if s.run > s.most {
		return 0, tooLong(s.most)
	}
	return kept, err
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }
