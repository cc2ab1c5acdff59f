package file

import (
	"io"
	"sync"
)

// How far a reading may be ahead of whoever reads: so many buffers of so many bytes. A buffer is as large as the one below it, which then reads into
// it and copies nothing.
const (
	aheadBuffers = 3
	aheadSize    = readBuffer
)

// ahead reads on in a goroutine of its own while what it gave is worked on, so that hashing, expanding and checking take no time of their own.
// Bytes and errors come in the order in which they were read.
type ahead struct {
	from io.Reader
	full chan chunk  // has room for all buffers: to hand one over never blocks
	free chan []byte // likewise

	halt    chan struct{}
	stopped sync.WaitGroup

	current chunk
	taken   int // of the current one
}

// chunk is what one call of Read gave.
type chunk struct {
	bytes    []byte
	err      error
	panicked any
}

func newAhead(from io.Reader) *ahead {
	a := &ahead{from: from, full: make(chan chunk, aheadBuffers), free: make(chan []byte, aheadBuffers), halt: make(chan struct{})}
	for range aheadBuffers {
		a.free <- nil
	}
	a.stopped.Go(a.run)
	return a
}

// run ends with the first error, or when it is stopped.
func (a *ahead) run() {
	for {
		select {
		case <-a.halt:
			return
		case buffer := <-a.free:
			c := a.fill(buffer)
			a.full <- c
			if c.err != nil || c.panicked != nil {
				return
			}
		}
	}
}

// fill keeps a panic for the goroutine that reads: there it is told apart from a report that cannot be read, as any other.
func (a *ahead) fill(buffer []byte) (c chunk) {
	defer func() {
		if p := recover(); p != nil {
			c.panicked = p
		}
	}()
	if buffer == nil {
		buffer = make([]byte, aheadSize)
	}
	n, err := a.from.Read(buffer[:aheadSize])
	return chunk{bytes: buffer[:n], err: err}
}

// Read gives what was read. It must not be called once the reading was stopped.
func (a *ahead) Read(p []byte) (int, error) {
	for a.taken == len(a.current.bytes) {
		if a.current.err != nil {
			return 0, a.current.err
		}
		if cap(a.current.bytes) > 0 {
			a.free <- a.current.bytes
		}
		if a.current, a.taken = <-a.full, 0; a.current.panicked != nil {
			panic(a.current.panicked)
		}
	}
	n := copy(p, a.current.bytes[a.taken:])
	a.taken += n
	return n, nil
}

// stop ends the goroutine and waits for it, so that what it reads from can be closed.
func (a *ahead) stop() {
	close(a.halt)
	a.stopped.Wait()
}
