package github

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// export is what is gathered while the alerts of an export are read.
type export struct {
	emit  report.Emit
	scan  gate.Scan
	dates report.Dates
	repositories
}

func newExport(tool string, emit report.Emit) *export {
	return &export{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: tool}}}
}

// take emits what one alert says.
func (x *export) take(f *gate.Finding) error {
	if err := report.Identified(f); err != nil {
		return err
	}
	x.scan.Read++
	return x.emit(f)
}

// said is what the export says of itself, once it is read.
func (x *export) said() gate.Scan {
	x.scan.Subject.Repository = x.only()
	if n := len(x.addresses); n > 1 {
		x.scan.Warnings = append(x.scan.Warnings, fmt.Sprintf("the alerts are those of %d repositories", n))
	}
	x.scan.Warnings = append(x.scan.Warnings, x.dates.Warnings()...)
	return x.scan
}

// repositories are those that an export names.
type repositories struct{ addresses map[string]bool }

// note takes the address of an alert or of a repository: "https://github.com/OWNER/REPO/security/dependabot/7".
func (r *repositories) note(address string) {
	address, _, _ = strings.Cut(address, "/security/")
	if address == "" || r.addresses[address] {
		return
	}
	if r.addresses == nil {
		r.addresses = map[string]bool{}
	}
	r.addresses[address] = true
}

// slug is OWNER/REPO: what an alert calls its repository, else what its address says.
func slug(name, address text) text {
	if name != "" {
		return name
	}
	u, err := url.Parse(string(address))
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	return text(parts[0] + "/" + parts[1])
}

// inside is the path of a file with its repository before it.
func inside(repository, file string) string { return strings.Trim(repository+"/"+file, "/") }

// only gives the one repository that all alerts are about.
func (r *repositories) only() string {
	if len(r.addresses) == 1 {
		for address := range r.addresses {
			return address
		}
	}
	return ""
}

// fullPages are the lengths of a page: what the API gives unless it is asked, and the most that it gives.
var fullPages = []int{30, 100}

// readPages reads the alerts of all pages, whether these stand one behind the other or in an array.
func readPages[T any](x *export, d report.Document, take func(*T) error) error {
	pages := 0
	err := report.JSONValues(d, func(dec *report.Decoder) error {
		pages++
		if kind := dec.PeekKind(); kind != jsontext.KindBeginArray && kind != jsontext.KindInvalid {
			return fmt.Errorf("%w: want an array of alerts, have %s", report.ErrShape, kind)
		}
		return report.EachElement(dec, func() error {
			if !report.IsList(dec) {
				return one(dec, take)
			}
			pages++
			return report.EachElement(dec, func() error { return one(dec, take) })
		})
	})
	if err == nil && pages == 0 {
		err = fmt.Errorf("%w: want an array of alerts, have nothing", report.ErrShape)
	}
	for _, full := range fullPages {
		if pages == 1 && x.scan.Read == full {
			x.scan.Failed = fmt.Sprintf("just %d alerts, one full page, which may be the first of several: export them all with "+
				"`gh api --paginate --slurp`", full)
		}
	}
	return err
}

func one[T any](dec *report.Decoder, take func(*T) error) error {
	if kind := dec.PeekKind(); kind != jsontext.KindBeginObject && kind != jsontext.KindInvalid {
		return fmt.Errorf("%w: want an alert, have %s", report.ErrShape, kind)
	}
	var alert T
	if err := report.Value(dec, &alert); err != nil {
		return err
	}
	return take(&alert)
}
