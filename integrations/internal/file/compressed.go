package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// The first bytes of compressed files: RFC 1952 §2.3.1, RFC 8878 §3.1.1 and, for frames that are skipped, §3.1.2.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	skippable = []byte{0x2a, 0x4d, 0x18}
)

func isZstd(head []byte) bool {
	return bytes.Equal(head, zstdMagic) || head[0]>>4 == 5 && bytes.Equal(head[1:], skippable)
}

// zstdWindow is how far a frame may refer back, and so how much of it is kept: what decoders are asked to support at least is 8 MiB
// (RFC 8878 §3.1.1.1.2), and `zstd --long` writes up to 128 MiB.
const zstdWindow = 128 << 20

// expanderOf gives what expands a file by its first bytes; nil for one that is not compressed.
func expanderOf(file *bufio.Reader) (r io.Reader, release func(), err error) {
	release = func() {}
	head, err := file.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) { // a report may be shorter
		return nil, release, err
	}
	switch {
	case len(head) >= 2 && bytes.Equal(head[:2], gzipMagic):
		r, err = gzip.NewReader(file)
	case len(head) >= 4 && isZstd(head[:4]):
		var d *zstd.Decoder
		d, err = zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
		if err == nil {
			r, release = &zstdReader{d}, d.Close
		}
	default:
		err = unread(head)
	}
	return r, release, err
}

// packers are programs whose files are known and not read, by the first bytes of these: of bzip2, of the .xz file format 1.1.0 §2.1.1.1, of the
// lzip manual, of the LZ4 Frame Format 1.6.1, and of PKWARE's APPNOTE 6.3.10 §4.3.7.
var packers = []struct{ magic, name, unpack string }{
	{"BZh", "bzip2", "bunzip2"},
	{"\xfd7zXZ\x00", "xz", "unxz"},
	{"LZIP", "lzip", "lzip -d"},
	{"\x04\x22\x4d\x18", "lz4", "unlz4"},
	{"PK\x03\x04", "zip", "unzip"},
}

// unread names what a file is compressed with that nobody expands here.
func unread(head []byte) error {
	for _, p := range packers {
		if bytes.HasPrefix(head, []byte(p.magic)) {
			return gate.WithHint(fmt.Errorf("it is compressed with %s, which is not read", p.name), "unpack it first (%s), or use gzip or zstd", p.unpack)
		}
	}
	return nil
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
