package zap

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// alert is one alert of a site with the places of its instances. Its members stand on both sides of them, so that the places of one
// alert at a time are held in memory.
type alert struct {
	risk       report.Word
	pluginID   string
	ref        string // of the rule's variant, since 2.10
	name       string
	alert      string // the name, too
	confidence string
	systemic   string // "true" or "false", since 2.17
	solution   string
	reference  string
	cwe        string
	instances  []instance
}

// field gives the field of a member or element, or nil.
func (a *alert) field(name string) *string {
	return map[string]*string{
		"pluginid": &a.pluginID, "alertRef": &a.ref, "name": &a.name, "alert": &a.alert, "confidence": &a.confidence,
		"systemic": &a.systemic, "solution": &a.solution, "reference": &a.reference, "cweid": &a.cwe,
	}[name]
}

// instance is one request at which the alert was seen.
type instance struct {
	URI    string `json:"uri"`
	Method string `json:"method"`
	Param  string `json:"param"`
}

// site is one site of a report while it is read.
type site struct {
	name    string
	listed  bool     // the list of alerts was there, empty or not
	waiting []*alert // read before the name, which is the place of alerts without instances
}

func (p *parser) found(s *site, a *alert) error {
	if s.name == "" {
		s.waiting = append(s.waiting, a)
		return nil
	}
	return p.take(s.name, a)
}

func (p *parser) end(s *site) error {
	if !s.listed {
		return fmt.Errorf("%w: the site %q has no `alerts`", report.ErrShape, s.name)
	}
	if p.sites++; p.sites == 1 {
		p.first = s.name
	}
	for _, a := range s.waiting {
		if err := p.take(s.name, a); err != nil {
			return err
		}
	}
	return nil
}

// take emits the findings of one alert.
func (p *parser) take(site string, a *alert) error {
	places := a.instances
	if len(places) == 0 || a.systemic == "true" {
		places = []instance{{URI: site}}
	}
	for _, at := range places {
		f := a.finding(at)
		if err := report.Identified(f); err != nil {
			return err
		}
		p.scan.Read++
		if err := p.emit(f); err != nil {
			return err
		}
	}
	return nil
}

func (a *alert) finding(at instance) *gate.Finding {
	f := &gate.Finding{
		Tool:      formatName,
		Kind:      gate.Code,
		ID:        a.id(),
		Title:     cmp.Or(a.name, a.alert),
		Remedy:    plain(a.solution),
		URL:       first(plain(a.reference)),
		Rating:    report.Rate(formatName, gate.Opinion{Party: formatName, Label: a.riskWord()}),
		Location:  gate.Location{Logical: at.place()},
		Certainty: certainties[a.confidence],
	}
	f.Anchor.Hash = f.ID + " " + f.Location.Logical // without the id, alerts of one weakness at one address would be one
	if isRule(a.pluginID) && a.pluginID != f.ID {
		f.Related = []string{a.pluginID}
	}
	if cwe := report.ParseNumber(a.cwe).Int(); cwe > 0 {
		f.CWEs = []int{cwe}
	}
	if a.confidence == falsePositive {
		f.State = gate.FalsePositive
		f.Word = &gate.Word{By: "ZAP", Reason: "confidence: false positive", Said: gate.FalsePositive}
	}
	return f
}

// isRule tells the number of a rule from what stands there for alerts that people or scripts raise.
func isRule(id string) bool { return id != "" && id != "-1" && id != "0" }

// id is the variant of a rule, else the rule, else the name.
func (a *alert) id() string {
	switch {
	case isRule(a.ref):
		return a.ref
	case isRule(a.pluginID):
		return a.pluginID
	}
	return cmp.Or(a.name, a.alert)
}

// risks are the words of the risk codes; a code that is none of these is a word that nobody knows.
var risks = map[string]string{"0": "Informational", "1": "Low", "2": "Medium", "3": "High"}

func (a *alert) riskWord() *string {
	if a.risk.Label == nil {
		return nil
	}
	word := cmp.Or(risks[strings.TrimSpace(*a.risk.Label)], *a.risk.Label)
	return &word
}

const falsePositive = "0"

// certainties are the words of confidence; 4 is given by people only.
var certainties = map[string]gate.Certainty{"1": gate.LowCertainty, "2": gate.MidCertainty, "3": gate.HighCertainty, "4": gate.Verified}

// place is the request without what changes from scan to scan, and without credentials.
func (i instance) place() string {
	place := report.Anonymous(i.URI)
	if u, err := url.Parse(i.URI); err == nil && u.Host != "" {
		place = (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() + u.EscapedPath()
	}
	if end := strings.IndexAny(place, ";?#"); end >= 0 { // ";jsessionid=…"
		place = place[:end]
	}
	if i.Method != "" {
		place = i.Method + " " + place
	}
	if i.Param != "" {
		place += " parameter " + i.Param
	}
	return place
}

var address = regexp.MustCompile(`https?://[^\s<]+`)

// first gives the first address of a text. It ends where the next one begins: old reports write them without anything between.
func first(text string) string {
	found := address.FindString(text)
	for _, scheme := range []string{"http://", "https://"} {
		if start, _, ok := strings.Cut(strings.TrimPrefix(found, "http"), scheme); ok {
			found = "http" + start
		}
	}
	return found
}

// plain takes the paragraphs of HTML off a text.
func plain(text string) string {
	text = strings.ReplaceAll(text, "</p><p>", "\n")
	return strings.TrimSpace(strings.NewReplacer("<p>", "", "</p>", "").Replace(text))
}
