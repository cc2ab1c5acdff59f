package report

import (
	"fmt"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

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

// How far decoding may be ahead: two batches of so many elements, or of so many bytes and one element more.
const (
	batchElements = 256
	batchBytes    = 256 << 10
	batches       = 4
)

// eachBeside decodes what is left of an array in a goroutine of its own. Elements and errors come in the order in which they stand there; after an
// error nothing is decoded any more.
func eachBeside[T any](dec *Decoder, n int, use func(*T) error) error {
	array := dec.StackPointer().Parent()
	b := beside[T]{dec: dec, ready: make(chan []*T, batches-1), halt: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(b.run)
	defer running.Wait()
	defer close(b.halt)
	for batch := range b.ready {
		for _, v := range batch {
			if err := use(v); err != nil {
				return placeAt(fmt.Sprintf("%s/%d", array, n), err)
			}
			n++
		}
	}
	if b.panicked != nil {
		panic(b.panicked)
	}
	return b.err
}

// beside decodes elements for somebody else.
type beside[T any] struct {
	dec      *Decoder
	ready    chan []*T
	halt     chan struct{}
	err      error // these two are set when ready is closed
	panicked any
}

// run keeps a panic for the goroutine that uses the elements, as [JSON] has it where it decodes by itself.
func (b *beside[T]) run() {
	defer close(b.ready)
	defer func() { b.panicked = recover() }()
	for b.err == nil && b.dec.PeekKind() != jsontext.KindEndArray {
		batch := b.next()
		select {
		case b.ready <- batch:
		case <-b.halt:
			return
		}
	}
}

func (b *beside[T]) next() (batch []*T) {
	start := b.dec.InputOffset()
	for len(batch) < batchElements && b.dec.InputOffset()-start < batchBytes && b.dec.PeekKind() != jsontext.KindEndArray {
		v := new(T)
		if b.err = Value(b.dec, v); b.err != nil {
			return batch
		}
		batch = append(batch, v)
	}
	return batch
}
