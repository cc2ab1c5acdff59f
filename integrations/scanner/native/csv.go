package native

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// The first cells of lines that are no records.
const (
	sheetMark = "#defectgate"
	endMark   = "#end"
)

func parseCSV(d report.Document, emit report.Emit) (gate.Scan, error) {
	r, err := d.Open()
	if err != nil {
		return gate.Scan{}, err
	}
	s := sheet{parser: parser{emit: emit}, rows: report.NewSheet(r, d.Bounds())}
	s.rows.FieldsPerRecord = -1
	err = s.read()
	return s.scan, errors.Join(err, r.Close())
}

// sheet is a CSV document that is being read.
type sheet struct {
	parser
	rows    *report.Sheet
	columns []member // of each column; a name is empty where a spreadsheet filled the header up with empty cells
	record  record
}

func (s *sheet) read() error {
	if err := s.readHead(); err != nil {
		return err
	}
	for {
		row, err := s.next()
		if err != nil {
			return err
		}
		if row[0] == endMark {
			return s.end(row)
		}
		if err := s.row(row); err != nil {
			return s.placed(err)
		}
		if err := s.emit(&s.finding); err != nil {
			return err
		}
	}
}

// next gives the next line. There always is one until the end was read.
func (s *sheet) next() ([]string, error) {
	s.record = record{}
	row, err := s.rows.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errCut
	case errors.Is(err, csv.ErrQuote):
		if _, behind := s.rows.Read(); errors.Is(behind, io.EOF) {
			return nil, fmt.Errorf("%w: %w", err, errCut)
		}
	}
	return row, err
}

// row reads one record.
func (s *sheet) row(row []string) error {
	if len(row) != len(s.columns) {
		return gate.WithHint(fmt.Errorf("it has %d fields, the header has %d", len(row), len(s.columns)),
			"put a text that holds a comma, a quote or a line break into quotes")
	}
	for i, cell := range row {
		if cell == "" {
			continue
		}
		column := &s.columns[i]
		if column.name == "" {
			return fmt.Errorf("%q stands in a column without a name", cell)
		}
		if err := column.set(&s.record, cell); err != nil {
			return fmt.Errorf("%s: %w", column.name, err)
		}
	}
	s.record.rateEmpty()
	return s.take(&s.record)
}

// rateEmpty lets an empty cell count as a severity that nobody can read where nothing else rates it either: the column is required.
func (r *record) rateEmpty() {
	if r.Severity.label == nil && r.Vector == "" && r.Score == nil && r.Risk == nil {
		r.Severity.label = new(string)
	}
}

// end holds the last line against what was read; nothing may follow it.
func (s *sheet) end(row []string) error {
	cells := filled(row)
	if len(cells) != 2 {
		return s.placed(gate.WithHint(errors.New("the end is not whole"), "write %s,N with the number of records", endMark))
	}
	count, err := wholeNumber(cells[1])
	if err == nil {
		err = checkCount(count, s.scan.Read)
	}
	if err != nil {
		return s.placed(fmt.Errorf("%s: %w", endMark, err))
	}
	follows := s.placed(errors.New("something follows the end"))
	switch _, err := s.rows.Read(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return follows
}

// placed says in which line of the document an error came up.
func (s *sheet) placed(err error) error {
	line, _ := s.rows.FieldPos(0)
	return placed(fmt.Sprintf("line %d", line), s.record.ID, err)
}

// filled drops the empty cells at the end of a line: spreadsheets make all lines equally long.
func filled(row []string) []string {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	return row
}
