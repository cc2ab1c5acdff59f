package defectdojo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func parseCSV(d report.Document, emit report.Emit) (gate.Scan, error) {
	r, err := d.Open()
	if err != nil {
		return gate.Scan{}, err
	}
	s := sheet{parser: parser{format: csvName, emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: toolName}}}}
	s.end.r = r
	s.Sheet = report.NewSheet(&s.end, d.Bounds())
	err = s.read()
	s.scan.Warnings = s.dates.Warnings()
	return s.scan, errors.Join(err, r.Close())
}

// sheet is a document that is being read. Its first line says how many cells all others must have.
type sheet struct {
	parser
	*report.Sheet
	end     ending
	columns []string
}

func (s *sheet) read() error {
	header, err := s.Next()
	if err != nil {
		return s.cut(err)
	}
	if !isHeader(header) {
		return s.cut(fmt.Errorf("%w: the first line lacks one of the columns Date, Title, Severity and Description", report.ErrShape))
	}
	if s.columns = slices.Clone(header); isTwice(header) {
		return fmt.Errorf("%w: a column stands twice in the first line", report.ErrShape)
	}
	last := ""
	for {
		row, err := s.Next()
		if errors.Is(err, io.EOF) {
			return s.whole(last)
		}
		if err != nil {
			return s.cut(err)
		}
		last = row[len(row)-1]
		if err := s.row(row); err != nil {
			return err
		}
	}
}

// isTwice looks for a name that two columns have: which of them another reader sees is chance. Spreadsheets write empty ones.
func isTwice(header []string) bool {
	seen := map[string]bool{"": false}
	for _, name := range header {
		if seen[name] {
			return true
		}
		seen[name] = name != ""
	}
	return false
}

// cut tells a sheet that ends inside a line from one that is malformed.
func (s *sheet) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the sheet is empty: %w", io.ErrUnexpectedEOF)
	}
	if _, behind := s.Read(); errors.Is(behind, io.EOF) && (errors.Is(err, csv.ErrQuote) || !s.end.atLineEnd()) {
		return fmt.Errorf("%w: %w", err, io.ErrUnexpectedEOF)
	}
	return err
}

// whole makes sure that the last cell is not the beginning of one.
func (s *sheet) whole(last string) error {
	if flag := strings.ToLower(last); s.end.atLineEnd() || flag == "true" || flag == "false" {
		return nil
	}
	return gate.WithHint(fmt.Errorf("the last line does not end: %w", io.ErrUnexpectedEOF), "write a line break behind the last line of the sheet")
}

// row reads one record.
func (s *sheet) row(row []string) error {
	var e entry
	e.Severity.Label = new(string) // the column is required
	for i, cell := range row {
		if set := columns[s.columns[i]]; set != nil && cell != "" {
			set(&e, cell)
		}
	}
	err := s.take(&e)
	if errors.Is(err, report.ErrShape) {
		return s.Placed(err)
	}
	return err
}

// ending remembers the last byte that was read.
type ending struct {
	r    io.Reader
	last byte
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if n > 0 {
		e.last = p[n-1]
	}
	return n, err
}

func (e *ending) atLineEnd() bool { return e.last == '\n' }
