package report

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON streams a document that is one JSON value: read consumes exactly that value. Duplicate names, invalid UTF-8, nesting
// deeper than the bound and anything behind the value are errors.
func JSON(d Document, read func(*Decoder) error) error {
	return stream(d, func(dec *Decoder) error {
		if dec.PeekKind() == jsontext.KindNull {
			return fmt.Errorf("%w: the document is null", ErrShape)
		}
		if err := read(dec); err != nil {
			return err
		}
		return end(dec)
	})
}

// JSONValues streams a document of several JSON values, one behind the other or one a line: read is called before each.
func JSONValues(d Document, read func(*Decoder) error) error {
	return stream(d, func(dec *Decoder) error {
		for dec.PeekKind() != jsontext.KindInvalid {
			if err := read(dec); err != nil {
				return err
			}
		}
		return end(dec)
	})
}

func stream(d Document, read func(*Decoder) error) error {
	r, err := d.Open()
	if err != nil {
		return err
	}
	dec := newDecoder(r, d.Bounds())
	return errors.Join(place(dec, plain(read(dec))), r.Close())
}

// plain gives the error of a bound alone: the place of what is too large is as long, and whoever read it has nothing to add.
func plain(err error) error {
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.HasPrefix(e.Error(), ErrTooLarge.Error()) {
			return &Placed{Err: e}
		}
	}
	return err
}

// end makes sure that nothing but white space follows.
func end(dec *Decoder) error {
	_, err := dec.ReadToken()
	switch {
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("a second JSON value follows the first")
}

// place says where in the document an error came up, where the error does not say so itself.
func place(dec *Decoder, err error) error {
	return placeIn(string(dec.StackPointer()), err)
}

func placeIn(pointer string, err error) error {
	var in *inner
	if errors.As(err, &in) {
		return &Placed{Where: "at " + pointer + string(in.pointer), Err: in.err}
	}
	if err != nil && pointer != "" {
		return placeAt(pointer, err)
	}
	return err
}

// inner is an error in a value that was read as a whole, with its place there.
type inner struct {
	pointer jsontext.Pointer
	err     error
}

// inside puts an error into a member or an element.
func inside(part []byte, err error) error {
	if err == nil {
		return nil
	}
	var in *inner
	if !errors.As(err, &in) {
		in = &inner{err: err}
	}
	return &inner{jsontext.Pointer("").AppendToken(string(part)) + in.pointer, in.err}
}

func (e *inner) Error() string { return fmt.Sprintf("at %s: %v", e.pointer, e.err) }
func (e *inner) Unwrap() error { return e.err }

func placeAt(pointer string, err error) error {
	var syntactic *jsontext.SyntacticError
	var placed *Placed
	if errors.As(err, &syntactic) || errors.As(err, &placed) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return &Placed{Where: "at " + pointer, Err: err}
}

// Placed is an error that says itself where in the document it came up.
type Placed struct {
	Where string // in the words of the format: "line 7", "defects[6]"
	Err   error
}

// Error gives the place, where there is one, and the error.
func (p *Placed) Error() string {
	if p.Where == "" {
		return p.Err.Error()
	}
	return p.Where + ": " + p.Err.Error()
}

// Unwrap gives the error.
func (p *Placed) Unwrap() error { return p.Err }

// ErrShape is the error of a document that is well-formed and yet not of its format.
var ErrShape = errors.New("not of this format")

// EachMember walks an object: member is called with each name, and must consume the value. null is an object without members.
// Names that member has no use for are consumed by [Skip].
func EachMember(dec *Decoder, member func(name string) error) error {
	if ok, err := enter(dec, jsontext.KindBeginObject); !ok {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(token.String()); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// EachElement walks an array: element is called before each value, and must consume it. null is an empty array.
func EachElement(dec *Decoder, element func() error) error {
	if ok, err := enter(dec, jsontext.KindBeginArray); !ok {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndArray {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func enter(dec *Decoder, kind jsontext.Kind) (bool, error) {
	token, err := dec.ReadToken()
	switch {
	case err != nil:
		return false, err
	case token.Kind() == jsontext.KindNull:
		return false, nil
	case token.Kind() != kind:
		return false, misfitting(KindName(kind), token.Kind())
	}
	return true, nil
}

// IsList reports whether the next value is a list, empty or not. null is none: it says nothing of what was looked for.
func IsList(dec *Decoder) bool { return dec.PeekKind() == jsontext.KindBeginArray }

// Skip consumes the next value. It is checked all the same.
func Skip(dec *Decoder) error { return dec.SkipValue() }
