package govulncheck

import (
	"cmp"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// record is an entry of the Go vulnerability database, in the OSV schema.
type record struct {
	ID        string      `json:"id"`
	Aliases   []string    `json:"aliases"`
	Related   []string    `json:"related"`
	Summary   string      `json:"summary"`
	Details   string      `json:"details"`
	Published report.Time `json:"published"`
	Database  struct {
		URL string `json:"url"`
	} `json:"database_specific"`
}

func (r *record) title() string { return report.FirstLine(cmp.Or(r.Summary, r.Details)) }

// record keeps what a finding will name by its id only. The text of the details can be long, so it is not kept.
func (p *parser) record(dec *report.Decoder) error {
	var r record
	if err := report.Value(dec, &r); err != nil {
		return err
	}
	p.know(&r)
	return nil
}

func (p *parser) know(r *record) {
	if p.records[r.ID] != nil {
		return
	}
	p.dates.Read("osv.published", &r.Published)
	r.Summary, r.Details = r.title(), ""
	p.records[r.ID] = r
}
