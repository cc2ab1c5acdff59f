package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Limits bound what is read of one report.
type Limits struct {
	Raw      int64 // bytes of the file
	Expanded int64 // bytes after decompression
	Ratio    int64 // expanded by raw bytes, above RatioFrom expanded bytes
}

// ratioFrom is where the ratio begins to count: small files compress well without being bombs.
const ratioFrom = 64 << 20

// DefaultLimits are 2 GiB raw, 4 GiB expanded, and a ratio of 200 above 64 MiB.
var DefaultLimits = Limits{Raw: 2 << 30, Expanded: 4 << 30, Ratio: 200}

// errTooLarge is the error of a document over a bound.
var errTooLarge = errors.New("over the bound")

// counted passes bytes on, counts them and ends with an error at a bound or when the context ends.
type counted struct {
	ctx   context.Context
	r     io.Reader
	n     int64
	check func(n int64) error
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if over := c.check(c.n); over != nil {
		return 0, over
	}
	return n, err
}

func (l Limits) checkRaw(n int64) error {
	if n > l.Raw {
		return fmt.Errorf("%w of %d bytes", errTooLarge, l.Raw)
	}
	return nil
}

func (l Limits) checkExpanded(raw *counted) func(int64) error {
	return func(n int64) error {
		switch {
		case n > l.Expanded:
			return fmt.Errorf("%w of %d bytes after decompression", errTooLarge, l.Expanded)
		case n > ratioFrom && n > l.Ratio*raw.n:
			return fmt.Errorf("%w: it expands more than %d times", errTooLarge, l.Ratio)
		}
		return nil
	}
}
