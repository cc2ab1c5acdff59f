package report

import "github.com/go-json-experiment/json/jsontext"

// Each decodes the elements of an array one by one. use must not touch the decoder: of a long array the next elements are decoded meanwhile.
func Each[T any](dec *Decoder, use func(*T) error) error {
	if ok, err := enter(dec, jsontext.KindBeginArray); !ok {
		return err
	}
	for n := 0; dec.PeekKind() != jsontext.KindEndArray; n++ {
		if n == shortArray && dec.whole {
			if err := eachBeside(dec, n, use); err != nil {
				return err
			}
			break
		}
		v := new(T)
		if err := Value(dec, v); err != nil {
			return err
		}
		if err := use(v); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// shortArray is how many elements are decoded by who uses them: a goroutine for a few would cost more than it saves.
const shortArray = 16

// eachBeside decodes what is left of an array while a goroutine of its own reads on. What has [Fields] is only checked there, and taken apart where
// it is used, which parts the work in two; what has none is decoded there.
func eachBeside[T any](dec *Decoder, n int, use func(*T) error) error {
	if _, ok := any(new(T)).(Fields); ok {
		walk := dec.walk
		return beside(dec, n, dec.checked, func(value jsontext.Value) error {
			v := new(T)
			if err := walk.begin(value, any(v).(Fields)); err != nil {
				return err
			}
			return use(v)
		})
	}
	return beside(dec, n, func() (*T, error) { v := new(T); return v, Value(dec, v) }, use)
}
