// Package epss reads the scores of the Exploit Prediction Scoring System, as FIRST publishes them every day: epss_scores-YYYY-MM-DD.csv.gz.
//
// The first line names model and day, the second the columns:
//
//	#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z
//	cve,epss,percentile
//	CVE-1999-0001,0.01141,0.77912
//
// https://www.first.org/epss/data_stats
package epss

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// Format is the daily file of EPSS.
var Format = report.FeedFormat{
	Name:   "epss",
	Title:  "EPSS scores, CSV as FIRST publishes it, compressed or not",
	Parse:  parse,
	MaxAge: 72 * time.Hour,
	Date:   `"score_date" of the first line`,
	Notes: `A score is a probability from 0 to 1 that a vulnerability is exploited within 30 days. Where a report gives one too, the higher counts. A
file that is cut is noticed where it is compressed, and elsewhere unless it is cut at the end of a line, so keep it compressed.`,
}

func parse(d report.Document, emit func(gate.Threat) error) (gate.Scan, error) {
	scan := gate.Scan{Tool: gate.Tool{Name: "EPSS"}}
	r, err := d.Open()
	if err != nil {
		return scan, err
	}
	s := scores{rows: report.NewSheet(report.WholeLines(r), d.Bounds()), scan: &scan, emit: emit}
	s.rows.FieldsPerRecord = -1
	return scan, errors.Join(s.read(), r.Close())
}

type scores struct {
	rows *report.Sheet
	scan *gate.Scan
	emit func(gate.Threat) error
}

func (s *scores) read() error {
	for _, part := range []func([]string) error{s.head, s.columns} {
		row, err := s.rows.Next()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = part(row)
		}
		if err != nil {
			return err
		}
	}
	for {
		row, err := s.rows.Next()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
		if err := s.score(row); err != nil {
			line, _ := s.rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// head reads "#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z". Earlier dates were written with +0000 for the zone.
func (s *scores) head(row []string) error {
	for _, cell := range row {
		name, value, _ := strings.Cut(strings.TrimPrefix(cell, "#"), ":")
		switch name {
		case "model_version":
			s.scan.Database.Version = value
		case "score_date":
			s.scan.Database.Built = report.ParseTime(strings.Replace(value, "+0000", "Z", 1))
		}
	}
	if !report.Meant(s.scan.Database.Built) {
		return fmt.Errorf("%w: the first line does not give model_version and score_date", report.ErrShape)
	}
	return nil
}

var columns = []string{"cve", "epss", "percentile"}

func (s *scores) columns(row []string) error {
	if !slices.Equal(row, columns) {
		return fmt.Errorf("%w: the columns are %q, not %q", report.ErrShape, row, columns)
	}
	return nil
}

func (s *scores) score(row []string) error {
	if len(row) != len(columns) {
		return fmt.Errorf("%w: %d cells, not %d", report.ErrShape, len(row), len(columns))
	}
	p, err := strconv.ParseFloat(row[1], 64)
	switch {
	case !strings.HasPrefix(row[0], "CVE-"):
		return fmt.Errorf("%w: %q is no CVE", report.ErrShape, row[0])
	case err != nil || !(p >= 0 && p <= 1):
		return fmt.Errorf("%w: %q is no probability from 0 to 1", report.ErrShape, row[1])
	}
	s.scan.Read++
	return s.emit(gate.Threat{ID: row[0], EPSS: &p})
}
