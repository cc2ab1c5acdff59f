package github

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// closing is what an alert says of where it stands.
type closing struct {
	State, Reason, Comment  text
	By                      person
	Closed, Dismissed, Auto report.Time // when it was fixed or resolved, dismissed by a person, dismissed by a rule
}

// reasons are those that say more than that nobody wants to see the alert. GraphQL has given sentences in place of words.
var reasons = map[string]gate.State{
	"false positive": gate.FalsePositive, "inaccurate": gate.FalsePositive, "this alert is inaccurate or incorrect": gate.FalsePositive,
	"not used": gate.NotAffected, "vulnerable code is not actually used": gate.NotAffected,
	"revoked": gate.Fixed,
}

// state understands what the alert says. A state that nobody knows is open; a reason that nobody knows is a reason to suppress.
func (c *closing) state(dates *report.Dates) (gate.State, *gate.Word) {
	dates.Read("dismissed_at", &c.Dismissed)
	dates.Read("auto_dismissed_at", &c.Auto)
	dates.Read("fixed_at", &c.Closed)
	word := &gate.Word{By: string(c.By), Reason: c.why()}
	switch c.is() {
	case "fixed":
		word.Said, word.By, word.At = gate.Fixed, "GitHub", c.Closed.Time
	case "auto_dismissed":
		word.Said, word.By, word.At = gate.Suppressed, "Dependabot rule", c.Auto.Time
	case "dismissed":
		word.Said, word.At = c.dismissedAs(), c.Dismissed.Time
	case "resolved":
		word.Said, word.At = c.dismissedAs(), c.Closed.Time
	default:
		return gate.Open, nil
	}
	return word.Said, word
}

// is gives the state. A query that did not ask for it may have asked for the dates.
func (c *closing) is() string {
	switch {
	case c.State != "":
		return strings.ToLower(string(c.State))
	case !c.Dismissed.IsZero():
		return "dismissed"
	case !c.Auto.IsZero():
		return "auto_dismissed"
	case !c.Closed.IsZero():
		return "fixed"
	}
	return ""
}

func (c *closing) dismissedAs() gate.State {
	reason := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(string(c.Reason))), "_", " ")
	if state, ok := reasons[strings.TrimSuffix(reason, ".")]; ok {
		return state
	}
	return gate.Suppressed
}

func (c *closing) why() string {
	if c.Reason != "" && c.Comment != "" {
		return string(c.Reason + ": " + c.Comment)
	}
	return string(c.Reason + c.Comment)
}
