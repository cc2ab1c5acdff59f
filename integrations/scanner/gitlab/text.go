package gitlab

import (
	"github.com/go-json-experiment/json/jsontext"
)

// text is a text that some scanners print as a number. What is neither says nothing.
type text string

// UnmarshalJSONFrom reads the value.
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case jsontext.KindString, jsontext.KindNumber:
		token, err := dec.ReadToken()
		if err == nil {
			*t = text(token.String())
		}
		return err
	}
	return dec.SkipValue()
}
