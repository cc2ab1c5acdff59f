package file

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Document is one file that is being read, see [report.Document].
type Document struct {
	Size   int64  // of the raw bytes of the last whole reading
	SHA256 string // likewise, hexadecimal

	ctx    context.Context
	open   func() (io.ReadCloser, error)
	limits Limits
}

// New makes a file ready to be read within a context. Its path is as it was named, "-" is standard input; open starts at the first byte, each time.
func New(ctx context.Context, path string, open func() (io.ReadCloser, error), limits Limits) *Document {
	return &Document{ctx: ctx, open: func() (io.ReadCloser, error) { return opened(path, open) }, limits: limits}
}

const readBuffer = 256 << 10

// Bounds gives what the document may hold.
func (d *Document) Bounds() report.Bounds { return d.limits.Bounds }

// Open starts a reading: raw bytes, counted and hashed, then decompressed, then decoded to UTF-8.
func (d *Document) Open() (io.ReadCloser, error) {
	file, err := d.opened()
	if err != nil {
		return nil, err
	}
	if err := d.limits.checkFile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	sum := &digest{Hash: sha256.New()}
	raw := &counted{ctx: d.ctx, r: io.TeeReader(file, sum), check: d.limits.checkRaw}
	expanded, release, err := d.expand(raw)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	text, err := decodeText(expanded)
	if err != nil {
		release()
		return nil, errors.Join(err, file.Close())
	}
	return &reading{Reader: text, document: d, file: file, raw: raw, sum: sum, release: release}, nil
}

// opened waits for the file no longer than the context: standard input may never come to an end.
func (d *Document) opened() (io.ReadCloser, error) {
	type result struct {
		file io.ReadCloser
		err  error
	}
	done := make(chan result, 1)
	go func() {
		file, err := d.open()
		done <- result{file, err}
	}()
	select {
	case r := <-done:
		return r.file, r.err
	case <-d.ctx.Done():
		return nil, context.Cause(d.ctx)
	}
}

// expand looks at the first bytes, not at the name: a compressed file is one whatever it is called.
func (d *Document) expand(raw *counted) (text *bufio.Reader, release func(), err error) {
	buffered := bufio.NewReaderSize(raw, readBuffer)
	expander, release, err := expanderOf(buffered)
	if err != nil || expander == nil {
		return buffered, release, err
	}
	return bufio.NewReaderSize(&counted{ctx: d.ctx, r: expander, check: d.limits.checkExpanded(raw)}, readBuffer), release, nil
}

// reading is one pass over a document.
type reading struct {
	io.Reader
	document *Document
	file     io.Closer
	raw      *counted
	sum      *digest
	release  func()
	ahead    *ahead // nil while who reads does all the work
	ended    bool
}

// Ahead lets the reading go on in a goroutine of its own, through what check puts around it.
// It is for whoever reads to the end, before the first Read.
func (r *reading) Ahead(check func(io.Reader) io.Reader) {
	r.ahead = newAhead(check(r.Reader))
	r.Reader = r.ahead
}

// digest is a hash that can be spared.
type digest struct {
	hash.Hash
	off bool
}

func (d *digest) Write(p []byte) (int, error) {
	if d.off {
		return len(p), nil
	}
	return d.Hash.Write(p)
}

// Glance makes this a reading that does not count: another one follows it. It must come before [reading.Ahead].
func (r *reading) Glance() { r.sum.off = true }

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.ended = r.ended || errors.Is(err, io.EOF)
	return n, err
}

// Close notes size and digest if the document was read to its end.
func (r *reading) Close() error {
	if r.ahead != nil {
		r.ahead.stop()
	}
	r.release()
	if r.ended && !r.sum.off {
		r.document.Size = r.raw.n
		r.document.SHA256 = hex.EncodeToString(r.sum.Sum(nil))
	}
	return r.file.Close()
}
