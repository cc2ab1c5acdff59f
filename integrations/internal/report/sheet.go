package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/defectgate/defectgate/gate"
)

// Sheet reads CSV (RFC 4180) line by line, and never holds more than [Bounded] allows.
type Sheet struct {
	*csv.Reader
	done int64 // the offset of the end of the last line that was given
}

// NewSheet makes a sheet of a text. What it gives is good until the next line.
func NewSheet(r io.Reader, b Bounds) *Sheet {
	var s Sheet
	s.Reader = csv.NewReader(Bounded(r, b.Text, func() int64 { return s.done }))
	s.ReuseRecord = true
	return &s
}

// Next gives the cells of the next line that has any, without the white space around them.
func (s *Sheet) Next() ([]string, error) {
	s.done = s.InputOffset()
	row, err := s.Read()
	if err != nil {
		return nil, err
	}
	for i, cell := range row {
		if !utf8.ValidString(cell) {
			return nil, gate.WithHint(s.Placed(errors.New("invalid UTF-8")), `save the sheet as "CSV UTF-8"`)
		}
		row[i] = strings.TrimSpace(cell)
	}
	return row, nil
}

// Placed names the line that was read last.
func (s *Sheet) Placed(err error) error {
	line, _ := s.FieldPos(0)
	return &Placed{Where: fmt.Sprintf("line %d", line), Err: err}
}
