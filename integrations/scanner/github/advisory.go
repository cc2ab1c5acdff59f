package github

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// dependency is what both APIs of Dependabot say of one alert.
type dependency struct {
	format              string
	ghsa                text
	identifiers         []identifier
	summary, url        text
	malware             bool
	severity            report.Word
	vectors             []cvss // newest version first
	probability         epss
	weaknesses          []string
	ecosystem, name     text
	version             text
	patched             release
	path, repository    text
	created, publicised report.Time
	where               closing
}

type identifier struct {
	Type  text `json:"type"`
	Value text `json:"value"`
}

// cvss is a vector with its score. The two APIs spell its members differently.
type cvss struct {
	Vector      text          `json:"vector_string"`
	VectorCamel text          `json:"vectorString"`
	Score       report.Number `json:"score"`
}

func (c *cvss) vector() string { return cmp.Or(string(c.Vector), string(c.VectorCamel)) }

// says reports whether there is anything: an advisory without a vector has a score of 0.
func (c *cvss) says() bool {
	return c.vector() != "" || c.Score.Float != nil && *c.Score.Float != 0
}

// release is a version: a text, or an object that holds one.
type release text

// UnmarshalJSONFrom reads the value.
func (r *release) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return (*text)(r).UnmarshalJSONFrom(dec)
	}
	return report.EachMember(report.Within(dec), func(member string) error {
		if member != "identifier" {
			return dec.SkipValue()
		}
		return (*text)(r).UnmarshalJSONFrom(dec)
	})
}

// epss is the probability of exploitation; the API's manual has also shown an array of one.
type epss struct {
	Percentage report.Number
}

// UnmarshalJSONFrom reads the value.
func (e *epss) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == jsontext.KindBeginArray {
		return report.EachElement(report.Within(dec), func() error { return e.UnmarshalJSONFrom(dec) })
	}
	return report.EachMember(report.Within(dec), func(member string) error {
		if member != "percentage" {
			return dec.SkipValue()
		}
		return report.Value(report.Within(dec), &e.Percentage)
	})
}

// ids gives the advisory's own id and its others.
func (v *dependency) ids() (id string, others []string) {
	all := []string{string(v.ghsa)}
	for _, i := range v.identifiers {
		if strings.HasPrefix(strings.ToUpper(string(i.Value)), "GHSA-") {
			all = slices.Insert(all, 0, string(i.Value))
		} else {
			all = append(all, string(i.Value))
		}
	}
	for _, next := range all {
		switch next = strings.TrimSpace(next); {
		case next == "" || next == id || slices.Contains(others, next):
		case id == "":
			id = next
		default:
			others = append(others, next)
		}
	}
	return id, others
}

func (v *dependency) finding(dates *report.Dates) (*gate.Finding, error) {
	dates.Read("created_at", &v.created)
	dates.Read("published_at", &v.publicised)
	f := &gate.Finding{
		Tool: "dependabot", Kind: gate.Vulnerability,
		Title:     report.FirstLine(string(v.summary)),
		URL:       string(v.url),
		CWEs:      report.CWEs(v.weaknesses...),
		Component: v.component(),
		Location:  gate.Location{Path: string(v.path), Logical: string(v.repository)},
		FirstSeen: v.created.Time, Published: v.publicised.Time,
	}
	if v.malware {
		f.Kind = gate.Malware
	}
	f.ID, f.Aliases = v.ids()
	f.Rating, f.Ratings = v.ratings()
	f.State, f.Word = v.where.state(dates)
	return f, v.addEPSS(f)
}

func (v *dependency) component() gate.Component {
	c := gate.Component{
		PURL: report.EcosystemURL(string(v.ecosystem), string(v.name), string(v.version)),
		Name: cmp.Or(string(v.name), inside(string(v.repository), string(v.path))), Version: string(v.version),
	}
	if v.patched != "" {
		c.Fixed = []string{string(v.patched)}
	}
	return c
}

// ratings gives the word with the first vector; those of older versions are opinions of the same party.
func (v *dependency) ratings() (own gate.Rating, others []gate.Rating) {
	opinions := []gate.Opinion{}
	for i := range v.vectors {
		c := &v.vectors[i]
		same := func(o gate.Opinion) bool { return o.Vector == c.vector() }
		if c.says() && !slices.ContainsFunc(opinions, same) {
			opinions = append(opinions, gate.Opinion{Party: "ghsa", Vector: c.vector(), Score: c.Score.Float})
		}
	}
	if len(opinions) == 0 {
		opinions = append(opinions, gate.Opinion{Party: "ghsa"})
	}
	opinions[0].Label = v.severity.Label
	for _, o := range opinions[1:] {
		others = append(others, report.Rate(v.format, o))
	}
	return report.Rate(v.format, opinions[0]), others
}

// addEPSS refuses a probability that is none: left out, it would make a threat look smaller.
func (v *dependency) addEPSS(f *gate.Finding) error {
	p := v.probability.Percentage.Float
	if p != nil && !(*p >= 0 && *p <= 1) {
		return fmt.Errorf("%w: EPSS of %q is %s, no probability", report.ErrShape, f.ID, strconv.FormatFloat(*p, 'g', -1, 64))
	}
	f.EPSS = p
	return nil
}
