package github

import (
	"cmp"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// errors are those of the answer; the first is kept.
func (w *walker) errors(dec *report.Decoder) error {
	return report.Each(dec, func(e *struct {
		Message text `json:"message"`
	}) error {
		w.fail("the answer has errors: %s", report.FirstLine(cmp.Or(string(e.Message), "one without a message")))
		return nil
	})
}

// alerts reads one page of alerts.
func (w *walker) alerts(dec *report.Decoder, page *list) error {
	w.found = true
	if dec.PeekKind() == jsontext.KindNull {
		w.fail("vulnerabilityAlerts is null: whoever asked may not read the alerts")
		return report.Skip(dec)
	}
	listed := false
	err := report.EachMember(dec, func(name string) error {
		switch name {
		case "nodes":
			listed = true
			return report.EachElement(dec, func() error { return w.alert(dec, page) })
		case "edges":
			listed = true
			return report.EachElement(dec, func() error { return w.edge(dec, page) })
		case "pageInfo", "totalCount":
			return page.read(dec, name)
		}
		return report.Skip(dec)
	})
	if err == nil && !listed && (page.total == nil || *page.total != 0) {
		err = fmt.Errorf("%w: the alerts have neither `nodes` nor `edges`", report.ErrShape)
	}
	return err
}

func (w *walker) edge(dec *report.Decoder, page *list) error {
	found := false
	err := report.EachMember(dec, func(name string) error {
		if name != "node" {
			return report.Skip(dec)
		}
		found = true
		return w.alert(dec, page)
	})
	if err == nil && !found {
		w.fail("an edge has no alert")
	}
	return err
}

func (w *walker) alert(dec *report.Decoder, page *list) error {
	page.nodes++
	var alert *graphQLAlert
	if err := report.Value(dec, &alert); err != nil {
		return err
	}
	if alert == nil {
		w.fail("an alert is null: it could not be read")
		return nil
	}
	w.note(string(alert.Repository.URL))
	d := alert.dependency()
	d.repository = cmp.Or(d.repository, page.of)
	f, err := d.finding(&w.dates)
	if err != nil {
		return err
	}
	return w.take(f)
}

// repository takes what is said of one whose alerts were asked for.
func (w *walker) repository(f *frame, at spot) {
	w.note(string(f.address))
	w.account(at.below("vulnerabilityAlerts"), string(f.name), f.alerts)
	if f.enabled != nil && !*f.enabled {
		w.fail("alerts are not enabled for %s", cmp.Or(string(f.name), string(f.address), "the repository"))
	}
	if f.enabled != nil && *f.enabled && f.manifests.Total.Int() > 0 {
		w.scanned++
	} else {
		w.unscanned++
	}
}
