package report

import (
	"fmt"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// How far reading may be ahead: so many batches, of so many elements each, or of so many bytes and one element more.
const (
	batches       = 4
	batchElements = 256
	batchBytes    = 256 << 10
)

// beside reads elements from the n-th of an array on in a goroutine of its own, and gives them to use. Elements and errors come in the order in which
// they stand there; after an error nothing is read any more.
func beside[E any](dec *Decoder, n int, read func() (E, error), use func(E) error) error {
	array := dec.StackPointer().Parent()
	r := reader[E]{dec: dec, read: read, ready: make(chan []E, batches-1), halt: make(chan struct{})}
	var running sync.WaitGroup
	running.Go(r.run)
	defer running.Wait()
	defer close(r.halt)
	for batch := range r.ready {
		for _, e := range batch {
			if err := use(e); err != nil {
				return placeIn(fmt.Sprintf("%s/%d", array, n), err)
			}
			n++
		}
	}
	if r.panicked != nil {
		panic(r.panicked)
	}
	return r.err
}

// reader reads elements for somebody else.
type reader[E any] struct {
	dec      *Decoder
	read     func() (E, error)
	ready    chan []E
	halt     chan struct{}
	err      error // these two are set when ready is closed
	panicked any
}

// run keeps a panic for the goroutine that uses the elements, as [JSON] has it where it reads by itself.
func (r *reader[E]) run() {
	defer close(r.ready)
	defer func() { r.panicked = recover() }()
	for r.err == nil && r.dec.PeekKind() != jsontext.KindEndArray {
		batch := r.next()
		select {
		case r.ready <- batch:
		case <-r.halt:
			return
		}
	}
}

func (r *reader[E]) next() (batch []E) {
	start := r.dec.InputOffset()
	for len(batch) < batchElements && r.dec.InputOffset()-start < batchBytes && r.dec.PeekKind() != jsontext.KindEndArray {
		var e E
		if e, r.err = r.read(); r.err != nil {
			return batch
		}
		batch = append(batch, e)
	}
	return batch
}
