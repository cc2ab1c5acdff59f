package report

import (
	"bytes"
	"io"
	"slices"
)

// JSONWithout streams a document as [JSON] does, with an empty array in place of the long ones: those of a member of the elements of an array at
// the root. What stands in them is passed over by its brackets alone, many times faster than it is read, and is not checked: this is for a first look
// at a document that is read with [JSON] after it. Where the first look fails, its error may name a wrong place.
func JSONWithout(d Document, array, member string, read func(*Decoder) error) error {
	return stream(glance{d, array, member}, func(dec *Decoder) error {
		if err := read(dec); err != nil {
			return err
		}
		return end(dec)
	})
}

// glance opens a document without its long arrays. Nothing of the reading counts as read.
type glance struct {
	Document
	array, member string
}

// Open starts a reading.
func (g glance) Open() (io.ReadCloser, error) {
	r, err := g.Document.Open()
	if err != nil {
		return nil, err
	}
	if able, ok := r.(interface{ Glance() }); ok {
		able.Glance()
	}
	if able, ok := r.(ahead); ok {
		able.Ahead(func(r io.Reader) io.Reader { return r })
	}
	return struct {
		io.Reader
		io.Closer
	}{&without{r: r, array: []byte(g.array), member: []byte(g.member)}, r}, nil
}

// without passes the bytes of JSON on but for what stands in the arrays of a member. Of what is no JSON it may pass on anything.
type without struct {
	r             io.Reader
	array, member []byte

	depth    int
	inArray  bool   // of the root
	leftOut  bool   // in an array of the member
	inText   bool   // and so on, through both halves of a text that two buffers share
	escaping bool   //
	text     []byte // the beginning of the last text
	named    bool   // a colon followed it, and nothing else
}

// longestName is how much of a text is kept to compare it with a name.
const longestName = 32

// Read gives at least a byte or an error.
func (w *without) Read(p []byte) (int, error) {
	for {
		n, err := w.r.Read(p)
		if kept := w.filter(p[:n]); kept > 0 || err != nil {
			return kept, err
		}
	}
}

// filter moves what is kept to the front.
func (w *without) filter(p []byte) (kept int) {
	rest := p
	for len(rest) > 0 {
		skipping := w.leftOut
		n := w.step(rest)
		if !skipping || !w.leftOut {
			from := rest[:n]
			if skipping { // of what was left out the bracket alone, which ends it
				from = rest[n-1 : n]
			}
			kept += copy(p[kept:], from)
		}
		rest = rest[n:]
	}
	return kept
}

// step passes over bytes of one sort: a part of a text, or all up to a bracket or a text.
func (w *without) step(part []byte) int {
	if w.inText {
		return w.passText(part)
	}
	for i, b := range part {
		switch b {
		case '"':
			w.inText, w.named, w.text = true, false, w.text[:0]
			return i + 1
		case ':':
			w.named = true
		case '{', '[':
			w.open(b)
			return i + 1
		case '}', ']':
			w.close()
			return i + 1
		case ',':
			w.named = false
		}
	}
	return len(part)
}

func (w *without) passText(part []byte) int {
	if w.escaping {
		w.escaping = false
		return 1
	}
	end := bytes.IndexByte(part, '"')
	if end < 0 {
		w.keep(part)
		w.escaping = escapes(part)
		return len(part)
	}
	w.keep(part[:end]) // no name that is looked for has an escape
	w.inText = escapes(part[:end])
	return end + 1
}

func (w *without) keep(text []byte) {
	if !w.leftOut {
		w.text = append(w.text, text[:min(len(text), longestName-len(w.text))]...)
	}
}

// open looks where an object or an array stands. Only a member of an object has a colon before it.
func (w *without) open(bracket byte) {
	isList := w.named && bracket == '['
	switch {
	case w.depth == 1:
		w.inArray = isList && slices.Equal(w.text, w.array)
	case w.depth == 3 && w.inArray && !w.leftOut:
		w.leftOut = isList && slices.Equal(w.text, w.member)
	}
	w.depth++
	w.named = false
}

func (w *without) close() {
	w.depth--
	w.named = false
	if w.depth == 3 {
		w.leftOut = false
	}
}
