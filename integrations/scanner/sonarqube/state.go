package sonarqube

import (
	"cmp"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// closed is the status of an issue that an analysis did not find again.
const closed = "CLOSED"

// resolutions are how people resolve issues and review hotspots. What is not listed leaves an entry open.
var resolutions = map[string]gate.State{
	"WONTFIX":        gate.Suppressed,
	"ACCEPTED":       gate.Suppressed, // its name since 10.4
	"FALSE-POSITIVE": gate.FalsePositive,
	"FALSE_POSITIVE": gate.FalsePositive,
	"FIXED":          gate.Fixed,              // until the next analysis shows it
	"ACKNOWLEDGED":   gate.UnderInvestigation, // reviewed, and it is a risk
	"SAFE":           gate.NotAffected,
}

// state goes by the status, and by the resolution only where the status says that there is one.
func (i *issue) state() (gate.State, *gate.Word) {
	if i.Status == "" {
		return i.resolved(i.IssueStatus)
	}
	return i.entry.state()
}

func (e *entry) state() (gate.State, *gate.Word) {
	switch e.Status {
	case "RESOLVED", "REVIEWED":
		return e.resolved(e.Resolution)
	case "IN_REVIEW":
		return gate.UnderInvestigation, &gate.Word{Said: gate.UnderInvestigation, Reason: e.Status}
	}
	return gate.Open, nil
}

func (e *entry) resolved(resolution string) (gate.State, *gate.Word) {
	state := resolutions[resolution]
	if state == gate.Open {
		return state, nil
	}
	word := &gate.Word{Said: state, Reason: resolution}
	if n := len(e.Comments); n > 0 {
		last := &e.Comments[n-1]
		word.Reason += "; last comment, by " + cmp.Or(last.Login, "somebody") + ": " + report.FirstLine(cmp.Or(last.Markdown, last.HTML))
	}
	return state, word
}

type comment struct {
	Login    string `json:"login"`
	Markdown string `json:"markdown"`
	HTML     string `json:"htmlText"`
}
