package report

import (
	"errors"
	"io"
)

// WholeLines passes a text of lines on, and ends with [io.ErrUnexpectedEOF] where the last line has no end: it may have been longer.
func WholeLines(r io.Reader) io.Reader { return &wholeLines{r: r, last: '\n'} }

type wholeLines struct {
	r    io.Reader
	last byte
}

func (w *wholeLines) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.last = p[n-1]
	}
	if errors.Is(err, io.EOF) && w.last != '\n' {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
