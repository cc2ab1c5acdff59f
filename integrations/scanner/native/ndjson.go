package native

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

func parseNDJSON(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := lineParser{parser: parser{emit: emit}}
	err := report.JSONValues(d, p.value)
	if err == nil && !p.ended {
		err = errCut
	}
	return p.scan, err
}

type lineParser struct {
	parser
	line   line // the one that is being read
	headed bool // the head was read
	ended  bool // the last record was read
}

// line is a record, or the end.
type line struct {
	record
	End   *bool `json:"end"`
	Count *int  `json:"count"`
}

// value reads one value: the head, a record or the end.
func (p *lineParser) value(dec *report.Decoder) error {
	switch {
	case p.ended:
		return placed("the end", "", errors.New("something follows it"))
	case !p.headed:
		p.headed = true
		return placed("the head", "", p.readHead(dec))
	}
	p.line = line{}
	err := report.StrictValue(dec, &p.line)
	switch {
	case err != nil:
		return p.atRecord(explain(err, recordMembers, 0))
	case p.line.End != nil || p.line.Count != nil:
		p.ended = true
		return placed("the end", "", p.line.checkEnd(p.scan.Read))
	}
	if err := p.take(&p.line.record); err != nil {
		return p.atRecord(err)
	}
	return p.emit(&p.finding)
}

func (p *lineParser) atRecord(err error) error {
	return placed(fmt.Sprintf("record %d", p.scan.Read+1), p.line.ID, err)
}

func (p *lineParser) readHead(dec *report.Decoder) error {
	if err := report.StrictValue(dec, &p.head); err != nil {
		return explain(err, headMembers, 0)
	}
	return p.head.fill(&p.scan)
}

// checkEnd holds the last record against the number of those before it.
func (l *line) checkEnd(read int) error {
	if l.End == nil || !*l.End || l.Count == nil || !reflect.ValueOf(l.record).IsZero() {
		return gate.WithHint(errors.New("it is not whole"), `write {"end": true, "count": N}, with the number of records, and nothing else`)
	}
	return checkCount(*l.Count, read)
}

func checkCount(said, read int) error {
	if said == read {
		return nil
	}
	return gate.WithHint(fmt.Errorf("it counts %d records, the document has %d", said, read), "write the document anew")
}
