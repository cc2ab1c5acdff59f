package npmaudit

import (
	"cmp"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// failure reads why there is no report: the project has no lock file, say.
func (p *parser) failure(dec *report.Decoder) error {
	switch dec.PeekKind() {
	case jsontext.KindNull:
		return report.Skip(dec)
	case jsontext.KindBeginObject:
		var e struct {
			Code    string `json:"code"`
			Summary string `json:"summary"`
			Detail  string `json:"detail"`
			Message string `json:"message"` // of pnpm
		}
		err := report.Value(dec, &e)
		p.fail(e.Summary, e.Message, e.Detail, e.Code)
		return err
	}
	return p.message(dec)
}

// message reads what the registry or the network answered in place of a report.
func (p *parser) message(dec *report.Decoder) error {
	var text report.Word
	if err := report.Value(dec, &text); err != nil {
		return err
	}
	p.fail(*text.Label)
	return nil
}

// fail keeps the first reason that says anything.
func (p *parser) fail(reasons ...string) {
	const silent = "npm does not say why"
	if p.Scan.Failed == "" || p.Scan.Failed == silent {
		p.Scan.Failed = cmp.Or(report.FirstLine(cmp.Or(reasons...)), silent)
	}
}
