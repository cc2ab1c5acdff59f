package report

import "github.com/go-json-experiment/json/jsontext"

// First is the first text of a list that is not empty. The others are passed over: a report has lists of addresses of which one is shown.
type First string

// UnmarshalJSONFrom reads the list. null is an empty one.
func (f *First) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := Within(part)
	return EachElement(dec, func() error {
		if *f != "" || dec.PeekKind() != jsontext.KindString {
			return dec.SkipValue()
		}
		text, err := dec.ReadToken()
		if err == nil {
			*f = First(text.String())
		}
		return err
	})
}
