package brakeman

import (
	"cmp"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/integrations/internal/report"
)

// info is what the report says of its making.
type info struct {
	Version     string       `json:"brakeman_version"`
	Start       string       `json:"start_time"`
	End         string       `json:"end_time"`
	Timestamp   string       `json:"timestamp"` // of reports of 1.6 to 1.9
	Checks      []string     `json:"checks_performed"`
	Controllers report.Count `json:"number_of_controllers"`
	Models      *int         `json:"number_of_models"` // can be -1: Brakeman does not count one that it makes up itself
	Templates   report.Count `json:"number_of_templates"`
	Warnings    report.Count `json:"security_warnings"`
}

// settle takes over what was said of the scan: it may stand behind the warnings.
func (p *parser) settle() {
	p.scan.Tool.Version = p.info.Version
	p.scan.Started = instant(p.info.Start)
	p.scan.Ended = instant(cmp.Or(p.info.End, p.info.Timestamp))
	if p.errors {
		p.scan.Proof = p.info.proof()
	}
	if p.scan.Proof == "" && p.scan.Read == 0 {
		p.scan.Unproven = p.info.unproven()
	}
	if counted := p.info.Warnings.N; counted > p.shown {
		p.scan.Failed = cmp.Or(p.scan.Failed, fmt.Sprintf("it counts %d warnings and holds %d", counted, p.shown))
	}
}

// proof is there where checks looked at something.
func (i *info) proof() string {
	looked := i.looked()
	if len(i.Checks) == 0 || looked == 0 {
		return ""
	}
	return fmt.Sprintf("controllers, models and templates: %d; checks: %d", looked, len(i.Checks))
}

func (i *info) looked() int {
	models := 0
	if i.Models != nil {
		models = max(*i.Models, 0)
	}
	return i.Controllers.N + models + i.Templates.N
}

// unproven is what speaks against a scan. A list or a count that is not there says nothing.
func (i *info) unproven() string {
	counted := i.Controllers.Known || i.Models != nil || i.Templates.Known
	switch {
	case i.Checks != nil && len(i.Checks) == 0:
		return "it names 0 checks that were performed"
	case counted && i.looked() == 0:
		return "it counts 0 controllers, models and templates"
	}
	return ""
}

// instants are the ways in which Ruby prints an instant: with its offset, or UTC.
var instants = []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC"}

// instant reads one of them. The zero time is one that cannot be read, or that no decision could hold.
func instant(text string) time.Time {
	for _, layout := range instants {
		if at, err := time.Parse(layout, text); err == nil {
			return report.ParseTime(at.Format(time.RFC3339))
		}
	}
	return report.ParseTime(text)
}
