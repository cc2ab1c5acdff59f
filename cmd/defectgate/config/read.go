package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/defectgate/defectgate/gate"
)

// maxFile bounds a file that people write, in bytes.
const maxFile = 16 << 20

// ReadFile reads a file that people write: the configuration, exceptions. It refuses what is no regular file, and what is over 16 MiB.
func ReadFile(path string) ([]byte, error) {
	file, err := OpenRegular(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%q is over the bound of %d bytes", path, maxFile)
	}
	return text, errors.Join(err, file.Close())
}

// OpenRegular opens a file to read it. It never blocks.
func OpenRegular(path string) (*os.File, error) {
	return Regular(os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0))
}

// Regular refuses what is no regular file: a FIFO or a device would block, or never end. It takes the results of opening.
func Regular(file *os.File, err error) (*os.File, error) {
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = gate.WithHint(fmt.Errorf("%q is no regular file", file.Name()), "copy it to a regular file, and name that")
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
