package report

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// cursor walks a value that a decoder has checked. What is known to be JSON has only to be cut where values end, and that takes a fraction of the
// first reading.
type cursor struct {
	text  []byte
	at    int // the beginning of a value, or of what stands behind one
	texts *texts
	how   json.Options // of what has no fields

	bounded bool  // whether room counts
	most    int64 // how many bytes the lists of a value may take
	room    int64 // how many those of this one still may
}

// begin puts the cursor at the beginning of a value, and reads that by its fields.
func (c *cursor) begin(value jsontext.Value, v Fields) error {
	c.text, c.at, c.room = value, 0, c.most
	return c.fields(v)
}

// reserve makes room for an element of a list. Three bytes of a report, `{},`, can become some hundred of memory.
func (c *cursor) reserve(bytes uintptr) error {
	if c.room -= int64(bytes); c.bounded && c.room < 0 { //nolint:gosec // the size of a type is small
		return fmt.Errorf("%w: the lists of one value would take more memory than one text may be long (limit text)", ErrTooLarge)
	}
	return nil
}

func (c *cursor) blank() {
	for c.at < len(c.text) && isBlank(c.text[c.at]) {
		c.at++
	}
}

// pass passes over one byte, and the blanks behind it.
func (c *cursor) pass() {
	c.at++
	c.blank()
}

func (c *cursor) kind() jsontext.Kind { return jsontext.Value(c.text[c.at:]).Kind() }

// members walks an object: member is called with each name, and must pass over the value. null is an object without members.
func (c *cursor) members(member func(name []byte) error) error {
	return c.walk(jsontext.KindBeginObject, func() error {
		name, err := unquoted(c.value())
		if err != nil {
			return err
		}
		c.pass() // the colon
		return inside(name, member(name))
	})
}

// elements walks an array: element is called before each value, and must pass over it. null is an empty array.
func (c *cursor) elements(element func() error) error {
	n := -1
	return c.walk(jsontext.KindBeginArray, func() error {
		n++
		if err := element(); err != nil {
			return inside(strconv.AppendInt(nil, int64(n), 10), err)
		}
		return nil
	})
}

// walk passes over the brackets and the commas.
func (c *cursor) walk(kind jsontext.Kind, part func() error) error {
	if c.kind() != kind {
		return c.null(KindName(kind))
	}
	c.pass()
	for c.text[c.at] != '}' && c.text[c.at] != ']' {
		if err := part(); err != nil {
			return err
		}
		if c.text[c.at] == ',' {
			c.pass()
		}
	}
	c.pass()
	return nil
}

// null passes over a null where something else was wanted.
func (c *cursor) null(wanted string) error {
	if kind := c.kind(); kind != jsontext.KindNull {
		return misfitting(wanted, kind)
	}
	c.value()
	return nil
}

// value passes over a value, and the blanks behind it.
func (c *cursor) value() jsontext.Value {
	start := c.at
	switch c.text[c.at] {
	case '"':
		c.endText()
	case '{', '[':
		c.endTree()
	default:
		c.endWord()
	}
	value := c.text[start:c.at]
	c.blank()
	return value
}

// endText finds the quote that no backslash escapes.
func (c *cursor) endText() {
	c.at++
	for {
		part := c.text[c.at:]
		part = part[:bytes.IndexByte(part, '"')]
		c.at += len(part) + 1
		if !escapes(part) {
			return
		}
	}
}

// endTree finds the bracket that closes the one where it stands.
func (c *cursor) endTree() {
	for depth := 0; ; {
		switch c.text[c.at] {
		case '"':
			c.endText()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		c.at++
		if depth == 0 {
			return
		}
	}
}

// endWord finds the end of a number, or of true, false and null.
func (c *cursor) endWord() {
	for c.at < len(c.text) && c.text[c.at] != ',' && c.text[c.at] != '}' && c.text[c.at] != ']' && !isBlank(c.text[c.at]) {
		c.at++
	}
}
