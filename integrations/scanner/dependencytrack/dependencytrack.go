// Package dependencytrack reads the Finding Packaging Format of OWASP Dependency-Track: what the server gives for a project at
// /api/v1/finding/project/{uuid}/export, versions 1.0 to 1.5 of the format.
//
// A document is one object: `meta` tells the server's version and the time, `project` what was looked at, `findings` holds one vulnerability
// of one component each, with what people have said of it. They may stand in any order.
//
// The plain list that /api/v1/finding/project/{uuid} gives is not read: it comes in pages of a hundred and says of none of them whether it is
// the last one.
//
// https://docs.dependencytrack.org/integrations/file-formats/
package dependencytrack

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

const formatName = "dependency-track"

// Format is the Finding Packaging Format.
var Format = report.Format{
	Name:   formatName,
	Title:  "Dependency-Track Finding Packaging Format 1.0–1.5: dependencies",
	Detect: detect,
	Parse:  parse,
	Entry:  "a finding",
	Notes: `The rating is "severity" with the newest CVSS of the vulnerability; the older ones are kept as ratings that do not decide. The party
is the "source" of the vulnerability ("nvd", "ghsa", "osv", "ossindex" …). "attributedOn", the day on which the server first saw the component to
be vulnerable, is when the defect was first seen. A finding that "isSuppressed" is suppressed, its state and detail are the reason; otherwise the
"state" of the analysis is a VEX statement, which is honoured only where the source says "statements: trusted". A document does not say which
components the server has analysed, so that without findings it proves no scan. No fixed versions are in it: where "only_fixable" is true, as it
is by default, its defects are warned about and not denied.`,
}

func detect(o *report.Outline) bool {
	return o.Root == report.Object && !o.Lines && (o.Text("meta.application") == "Dependency-Track" ||
		o.Has("findings[].vulnerability") && o.Has("findings[].component") &&
			o.HasAny("findings[].matrix", "findings[].analysis", "findings[].attribution"))
}

func parse(d report.Document, emit report.Emit) (gate.Scan, error) {
	p := parser{emit: emit, scan: gate.Scan{Tool: gate.Tool{Name: formatName}}}
	err := report.Members(d, p.member)
	if err == nil && !p.findings {
		err = fmt.Errorf("%w: the document has no `findings`", report.ErrShape)
	}
	p.scan.Warnings = p.dates.Warnings()
	return p.scan, err
}

type parser struct {
	emit     report.Emit
	scan     gate.Scan
	dates    report.Dates
	findings bool // the member was there, empty or not
}

func (p *parser) member(dec *report.Decoder, name string) error {
	switch name {
	case "meta":
		var meta struct {
			Version   string      `json:"version"`
			Timestamp report.Time `json:"timestamp"`
		}
		err := report.Value(dec, &meta)
		p.scan.Tool.Version, p.scan.Ended = meta.Version, meta.Timestamp.Time
		return err
	case "project":
		var project struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			PURL    string `json:"purl"`
		}
		err := report.Value(dec, &project)
		p.scan.Subject = gate.Subject{Name: strings.TrimSpace(project.Name + " " + project.Version), PURL: project.PURL}
		return err
	case "findings":
		p.findings = true
		return report.Each(dec, p.take)
	}
	return report.Skip(dec)
}

func (p *parser) take(e *entry) error {
	p.dates.Read("attributedOn", &e.Attribution.On)
	p.dates.Read("published", &e.Vulnerability.Published)
	f, err := e.finding()
	if err == nil {
		err = report.Identified(f)
	}
	if err != nil {
		return err
	}
	p.scan.Read++
	return p.emit(f)
}

type entry struct {
	Component     component     `json:"component"`
	Vulnerability vulnerability `json:"vulnerability"`
	Analysis      analysis      `json:"analysis"`
	Attribution   struct {
		On  report.Time `json:"attributedOn"`
		URL string      `json:"referenceUrl"`
	} `json:"attribution"`
}

type component struct {
	UUID    string `json:"uuid"`
	PURL    string `json:"purl"`
	CPE     string `json:"cpe"`
	Group   string `json:"group"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// name is that of the package, else what tells the component from others.
func (c *component) name() string {
	if c.Name == "" {
		return cmp.Or(c.Group, c.CPE, c.UUID)
	}
	return strings.TrimPrefix(c.Group+"/"+c.Name, "/")
}

func (e *entry) finding() (*gate.Finding, error) {
	v, c := &e.Vulnerability, &e.Component
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Vulnerability,
		ID:        v.ID,
		Aliases:   v.aliases(),
		Title:     report.FirstLine(cmp.Or(v.Title, v.Description)),
		Remedy:    v.Recommendation,
		URL:       cmp.Or(e.Attribution.URL, v.url()),
		CWEs:      v.cwes(),
		Component: gate.Component{PURL: c.PURL, Name: c.name(), Version: c.Version},
		FirstSeen: e.Attribution.On.Time,
		Published: v.Published.Time,
	}
	f.Rating, f.Ratings = v.rate()
	f.State, f.Word = e.Analysis.state()
	if v.Exploited {
		f.KEV = &gate.KEV{}
	}
	return f, v.addEPSS(f)
}

// analysis is what people have said of a finding.
type analysis struct {
	State      string `json:"state"`
	Suppressed bool   `json:"isSuppressed"`
	Detail     string `json:"detail"`
}

// states are those of Dependency-Track; EXPLOITABLE, NOT_SET and what is not listed leave a finding open.
var states = map[string]gate.State{
	"IN_TRIAGE":      gate.UnderInvestigation,
	"FALSE_POSITIVE": gate.FalsePositive,
	"NOT_AFFECTED":   gate.NotAffected,
	"RESOLVED":       gate.Fixed,
}

// state is the suppression where there is one: it hides the finding whatever was said beside it.
func (a *analysis) state() (gate.State, *gate.Word) {
	reason := strings.TrimPrefix(strings.TrimSuffix(a.State+": "+a.Detail, ": "), ": ")
	if a.Suppressed {
		return gate.Suppressed, &gate.Word{By: "Dependency-Track", Reason: reason, Said: gate.Suppressed}
	}
	state := states[a.State]
	if state == gate.Open {
		return gate.Open, nil
	}
	return state, &gate.Word{By: "Dependency-Track", Reason: reason, Said: state}
}
