package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Element is one element of an XML document, at the moment when its start tag was read.
type Element struct {
	xml.StartElement
	doc  *xmlDocument
	read bool // up to its end tag
}

type xmlDocument struct {
	dec   *xml.Decoder
	done  int64 // the offset of the end of the last token
	depth int
	Bounds
}

// XMLDocument streams an XML document: read is called with the root element. Document type definitions and so all entities but the five of
// XML itself, undeclared prefixes, nesting deeper than the bound and text behind the root are errors.
func XMLDocument(d Document, read func(root *Element) error) error {
	r, err := d.Open()
	if err != nil {
		return err
	}
	doc := &xmlDocument{Bounds: d.Bounds()}
	doc.dec = xml.NewDecoder(Bounded(r, doc.Text, func() int64 { return doc.done }))
	doc.dec.CharsetReader = decoded
	return errors.Join(doc.place(doc.read(read)), r.Close())
}

// decoded takes the encodings whose text is UTF-8 by the time that a [Document] gives it.
func decoded(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-16", "utf-16le", "utf-16be", "us-ascii":
		return r, nil
	}
	return nil, fmt.Errorf("the encoding %q is not read: write UTF-8", label)
}

// read finds the root among comments and white space, and makes sure that nothing else stands beside it.
func (d *xmlDocument) read(read func(*Element) error) error {
	found := false
	for {
		token, err := d.token()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && found:
			return nil
		case errors.Is(err, io.EOF):
			return fmt.Errorf("the document has no element: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if found {
				return fmt.Errorf("%w: a second root element <%s>", ErrShape, t.Name.Local)
			}
			found = true
			if err := d.element(t, read); err != nil {
				return err
			}
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return fmt.Errorf("%w: text outside of the root element", ErrShape)
			}
		}
	}
}

// element lets use read an element, and passes over what it leaves.
func (d *xmlDocument) element(start xml.StartElement, use func(*Element) error) error {
	e := &Element{StartElement: start, doc: d}
	if err := use(e); err != nil || e.read {
		return err
	}
	return e.Each(func(*Element) error { return nil })
}

func (d *xmlDocument) token() (xml.Token, error) {
	d.done = d.dec.InputOffset()
	token, err := d.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case xml.Directive:
		return nil, fmt.Errorf("%w: document type definitions are refused", ErrShape)
	case xml.StartElement:
		if d.depth++; d.depth > d.Depth {
			return nil, tooDeep(d.Depth)
		}
		return t, declared(t.Name)
	case xml.EndElement:
		d.depth--
	}
	return token, nil
}

// declared refuses a prefix without a namespace: the decoder gives such a prefix as if it were a namespace, and its elements would
// be passed over as foreign ones.
func declared(name xml.Name) error {
	if name.Space != "" && !strings.ContainsAny(name.Space, ":/") {
		return fmt.Errorf("%w: the prefix of <%s:%s> is not declared", ErrShape, name.Space, name.Local)
	}
	return nil
}

// place says at which line an error came up, where the error does not say so itself.
func (d *xmlDocument) place(err error) error {
	var syntax *xml.SyntaxError
	if err == nil || errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	line, _ := d.dec.InputPos()
	return fmt.Errorf("at line %d: %w", line, err)
}

// Each walks the children of an element. What child does not read of one is passed over, and checked all the same.
func (e *Element) Each(child func(*Element) error) error {
	return e.walk(child, func([]byte) error { return nil })
}

// Text gives the text of an element without white space around it. Elements within are passed over.
func (e *Element) Text() (string, error) {
	var text strings.Builder
	err := e.walk(func(*Element) error { return nil }, func(part []byte) error {
		if text.Write(part); int64(text.Len()) > e.doc.Bounds.Text {
			return tooLong(e.doc.Bounds.Text)
		}
		return nil
	})
	return strings.TrimSpace(text.String()), err
}

func (e *Element) walk(child func(*Element) error, text func([]byte) error) error {
	e.read = true
	for {
		token, err := e.doc.token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := e.doc.element(t, child); err != nil {
				return err
			}
		case xml.CharData:
			if err := text(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// Attribute gives an attribute that has no prefix, or "".
func (e *Element) Attribute(name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// ParseNumber reads a number in a text as [Number] does: none for an empty one, NaN for what is no number.
func ParseNumber(text string) Number {
	if text = strings.TrimSpace(text); text == "" {
		return Number{}
	}
	f := parseFloat(text)
	return Number{Float: &f}
}

// Int gives a number as a whole one; 0 where it is absent or none.
func (n Number) Int() int {
	if n.Float == nil || math.Abs(*n.Float) > math.MaxInt32 || *n.Float != math.Trunc(*n.Float) {
		return 0
	}
	return int(*n.Float)
}
