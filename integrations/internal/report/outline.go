package report

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// outlineSize is how much of a document is looked at to recognise it, in bytes. A run of blanks counts as one.
const outlineSize = 128 << 10

// outlineDepth is how many levels of names an outline holds.
const outlineDepth = 8

// Outline is what the beginning of a document shows: enough to recognise its format, whatever the file is called.
type Outline struct {
	Root      byte              // Object, Array, XML or Text; 0 for an empty document
	Lines     bool              // a second JSON value follows the first: JSON lines
	Element   string            // XML: local name of the root element
	Namespace string            // XML: namespace of the root element
	Header    string            // Text: the first line
	paths     map[string]string // JSON: names with dots, array elements as [], each with its text where it is a string or number
}

// Has reports whether a member stands in the outline: "runs[].tool", or "[].ruleId" where the root is an array.
func (o *Outline) Has(path string) bool {
	_, ok := o.paths[path]
	return ok
}

// HasAny reports whether one of several members stands in the outline.
func (o *Outline) HasAny(paths ...string) bool { return slices.ContainsFunc(paths, o.Has) }

// Text gives the first value of a member that is a string or a number, or "".
func (o *Outline) Text(path string) string { return o.paths[path] }

// MediaType is that of the document.
func (o *Outline) MediaType() string {
	switch {
	case o.Lines:
		return "application/x-ndjson"
	case o.Root == Object, o.Root == Array:
		return "application/json"
	case o.Root == XML:
		return "application/xml"
	case o.Root == 0:
		return ""
	}
	return "text/plain"
}

// Nobodys reports whether the document is nobody's: no bytes, null, an empty array or an empty object.
func (o *Outline) Nobodys() bool {
	return o.Root == 0 || (o.Root == Object || o.Root == Array) && len(o.paths) == 0 && !o.Lines || o.Header == "null"
}

// Sketch makes the outline of a document. It fails only where the document cannot be read: one that is malformed has an outline too,
// and its format's parser says what is wrong.
func Sketch(d Document) (*Outline, error) {
	r, err := d.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(&squeezed{r: r, most: d.Bounds().Text}, outlineSize))
	if err != nil {
		return nil, err
	}
	return sketch(head), nil
}

func sketch(head []byte) *Outline {
	o := &Outline{paths: map[string]string{}}
	trimmed := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(trimmed) == 0:
	case trimmed[0] == '{' || trimmed[0] == '[':
		o.Root = trimmed[0]
		o.sketchJSON(trimmed)
	case trimmed[0] == '<':
		o.Root = XML
		o.sketchXML(trimmed)
	default:
		o.Root = Text
		o.Header = strings.TrimSpace(firstLine(trimmed))
	}
	return o
}

func firstLine(head []byte) string {
	line, _ := bufio.NewReader(bytes.NewReader(head)).ReadString('\n')
	return line
}

func (o *Outline) sketchJSON(head []byte) {
	dec := newDecoder(bytes.NewReader(head), DefaultBounds)
	if o.walk(dec, "", 0) != nil {
		return
	}
	kind := dec.PeekKind()
	o.Lines = kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray
}

// walk notes the names below one value; it ends at the first error, which mostly is the end of what was read.
func (o *Outline) walk(dec *Decoder, at string, depth int) error {
	switch kind := dec.PeekKind(); {
	case depth < outlineDepth && kind == jsontext.KindBeginObject:
		return EachMember(dec, func(name string) error {
			below := name
			if at != "" {
				below = at + "." + name
			}
			o.note(below, "")
			return o.walk(dec, below, depth+1)
		})
	case depth < outlineDepth && kind == jsontext.KindBeginArray:
		return EachElement(dec, func() error {
			o.note(at+"[]", "")
			return o.walk(dec, at+"[]", depth+1)
		})
	case kind == jsontext.KindString || kind == jsontext.KindNumber:
		token, err := dec.ReadToken()
		if err == nil {
			o.note(at, token.String())
		}
		return err
	}
	return dec.SkipValue()
}

// note keeps the first text of a path.
func (o *Outline) note(path, text string) {
	if o.paths[path] == "" {
		o.paths[path] = text
	}
}

func (o *Outline) sketchXML(head []byte) {
	dec := xml.NewDecoder(bytes.NewReader(head))
	dec.Strict = false
	dec.CharsetReader = decoded
	for {
		token, err := dec.Token()
		if err != nil {
			return
		}
		if start, ok := token.(xml.StartElement); ok {
			o.Element, o.Namespace = start.Name.Local, start.Name.Space
			return
		}
	}
}
