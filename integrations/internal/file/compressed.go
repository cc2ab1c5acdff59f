package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// The first bytes of compressed files: RFC 1952 §2.3.1, RFC 8878 §3.1.1 and, for frames that are skipped, §3.1.2.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	skippable = []byte{0x2a, 0x4d, 0x18}
)

func isZstd(head []byte) bool {
	return bytes.Equal(head, zstdMagic) || len(head) == 4 && head[0]>>4 == 5 && bytes.Equal(head[1:], skippable)
}

// zstdWindow is how far a frame may refer back, and so how much of it is kept: what decoders are asked to support at least is 8 MiB
// (RFC 8878 §3.1.1.1.2), and `zstd --long` writes up to 128 MiB.
const zstdWindow = 128 << 20

// expanderOf gives what expands a file by its first bytes; nil for one that is not compressed.
func expanderOf(file *bufio.Reader) (r io.Reader, release func(), err error) {
	release = func() {}
	head, _ := file.Peek(4)
	switch {
	case len(head) >= 2 && bytes.Equal(head[:2], gzipMagic):
		r, err = gzip.NewReader(file)
	case isZstd(head):
		var d *zstd.Decoder
		d, err = zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
		if err == nil {
			r, release = &zstdReader{d}, d.Close
		}
	}
	return r, release, err
}

// zstdReader speaks of bounds as the rest of the package does.
type zstdReader struct{ *zstd.Decoder }

func (z *zstdReader) Read(p []byte) (int, error) {
	n, err := z.Decoder.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		err = fmt.Errorf("%w: a frame of zstd refers back further than %d bytes", report.ErrTooLarge, int64(zstdWindow))
	}
	return n, err
}
