package scanner

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// document is one report that can be read several times. It remembers size and digest of the raw bytes of the last whole reading.
type document struct {
	ctx    context.Context
	open   func() (io.ReadCloser, error)
	limits Limits
	size   int64
	sha256 string
}

const readBuffer = 256 << 10

// Open starts a reading: raw bytes, counted and hashed, then decompressed, then decoded to UTF-8.
func (d *document) Open() (io.ReadCloser, error) {
	file, err := d.opened()
	if err != nil {
		return nil, err
	}
	if err := d.limits.checkFile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	sum := sha256.New()
	raw := &counted{ctx: d.ctx, r: io.TeeReader(file, sum), check: d.limits.checkRaw}
	expanded, err := d.expand(raw)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	text, err := decodeText(expanded)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &reading{Reader: text, document: d, file: file, raw: raw, sum: sum}, nil
}

// opened waits for the file no longer than the context: standard input may never come to an end.
func (d *document) opened() (io.ReadCloser, error) {
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

// reading is one pass over a document.
type reading struct {
	io.Reader
	document *document
	file     io.Closer
	raw      *counted
	sum      hash.Hash
	ended    bool
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.ended = r.ended || errors.Is(err, io.EOF)
	return n, err
}

// Close notes size and digest if the document was read to its end.
func (r *reading) Close() error {
	if r.ended {
		r.document.size = r.raw.n
		r.document.sha256 = hex.EncodeToString(r.sum.Sum(nil))
	}
	return r.file.Close()
}

var gzipMagic = []byte{0x1f, 0x8b}

// expand looks at the first bytes, not at the name: a compressed report is one whatever it is called.
func (d *document) expand(raw *counted) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(raw, readBuffer)
	if head, _ := buffered.Peek(len(gzipMagic)); !bytes.Equal(head, gzipMagic) {
		return buffered, nil
	}
	unzip, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(&counted{ctx: d.ctx, r: unzip, check: d.limits.checkExpanded(raw)}, readBuffer), nil
}
