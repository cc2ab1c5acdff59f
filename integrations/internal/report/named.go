package report

import (
	"reflect"

	"github.com/go-json-experiment/json/jsontext"
)

// usualNames is how many names there is room for from the beginning.
const usualNames = 2

// Named is an object whose names are not known before, in the order in which they stand there. It is for a few: a map takes longer to make than to
// look through them.
type Named[T any] []struct {
	Name  string
	Value T
}

// UnmarshalJSONFrom reads the object. null is one without members.
func (n *Named[T]) UnmarshalJSONFrom(part *jsontext.Decoder) error { return takePart(part, n) }

func (n *Named[T]) take(c *cursor) error {
	size := reflect.TypeFor[Named[T]]().Elem().Size()
	return c.members(func(name []byte) error {
		if err := c.reserve(size); err != nil {
			return err
		}
		if *n == nil {
			*n = make(Named[T], 0, usualNames)
		}
		*n = append(*n, struct {
			Name  string
			Value T
		}{Name: c.texts.of(name)})
		return c.decode(&(*n)[len(*n)-1].Value)
	})
}

// Of gives the value of a name; the zero value where there is none.
func (n Named[T]) Of(name string) (value T) {
	for i := range n {
		if n[i].Name == name {
			return n[i].Value
		}
	}
	return value
}
