package nuclei

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// match is one entry: a template, and where it matched.
type match struct {
	TemplateID string          `json:"template-id"`
	URL        string          `json:"template-url"`
	Info       info            `json:"info"`
	Matcher    string          `json:"matcher-name"`
	Extractor  string          `json:"extractor-name"`
	Type       string          `json:"type"` // the protocol: "http", "dns", "file"
	Host       string          `json:"host"`
	At         string          `json:"matched-at"`
	Lines      []report.Number `json:"matched-line"` // of a file
	Timestamp  report.Time     `json:"timestamp"`
	Status     *bool           `json:"matcher-status"`
	Error      string          `json:"error"`
	Fuzzed     bool            `json:"is_fuzzing_result"`
	Method     string          `json:"fuzzing_method"`
	Parameter  string          `json:"fuzzing_parameter"`
	Position   string          `json:"fuzzing_position"`

	// Of the first versions of 2.x.
	OldID        string `json:"templateID"`
	OldMatcher   string `json:"matcher_name"`
	OldExtractor string `json:"extractor_name"`
	OldAt        string `json:"matched"`
}

func (m *match) id() string        { return cmp.Or(m.TemplateID, m.OldID) }
func (m *match) at() string        { return cmp.Or(m.At, m.OldAt) }
func (m *match) matcher() string   { return cmp.Or(m.Matcher, m.OldMatcher) }
func (m *match) extractor() string { return cmp.Or(m.Extractor, m.OldExtractor) }

func (m *match) finding() (*gate.Finding, error) {
	c := &m.Info.Classification
	f := &gate.Finding{
		Tool:   formatName,
		Kind:   m.kind(),
		ID:     m.id(),
		Title:  withoutUsers(report.FirstLine(m.Info.Name)),
		Remedy: m.Info.Remediation,
		URL:    cmp.Or(m.URL, first(m.Info.Reference)),
		Rating: report.Rate(formatName, gate.Opinion{Party: formatName, Label: m.Info.Severity.Label, Vector: c.vector(), Score: c.Score.Float}),
		CWEs:   report.CWEs(c.CWEs...),
	}
	switch cves := c.cves(); {
	case len(cves) == 1 && strings.EqualFold(cves[0], f.ID):
	case len(cves) == 1:
		f.Aliases = cves
	default:
		f.Related = cves
	}
	if slices.Contains(m.tags(), "kev") {
		f.KEV = &gate.KEV{}
	}
	m.place(f)
	return f, c.addEPSS(f)
}

func (m *match) kind() gate.Kind {
	cves, tags := m.Info.Classification.cves(), m.tags()
	switch {
	case len(cves) == 1, isCVE(m.id()):
		return gate.Vulnerability
	case slices.Contains(tags, "token"), slices.Contains(tags, "tokens"), slices.Contains(tags, "keys"):
		return gate.Secret
	case m.Fuzzed, slices.Contains(tags, "dast"), slices.Contains(tags, "fuzz"), len(cves) > 1:
		return gate.Code
	}
	return gate.Misconfiguration
}

// tags are in lower case; old versions write them as one text.
func (m *match) tags() (tags []string) {
	for _, tag := range m.Info.Tags {
		tags = append(tags, strings.ToLower(strings.TrimSpace(tag)))
	}
	return tags
}

// place tells where it matched: in a file, or at an address.
func (m *match) place(f *gate.Finding) {
	address, host := withoutQuery(report.Anonymous(m.at())), report.Anonymous(m.Host)
	if f.Kind == gate.Vulnerability {
		f.Component.Name = cmp.Or(m.Info.Metadata.product(), m.Info.Classification.product(), host, address)
	}
	if m.Type == "file" {
		f.Location.Path, address = m.at(), ""
		if len(m.Lines) > 0 {
			f.Location.Line = max(0, m.Lines[0].Int())
		}
	}
	f.Location.Logical = strings.TrimSpace(address + " " + m.what())
	f.Anchor.Snippet = strings.Join([]string{m.id(), m.matcher(), m.extractor(), m.Method, m.Position, m.Parameter, address}, "\n")
}

// what names what of the template matched, as Nuclei does it on screens.
func (m *match) what() string {
	parts := slices.DeleteFunc([]string{m.matcher(), m.extractor(), m.Parameter}, func(part string) bool { return part == "" })
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// withoutQuery takes what is behind the path off an address: it holds what was tried, and random values.
func withoutQuery(address string) string {
	if at := strings.IndexAny(address, "?#"); at >= 0 {
		return address[:at]
	}
	return address
}

var addresses = regexp.MustCompile(`\S+://\S+|\S+:\S+@\S+`)

// withoutUsers takes users and passwords off the addresses in a text.
func withoutUsers(text string) string { return addresses.ReplaceAllStringFunc(text, report.Anonymous) }

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// addEPSS takes the probability over. One that is none is an error: left out, it would make a threat look smaller.
func (c *classification) addEPSS(f *gate.Finding) error {
	p := c.EPSS.Float
	if p != nil && !(*p >= 0 && *p <= 1) {
		return fmt.Errorf("%w: \"epss-score\" of %q is %s, no probability", report.ErrShape, f.ID, strconv.FormatFloat(*p, 'g', -1, 64))
	}
	f.EPSS = p
	return nil
}
