package defectdojo

import (
	"math"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// number is a number that may be written in quotes. A text that is none, as "N/A", is how tools write that they have none: DefectDojo drops it.
type number struct{ report.Number }

func (n *number) set(written string) {
	n.Number = report.ParseNumber(written)
	if n.Float != nil && math.IsNaN(*n.Float) {
		n.Number = report.Number{}
	}
}

// UnmarshalJSONFrom takes any plain value.
func (n *number) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	var written report.Word
	err := report.Value(report.Within(part), &written)
	n.set(text(written))
	return err
}

// date is an instant as DefectDojo reads it: in the spellings of reports, or with month, day and year in this order.
type date struct{ report.Time }

// spellings have the month first; where it can be none, the day stands first.
var spellings = []string{"1/2/2006", "2/1/2006", "1/2/2006 15:04:05", "2/1/2006 15:04:05", "1/2/2006 15:04", "2/1/2006 15:04", "1-2-2006", "2-1-2006",
	"2.1.2006", "2006/1/2", "2006-1-2", "20060102", "Jan 2, 2006", "January 2, 2006", "2 Jan 2006", "2 January 2006",
	"2006-01-02T15:04:05.999999999-0700", "2006-01-02 15:04:05.999999999Z07:00"}

func (d *date) set(written string) {
	written = strings.TrimSpace(written)
	if d.Time.Time = report.ParseTime(written); !d.IsZero() {
		return
	}
	for _, layout := range spellings {
		if at, err := time.Parse(layout, written); err == nil {
			d.Time.Time = report.ParseTime(at.UTC().Format(time.RFC3339Nano))
			return
		}
	}
	d.Unread = written != ""
}

// UnmarshalJSONFrom takes any plain value.
func (d *date) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	var written report.Word
	err := report.Value(report.Within(part), &written)
	d.set(text(written))
	return err
}

// texts are a list of plain values, or one.
type texts []string

// UnmarshalJSONFrom takes both.
func (l *texts) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	one := func() error {
		var written report.Word
		err := report.Value(dec, &written)
		*l = append(*l, text(written))
		return err
	}
	if report.IsList(dec) {
		return report.EachElement(dec, one)
	}
	return one()
}
