package report

import (
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads JSON token by token, or value by value, and never holds more than [Bounded] allows.
type Decoder struct {
	*jsontext.Decoder
	began int64  // where the value began that is being decoded as a whole; below 0 while there is none
	whole bool   // of a document, not of a value in it
	walk  cursor // of the value that is being decoded
}

func newDecoder(r io.Reader, b Bounds) *Decoder {
	d := &Decoder{began: -1, whole: true, walk: cursor{texts: new(texts), how: lenient, bounded: true, most: b.Text}}
	d.Decoder = roomy()
	d.Reset(Bounded(counted(r, b.Depth), b.Text, d.done))
	return d
}

// roomySize is the length of a text that makes a decoder's buffer large.
const roomySize = 64 << 10

// roomy gives a decoder with a large buffer. By itself it takes one of 4 KiB, which cuts every other text of a report in two, and to piece them
// together takes long; it has no option for that, but it keeps the buffer that a long text made necessary.
func roomy() *jsontext.Decoder {
	d := jsontext.NewDecoder(strings.NewReader(longText()))
	if _, err := d.ReadValue(); err != nil {
		panic(err) // it is a plain text
	}
	return d
}

var longText = sync.OnceValue(func() string { return strconv.Quote(strings.Repeat("-", roomySize)) })

// counted counts levels, ahead of the decoder where the reading can do that.
func counted(r io.Reader, most int) io.Reader {
	count := func(r io.Reader) io.Reader { return &levels{r: r, most: most} }
	if able, ok := r.(ahead); ok {
		able.Ahead(count)
		return r
	}
	return count(r)
}

// ahead is a reading that can go on while what it gave is worked on, through what check puts around it.
type ahead interface {
	Ahead(check func(io.Reader) io.Reader)
}

// Within gives the decoder of a value that decodes itself. It has no bound of its own: the value is part of one that has.
func Within(part *jsontext.Decoder) *Decoder { return &Decoder{Decoder: part, began: -1} }

func (d *Decoder) done() int64 {
	if d.began >= 0 {
		return d.began
	}
	return d.InputOffset()
}

// held decodes the next value by tags. All of it counts as held: a list in it grows in memory, however short its texts are.
func (d *Decoder) held(v any, how json.Options) error {
	d.began = d.InputOffset()
	err := json.UnmarshalDecode(d.Decoder, v, how)
	d.began = -1
	return placed(err)
}

// checked gives a copy of the next value.
func (d *Decoder) checked() (jsontext.Value, error) {
	value, err := d.value()
	return value.Clone(), err
}

// value reads the next value as a whole.
func (d *Decoder) value() (jsontext.Value, error) {
	d.began = d.InputOffset()
	value, err := d.ReadValue()
	d.began = -1
	return value, err
}

// fields reads the next value by its fields.
func (d *Decoder) fields(v Fields) error {
	value, err := d.value()
	if err != nil {
		return err
	}
	return d.walk.begin(value, v)
}
