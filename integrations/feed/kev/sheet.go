package kev

import (
	"errors"
	"fmt"
	"io"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// needed are the columns without which a sheet is no catalogue.
var needed = []string{"cveID", "dateAdded", "dueDate", "knownRansomwareCampaignUse"}

func (c *catalogue) sheet(d report.Document) error {
	r, err := d.Open()
	if err != nil {
		return err
	}
	return errors.Join(c.rows(report.NewSheet(report.WholeLines(r), d.Bounds())), r.Close())
}

func (c *catalogue) rows(sheet *report.Sheet) error {
	head, err := sheet.Next()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	for _, name := range needed {
		if _, ok := at[name]; err == nil && !ok {
			err = fmt.Errorf("%w: the sheet has no column %s", report.ErrShape, name)
		}
	}
	for err == nil {
		var row []string
		if row, err = sheet.Next(); err == nil {
			err = c.row(at, row)
		}
	}
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// row takes an entry. The newest one dates the catalogue.
func (c *catalogue) row(at map[string]int, row []string) error {
	e := entry{CVE: row[at["cveID"]], Ransomware: row[at["knownRansomwareCampaignUse"]]}
	e.Added.Time, e.Due.Time = report.ParseTime(row[at["dateAdded"]]), report.ParseTime(row[at["dueDate"]])
	if built := &c.scan.Database.Built; report.Meant(e.Added.Time) && e.Added.After(*built) {
		*built = e.Added.Time
	}
	return c.take(&e)
}
