package sarif

import (
	"cmp"
	"regexp"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// rule is what is kept of a rule: nothing that is long.
type rule struct {
	id, guid, name string
	title          string
	url            string
	level          *string
	score          *float64
	precision      string
	tags           []string
	purls          []string
	cwes           []int // that its name and its properties spell out
	targets        []reference
	formerIDs      []string
	strings        map[string]string
}

type configuration struct {
	Level report.Word `json:"level"`
}

// descriptor is a rule as it is written (§3.49).
type descriptor struct {
	ID            string          `json:"id"`
	GUID          string          `json:"guid"`
	Name          string          `json:"name"`
	FormerIDs     []string        `json:"deprecatedIds"`
	Short         text            `json:"shortDescription"`
	Full          text            `json:"fullDescription"`
	URL           string          `json:"helpUri"`
	Strings       map[string]text `json:"messageStrings"`
	Configuration configuration   `json:"defaultConfiguration"`
	Relationships []struct {
		Target reference `json:"target"`
	} `json:"relationships"`
	Properties properties `json:"properties"`
}

type text struct {
	Text string `json:"text"`
}

// weaknessPage is the page of a CWE: several tools say by it, and nothing else, which weakness a rule is about.
var weaknessPage = regexp.MustCompile(`//cwe\.mitre\.org/data/definitions/(\d+)`)

func (d *descriptor) short() rule {
	r := rule{
		id: d.ID, guid: d.GUID, name: shorten(d.Name), url: shorten(d.URL), formerIDs: d.FormerIDs,
		title:     shorten(report.FirstLine(cmp.Or(d.Short.Text, d.Full.Text))),
		level:     d.Configuration.Level.Label,
		score:     d.Properties.Score.Float,
		precision: d.Properties.Precision.first(),
		tags:      d.Properties.Tags,
		purls:     d.Properties.packages(),
		strings:   shortStrings(d.Strings),
	}
	named := append([]string{r.name}, d.Properties.weaknesses()...)
	if m := weaknessPage.FindStringSubmatch(d.URL); m != nil {
		named = append(named, "CWE-"+m[1])
	}
	r.cwes = report.CWEs(named...)
	for _, v := range d.Relationships {
		r.targets = append(r.targets, v.Target)
	}
	return r
}

func shortStrings(long map[string]text) map[string]string {
	if len(long) == 0 {
		return nil
	}
	short := make(map[string]string, len(long))
	for id, s := range long {
		short[id] = shorten(s.Text)
	}
	return short
}
