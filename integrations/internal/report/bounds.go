package report

import (
	"bytes"
	"fmt"
	"io"

	"github.com/defectgate/defectgate/gate"
)

// Bounds limit what one document may hold, beside its size.
type Bounds struct {
	Text  int64 // bytes of one text, and of all that a decoder has to hold at once
	Depth int   // how deep objects, arrays or elements are nested
	Count int   // raw entries
}

// DefaultBounds are 16 MiB for a text, 1,000 levels, and ten million entries. A text of a real report has at most a few MiB, and no format is
// nested deeper than some tens of levels. Buffers grow by doubling, so that a text takes about four times its length of memory.
var DefaultBounds = Bounds{Text: 16 << 20, Depth: 1000, Count: 10_000_000}

func tooDeep(most int) error {
	return fmt.Errorf("%w: it is nested deeper than %d levels (limit depth)", ErrTooLarge, most)
}

// Counted passes entries on, up to the bound.
func (b Bounds) Counted(emit Emit) Emit {
	n := 0
	return func(f *gate.Finding) error {
		if n++; n > b.Count {
			return fmt.Errorf("%w: it has more than %d entries (limit findings)", ErrTooLarge, b.Count)
		}
		return emit(f)
	}
}

// levels passes the bytes of JSON on and counts the levels at which they stand. What is no JSON is the decoder's to refuse.
type levels struct {
	r        io.Reader
	most     int
	depth    int
	inText   bool
	escaping bool
}

// Read gives what stands before a level too many, and then the error: what a document is shows in its first bytes.
func (l *levels) Read(p []byte) (int, error) {
	if l.depth > l.most {
		return 0, tooDeep(l.most)
	}
	n, err := l.r.Read(p)
	for part := p[:n]; len(part) > 0; {
		if l.inText {
			part = l.text(part)
		} else {
			part = l.structure(part)
		}
		if l.depth > l.most {
			return n - len(part), tooDeep(l.most)
		}
	}
	return n, err
}

// text passes over the rest of a text, and gives what follows it.
func (l *levels) text(part []byte) []byte {
	if l.escaping {
		l.escaping = false
		return part[1:]
	}
	end := bytes.IndexByte(part, '"')
	if end < 0 {
		l.escaping = escapes(part)
		return nil
	}
	l.inText = escapes(part[:end])
	return part[end+1:]
}

// escapes reports whether a part of a text ends with a backslash that escapes what follows.
func escapes(part []byte) bool {
	end := len(part)
	for end > 0 && part[end-1] == '\\' {
		end--
	}
	return (len(part)-end)%2 == 1
}

// structure counts brackets up to the next text, and gives what follows its quotation mark, or what begins with a level too many.
func (l *levels) structure(part []byte) []byte {
	for i, b := range part {
		switch b {
		case '{', '[':
			if l.depth++; l.depth > l.most {
				return part[i:]
			}
		case '}', ']':
			l.depth--
		case '"':
			l.inText = true
			return part[i+1:]
		}
	}
	return nil
}
