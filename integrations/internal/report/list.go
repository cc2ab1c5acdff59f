package report

import (
	"reflect"

	"github.com/go-json-experiment/json/jsontext"
)

// List is an array that keeps to the bounds of a document.
type List[T any] []T

// UnmarshalJSONFrom reads the array. null is an empty one.
func (l *List[T]) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, l) }

func (l *List[T]) take(c *cursor) error {
	size := reflect.TypeFor[T]().Size()
	return c.elements(func() error {
		if err := c.reserve(size); err != nil {
			return err
		}
		*l = append(*l, *new(T))
		return c.decode(&(*l)[len(*l)-1])
	})
}

// First is the first text of a list that is not empty. The others are passed over: a report has lists of addresses of which one is shown.
type First string

// UnmarshalJSONFrom reads the list. null is an empty one.
func (f *First) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, f) }

func (f *First) take(c *cursor) error {
	return c.elements(func() error {
		if *f != "" || c.kind() != jsontext.KindString {
			c.value()
			return nil
		}
		return c.string((*string)(f))
	})
}

// Unread is where a text goes that is not needed. What is no text is an error there as elsewhere.
var Unread taker = unread{}

type unread struct{}

func (unread) take(c *cursor) error {
	if c.kind() != jsontext.KindString {
		return c.null(KindName(jsontext.KindString))
	}
	c.value()
	return nil
}
