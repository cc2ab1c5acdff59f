package cargoaudit

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// author is whose advisories cargo-audit reads, and so who rates.
const author = "rustsec"

// entry is an advisory that concerns a package, or a remark on a package.
type entry struct {
	Advisory advisory `json:"advisory"`
	Versions struct {
		Patched []string `json:"patched"` // ranges: ">=1.2.3"
	} `json:"versions"`
	Package struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"package"`
}

type advisory struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Date       report.Time `json:"date"`
	Aliases    []string    `json:"aliases"`
	Related    []string    `json:"related"`
	CVSS       string      `json:"cvss"`
	URL        string      `json:"url"`
	References []string    `json:"references"`
}

// yanked is the kind of warning that has no advisory.
const yanked = "yanked"

// finding makes a finding of an entry; kind is that of a warning, or empty for a vulnerability.
func (e *entry) finding(kind string) *gate.Finding {
	a, opinion := &e.Advisory, gate.Opinion{Party: author, Vector: e.Advisory.CVSS}
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Vulnerability,
		ID:        a.ID,
		Aliases:   a.Aliases,
		Related:   a.Related,
		Title:     report.FirstLine(a.Title),
		URL:       a.url(),
		Published: a.Date.Time,
		Component: gate.Component{
			PURL: report.EcosystemURL("crates.io", e.Package.Name, e.Package.Version), Name: e.Package.Name,
			Version: e.Package.Version, Fixed: e.Versions.Patched,
		},
	}
	if kind != "" {
		opinion.Label = &kind
	}
	if kind == yanked && f.ID == "" {
		opinion.Party, f.ID, f.Title = formatName, yanked, "the version was withdrawn from its registry"
	}
	f.Rating = report.Rate(formatName, opinion)
	return f
}

func (a *advisory) url() string {
	return cmp.Or(a.URL, strings.Join(a.References[:min(1, len(a.References))], ""))
}

// some is a list of names. Versions of some years wrote one name without a list.
type some []string

// UnmarshalJSONFrom reads both spellings.
func (s *some) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	within := report.Within(dec)
	if dec.PeekKind() == jsontext.KindBeginArray {
		return report.Each(within, func(name *string) error {
			*s = append(*s, *name)
			return nil
		})
	}
	var name string
	err := report.Value(within, &name)
	if name != "" {
		*s = some{name}
	}
	return err
}
