package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
)

// spool is standard input, kept in a private file so that it can be read twice. The file has no name once it is open: nothing is left behind,
// however the program ends.
type spool struct {
	in   io.Reader
	most int64 // bytes that are kept; one more is kept too, so that it is noticed
	once sync.Once
	file *os.File
	err  error
}

// open waits for the end of standard input, which may never come: a check waits for it no longer than its time budget.
func (s *spool) open() (io.ReadCloser, error) {
	s.once.Do(func() { s.file, s.err = kept(s.in, s.most) })
	if s.err != nil {
		return nil, fmt.Errorf("keep standard input: %w", s.err)
	}
	return io.NopCloser(io.NewSectionReader(s.file, 0, math.MaxInt64)), nil
}

func kept(in io.Reader, most int64) (*os.File, error) {
	file, err := os.CreateTemp("", "defectgate-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		_, err = io.Copy(file, io.LimitReader(in, most+1))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
