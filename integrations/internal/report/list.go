package report

import "github.com/go-json-experiment/json/jsontext"

// List is an array of what has [Fields].
type List[T any] []T

// UnmarshalJSONFrom reads the array. null is an empty one.
func (l *List[T]) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, l) }

func (l *List[T]) take(c *cursor) error {
	return c.elements(func() error {
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
