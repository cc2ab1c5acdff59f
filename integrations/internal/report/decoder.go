package report

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads JSON token by token, or value by value, and never holds more than [Bounded] allows.
type Decoder struct {
	*jsontext.Decoder
	began int64 // where the value began that is being decoded as a whole; below 0 while there is none
}

func newDecoder(r io.Reader, b Bounds) *Decoder {
	d := &Decoder{began: -1}
	d.Decoder = jsontext.NewDecoder(&levels{r: Bounded(r, b.Text, d.done), most: b.Depth})
	return d
}

// Within gives the decoder of a value that decodes itself. It has no bound of its own: the value is part of one that has.
func Within(part *jsontext.Decoder) *Decoder { return &Decoder{Decoder: part, began: -1} }

func (d *Decoder) done() int64 {
	if d.began >= 0 {
		return d.began
	}
	return d.InputOffset()
}

// whole decodes the next value. All of it counts as held: a list in it grows in memory, however short its texts are.
func (d *Decoder) whole(v any, how json.Options) error {
	d.began = d.InputOffset()
	err := json.UnmarshalDecode(d.Decoder, v, how)
	d.began = -1
	return err
}
