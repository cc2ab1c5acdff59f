package report

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Fields is an object that says itself where the value of a member goes: a pointer, or nil to pass over it. The longest reports are full of such
// objects, and to find a field by reflection takes longer than to read it. The name is good for this call only.
type Fields interface{ Field(name []byte) any }

// Value decodes the next value into v: by its [Fields], else by the names in its tags, and by no other spelling of them. Other members are checked
// and passed over.
func Value(dec *Decoder, v any) error {
	if fields, ok := v.(Fields); ok {
		return dec.fields(fields)
	}
	return dec.held(v, lenient)
}

// StrictValue decodes by tags, for formats that are our own: a member that v does not have is an error. What such a format reads has no [Fields], and
// is no [Time], [Number] or [Word]: these take what scanners write in more than one way.
func StrictValue(dec *Decoder, v any) error { return dec.held(v, strict) }

// Unmarshal decodes a value that was read before, as [Value] does.
func Unmarshal(value jsontext.Value, v any) error { return placed(json.Unmarshal(value, v, lenient)) }

var strict, lenient = json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFromFunc(fieldsOf))

// fieldsOf decodes what has Fields where it is a part of what has none.
func fieldsOf(part *jsontext.Decoder, v Fields) error {
	return over(part, func(c *cursor) error { return c.fields(v) })
}

// taker is what decodes itself.
type taker interface{ take(c *cursor) error }

func takePart(part *jsontext.Decoder, t taker) error { return over(part, t.take) }

func over(part *jsontext.Decoder, read func(*cursor) error) error {
	value, err := part.ReadValue()
	if err != nil {
		return err
	}
	return read(&cursor{text: value, how: part.Options()})
}

func (c *cursor) fields(v Fields) error {
	return c.members(func(name []byte) error {
		into := v.Field(name)
		if into == nil {
			c.value()
			return nil
		}
		return c.decode(into)
	})
}

func (c *cursor) decode(into any) error {
	switch into := into.(type) {
	case *string:
		return c.string(into)
	case *[]string:
		return (*List[string])(into).take(c)
	case *int:
		return c.int(into)
	case **int:
		return c.index(into)
	case taker:
		return into.take(c)
	case Fields:
		return c.fields(into)
	}
	if err := json.Unmarshal(c.value(), into, c.how); err != nil {
		pointer, problem := plainly(err)
		return &inner{pointer, problem}
	}
	return nil
}

// string takes a text; null is an empty one.
func (c *cursor) string(into *string) error {
	if c.kind() != jsontext.KindString {
		return c.null(KindName(jsontext.KindString))
	}
	text, err := unquoted(c.value())
	*into = c.texts.of(text)
	return err
}

// int takes a whole number; null is 0.
func (c *cursor) int(into *int) (err error) {
	if c.kind() != jsontext.KindNumber {
		return c.null("a whole number")
	}
	number := c.value()
	if *into, err = strconv.Atoi(string(number)); err != nil {
		return fmt.Errorf("%w: want a whole number, have %.40s", ErrShape, number)
	}
	return nil
}

// index takes a whole number that may be absent or null.
func (c *cursor) index(into **int) error {
	if c.kind() == jsontext.KindNull {
		c.value()
		return nil
	}
	*into = new(int)
	return c.int(*into)
}

// scalar gives a text, a number or a boolean as text; null is empty.
func (c *cursor) scalar() (string, jsontext.Kind, error) {
	switch kind := c.kind(); kind {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return "", kind, misfitting("a plain value", kind)
	case jsontext.KindNull:
		c.value()
		return "", kind, nil
	default:
		text, err := unquoted(c.value())
		return c.texts.of(text), kind, err
	}
}

// unquoted gives what a text says, and other values as they are. Nearly all texts are written as they are read.
func unquoted(value jsontext.Value) ([]byte, error) {
	if value[0] != '"' {
		return value, nil
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], nil
	}
	return jsontext.AppendUnquote(nil, value)
}
