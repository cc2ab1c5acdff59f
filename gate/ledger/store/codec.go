package store

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// The spellings of bytes in the database.
const (
	plain  = "plain"
	packed = "zstd"
)

// smallest is from how many bytes on compressing is worth it.
const smallest = 256

func compress(text []byte) (codec string, _ []byte) {
	if len(text) < smallest {
		return plain, append([]byte{}, text...)
	}
	return packed, encoder().EncodeAll(text, nil)
}

// encoder is made once: it takes more time to make than most texts take to compress.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
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
	case packed:
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
