package store

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/defectgate/defectgate/gate"
)

// The spellings of bytes in the database.
const (
	plain     = "plain"
	zstandard = "zstd"
)

// smallest is from how many bytes on compressing is worth it.
const smallest = 256

func compress(text []byte) (codec string, _ []byte) {
	if len(text) < smallest {
		return plain, append([]byte{}, text...)
	}
	return zstandard, encoder().EncodeAll(text, nil)
}

// large is from how many bytes on compressing takes long enough to begin with it early.
const large = 32 << 10

// packed is a text that is compressed while other things are done.
type packed struct {
	size int // of the text
	done func() (codec string, bytes []byte)
}

func pack(text []byte) packed {
	type result struct {
		codec string
		bytes []byte
	}
	once := sync.OnceValue(func() (r result) {
		r.codec, r.bytes = compress(text)
		return r
	})
	if len(text) >= large {
		go once()
	}
	return packed{len(text), func() (string, []byte) {
		r := once()
		return r.codec, r.bytes
	}}
}

func packAll(blobs gate.Attachments) map[string]packed {
	all := make(map[string]packed, len(blobs))
	for name, text := range blobs {
		all[name] = pack(text)
	}
	return all
}

// encoder is made once: it takes more time to make than most texts take to compress.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err) // the options are those above
	}
	return e
})

// maxExpanded bounds what stored bytes expand to.
const maxExpanded = 4 << 30

func expand(codec string, text []byte) ([]byte, error) {
	switch codec {
	case plain:
		return text, nil
	case zstandard:
		decoder, err := zstd.NewReader(bytes.NewReader(text), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxExpanded),
			zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		defer decoder.Close()
		return io.ReadAll(decoder)
	}
	return nil, fmt.Errorf("the bytes are stored as %q, which this program does not know", codec)
}

// Compressed gives bytes as they leave the database: as one frame of Zstandard (RFC 8878).
func Compressed(text []byte) []byte { return encoder().EncodeAll(text, nil) }

// Expanded gives what was compressed, up to a bound: one byte more is an error.
func Expanded(text []byte, most int64) ([]byte, error) {
	decoder, err := zstd.NewReader(bytes.NewReader(text), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	whole, err := io.ReadAll(io.LimitReader(decoder, most+1))
	if err == nil && int64(len(whole)) > most {
		err = fmt.Errorf("it expands to more than %d bytes", most)
	}
	return whole, err
}
