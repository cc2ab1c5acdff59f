package defectdojo

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// ofPlace makes it code. Where there is no file, the title belongs to the place: else two findings of one weakness were told apart by their
// order only, and whoever accepts the first one would, once it is mended, have accepted the second.
func (e *entry) ofPlace(f *gate.Finding, ids []string) {
	if len(ids) > 1 {
		f.Related = ids[1:]
	}
	if rule := text(e.RuleID); rule != "" && rule != f.ID {
		f.Related = append(f.Related, rule)
	}
	f.Location = gate.Location{Path: cmp.Or(e.Path, e.SourcePath), Line: max(0, e.Line.Int())}
	if e.Path == "" && e.SourcePath != "" {
		f.Location.Line = max(0, e.SourceLine.Int())
	}
	f.Location.Logical = e.logical()
	switch unique := text(e.UniqueID); {
	case unique != "":
		f.Anchor.Hash = unique
	case f.Location.Path == "":
		f.Anchor.Hash = strings.TrimSpace(report.FirstLine(e.Title) + " " + e.firstEndpoint())
	default:
		f.Location.Logical = "" // the line is what holds it
	}
}

// logical is where a finding without a file stands.
func (e *entry) logical() string {
	place := cmp.Or(e.firstEndpoint(), strings.TrimSpace(e.Component+" "+text(e.Version)), e.Service)
	if n := len(e.Endpoints); n > 1 {
		place += fmt.Sprintf(" and %d more", n-1)
	}
	return place
}

func (e *entry) firstEndpoint() string {
	if len(e.Endpoints) == 0 {
		return ""
	}
	return e.Endpoints[0]
}

// endpoints are addresses without credentials, query and fragment.
type endpoints []string

// add keeps an address; many are written without a scheme.
func (l *endpoints) add(address string) {
	address = strings.TrimSpace(address)
	if address == "" {
		return
	}
	full := address
	if !strings.Contains(address, "://") {
		full = "//" + address
	}
	if u, err := url.Parse(full); err == nil && u.Host != "" {
		address = strings.TrimPrefix((&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), "//") + u.EscapedPath()
	} else {
		address = report.Anonymous(address)
	}
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	*l = append(*l, address)
}

// UnmarshalJSONFrom takes a list of addresses, or of objects with their parts.
func (l *endpoints) UnmarshalJSONFrom(part *jsontext.Decoder) error {
	dec := report.Within(part)
	return report.EachElement(dec, func() error {
		if dec.PeekKind() != jsontext.KindBeginObject {
			var address report.Word
			err := report.Value(dec, &address)
			l.add(text(address))
			return err
		}
		var parts struct {
			Protocol string      `json:"protocol"`
			Host     string      `json:"host"`
			Port     report.Word `json:"port"`
			Path     string      `json:"path"`
		}
		err := report.Value(dec, &parts)
		l.add(joined(parts.Protocol, parts.Host, text(parts.Port), parts.Path))
		return err
	})
}

func joined(protocol, host, port, path string) string {
	address := host
	if protocol != "" {
		address = protocol + "://" + address
	}
	if port != "" {
		address += ":" + port
	}
	if path != "" {
		address += "/" + strings.TrimPrefix(path, "/")
	}
	return address
}
