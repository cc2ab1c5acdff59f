package native

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// record is one defect as it is written. The tags are the names of the members; times are text until the record is whole, so that
// an error can name it.
type record struct {
	ID             string         `json:"id"`
	Aliases        []string       `json:"aliases"`
	Related        []string       `json:"related"`
	Kind           gate.Kind      `json:"kind"`
	Severity       word           `json:"severity"`
	Vector         string         `json:"vector"`
	Score          *float64       `json:"score"`
	Risk           *gate.Risk     `json:"risk"`
	Ratings        []rating       `json:"ratings"`
	Title          string         `json:"title"`
	Remedy         string         `json:"remedy"`
	URL            string         `json:"url"`
	CWEs           cwes           `json:"cwes"`
	Component      gate.Component `json:"component"`
	Location       gate.Location  `json:"location"`
	Hash           string         `json:"hash"`
	Snippet        string         `json:"snippet"`
	Secret         string         `json:"secret"`
	Certainty      gate.Certainty `json:"certainty"`
	State          string         `json:"state"`
	By             string         `json:"by"`
	Reason         string         `json:"reason"`
	SaidAt         string         `json:"said_at"`
	FirstSeen      string         `json:"first_seen"`
	Published      string         `json:"published"`
	FixedSince     string         `json:"fixed_since"`
	ExploitedSince string         `json:"exploited_since"`
	EPSS           *float64       `json:"epss"`
	KEV            *kev           `json:"kev"`
	Exploited      bool           `json:"exploited"`
}

type rating struct {
	Party  string   `json:"party"`
	Label  word     `json:"label"`
	Vector string   `json:"vector"`
	Score  *float64 `json:"score"`
}

type kev struct {
	Added      string `json:"added"`
	Due        string `json:"due"`
	Ransomware bool   `json:"ransomware"`
}

// fill turns the record into a finding, or says what is wrong with it first.
func (r *record) fill(f *gate.Finding, tool string) error {
	var c checker
	r.check(&c)
	*f = gate.Finding{
		Tool: tool, Kind: r.Kind, ID: r.ID, Aliases: r.Aliases, Related: r.Related, Title: r.Title, Remedy: r.Remedy, URL: r.URL,
		Rating:         report.Rate(formatName, r.opinion(tool)),
		Ratings:        r.ratings(&c),
		CWEs:           r.CWEs,
		Component:      r.Component,
		Location:       r.Location,
		Anchor:         r.anchor(tool),
		Secret:         r.Secret,
		Certainty:      r.Certainty,
		FirstSeen:      c.time("first_seen", r.FirstSeen),
		Published:      c.time("published", r.Published),
		FixedSince:     c.time("fixed_since", r.FixedSince),
		ExploitedSince: c.time("exploited_since", r.ExploitedSince),
		EPSS:           r.EPSS,
		KEV:            r.kev(&c),
		Exploited:      r.Exploited,
	}
	f.State, f.Word = r.state(&c)
	return c.err
}

func (r *record) opinion(tool string) gate.Opinion {
	return gate.Opinion{Party: tool, Label: r.Severity.label, Vector: r.Vector, Score: r.Score, Risk: r.Risk}
}

// check looks at the members that need no translation.
func (r *record) check(c *checker) {
	if r.ID == "" || strings.TrimSpace(r.ID) != r.ID {
		c.refuse("id", "give each record the name that its finder uses, without white space around it", "want a name, have %q", r.ID)
	}
	if !r.Kind.Valid() {
		c.refuse("kind", "use one of "+oneOf(gate.Kinds()), "%q is no kind", r.Kind)
	}
	if r.Certainty != "" && !slices.Contains(certainties, r.Certainty) {
		c.refuse("certainty", "use one of "+oneOf(certainties), "%q is no certainty", r.Certainty)
	}
	if r.EPSS != nil && !(*r.EPSS >= 0 && *r.EPSS <= 1) {
		c.refuse("epss", "write a probability from 0 to 1: 0.97 for 97 %", "%v is no probability", *r.EPSS)
	}
	if r.Location.Line < 0 {
		c.refuse("location.line", "count lines from 1; leave it out for the whole file", "%d is no line", r.Location.Line)
	}
	if r.Location.Line > 0 && r.Location.Path == "" {
		c.refuse("location.path", "name the file of the line", "line %d of no file", r.Location.Line)
	}
	if r.Secret != "" && r.Kind != gate.Secret {
		c.refuse("secret", "give it to records of kind secret only", "a %s has no secret", r.Kind)
	}
	r.checkRisk(c)
	c.list("aliases", r.Aliases)
	c.list("related", r.Related)
	c.list("component.fixed", r.Component.Fixed)
	r.checkComponent(c)
}

