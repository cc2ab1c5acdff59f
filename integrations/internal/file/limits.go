package file

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Limits bound what is read of one file.
type Limits struct {
	Raw      int64 // bytes of the file
	Expanded int64 // bytes after decompression
	Ratio    int64 // expanded by raw bytes, above 64 MiB of expanded bytes
	report.Bounds
}

// ratioFrom is where the ratio begins to count: small files compress well without being bombs.
const ratioFrom = 64 << 20

// DefaultLimits are 2 GiB raw, 4 GiB expanded, a ratio of 200 above 64 MiB, and the default bounds of a document.
var DefaultLimits = Limits{Raw: 2 << 30, Expanded: 4 << 30, Ratio: 200, Bounds: report.DefaultBounds}

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

// checkFile refuses a file by its size, before any of it is read. What has none is counted while it is read.
func (l Limits) checkFile(file io.Reader) error {
	sized, ok := file.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return nil
	}
	info, err := sized.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // the reading itself will tell
	}
	return l.checkRaw(info.Size())
}

func (l Limits) checkRaw(n int64) error {
	if n > l.Raw {
		return fmt.Errorf("%w: the file is larger than %d bytes (limit raw)", report.ErrTooLarge, l.Raw)
	}
	return nil
}

func (l Limits) checkExpanded(raw *counted) func(int64) error {
	return func(n int64) error {
		switch {
		case n > l.Expanded:
			return fmt.Errorf("%w: it expands to more than %d bytes (limit expanded)", report.ErrTooLarge, l.Expanded)
		case n > ratioFrom && n > l.Ratio*raw.n:
			return fmt.Errorf("%w: it expands more than %d times (limit ratio)", report.ErrTooLarge, l.Ratio)
		}
		return nil
	}
}