// checkComponent makes sure that what belongs to a component names one: without it, unlike defects would be one. A package URL that
// cannot be read would lose the defect's history, so it is a typo and no name.
func (r *record) checkComponent(c *checker) {
	switch component := &r.Component; {
	case component.PURL != "":
		if _, err := packageurl.FromString(component.PURL); err != nil {
			c.refuse("component.purl", "write it as pkg:npm/%40acme/cart@1.2.3, or give component.name alone", "%q is no package URL", component.PURL)
		}
	case r.Kind.OfComponent() && component.Name == "":
		c.refuse("component", "give component.purl, or component.name where there is no package URL", "a defect of kind %q needs one", r.Kind)
	}
}

// anchor holds what people found by the id that they gave it: such defects have no line, and their order in the report may change. Ids
// of two finders have nothing to do with each other.
func (r *record) anchor(tool string) gate.Anchor {
	nowhere := r.Location.Path == "" && r.Location.Logical == "" && r.Snippet == ""
	if r.Hash == "" && !r.Kind.OfComponent() && (r.Kind == gate.Design || nowhere) {
		return gate.Anchor{Hash: strings.Join([]string{tool, r.ID, r.Location.Logical}, "\n")}
	}
	return gate.Anchor{Hash: r.Hash, Snippet: r.Snippet}
}

func (r *record) ratings(c *checker) []gate.Rating {
	if len(r.Ratings) == 0 {
		return nil
	}
	ratings := make([]gate.Rating, len(r.Ratings))
	for i, o := range r.Ratings {
		if o.Party == "" {
			c.refuse(fmt.Sprintf("ratings[%d].party", i), "say who rates: nvd, ghsa, a company", "want a name, have none")
		}
		ratings[i] = report.Rate(formatName, gate.Opinion{Party: o.Party, Label: o.Label.label, Vector: o.Vector, Score: o.Score})
	}
	return ratings
}

// state reads the state and what was said to get there. Words without a state would look as if they had an effect.
func (r *record) state(c *checker) (state gate.State, said *gate.Word) {
	if r.State == "" {
		if r.By+r.Reason+r.SaidAt != "" {
			c.refuse("state", "give the state that was said, one of "+oneOf(gate.States()), "by, reason and said_at need one")
		}
		return gate.Open, nil
	}
	if state.UnmarshalText([]byte(r.State)) != nil {
		c.refuse("state", "use one of "+oneOf(gate.States()), "%q is no state", r.State)
	}
	return state, &gate.Word{By: r.By, Reason: r.Reason, At: c.time("said_at", r.SaidAt), Said: state}
}

func (r *record) kev(c *checker) *gate.KEV {
	if r.KEV == nil {
		return nil
	}
	return &gate.KEV{Added: c.time("kev.added", r.KEV.Added), Due: c.time("kev.due", r.KEV.Due), Ransomware: r.KEV.Ransomware}
}

// readTime reads an instant with its zone, or a day as 00:00 UTC. No text is no time.
func readTime(text string) (at time.Time, err error) {
	switch len(text) {
	case 0:
	case len(time.DateOnly):
		at, err = gate.ParseDay(text)
	default:
		if at, err = gate.ParseTime(text); err == nil && at.Year() <= 1970 {
			err = gate.WithHint(fmt.Errorf("%q is no instant that can be meant", text), "leave it out if it is not known")
		}
	}
	return at, err
}
