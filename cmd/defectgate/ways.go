package main

import (
	"context"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
)

// ways says of each denied defect how it can be signed off: the line to write as a comment at the change; elsewhere, the command.
func (s *session) ways(ctx context.Context, d *gate.Decision) (list []gate.Way, err error) {
	demands := map[gate.Severity]gate.Demands{}
	for i := range d.Evaluation.Findings {
		j := &d.Evaluation.Findings[i]
		if !j.State.IsOpen() || j.Level() != gate.Deny {
			continue
		}
		if _, known := demands[j.Severity]; !known {
			if demands[j.Severity], err = s.engine.Demand(ctx, d.Artifact, j.Defect); err != nil {
				return nil, fmt.Errorf("ask the policy about sign-offs: %w", err)
			}
		}
		list = append(list, way(d, j, demands[j.Severity]))
	}
	return list, nil
}

// toWrite stands where somebody has to write something: it is too short to be taken as it is.
const toWrite = "…"

func way(d *gate.Decision, j *gate.Judged, wanted gate.Demands) gate.Way {
	c := signoff.Command{Verb: signoff.Accept, Targets: []string{signoff.Target(d, j)}, Component: signoff.Component(j.Defect),
		Until: signoff.LastDay(d.Clock.Now, wanted.Days).Format(time.DateOnly), Reason: toWrite}
	w := gate.Way{Defect: j.ID, Fingerprint: j.Fingerprints[0], Comment: d.Artifact.Change != nil}
	if !w.Comment {
		w.Line = grantLine(&c, d.Artifact.Environment, wanted)
		return w
	}
	c.At = short(d.Artifact.Head())
	w.Line = c.Line()
	if wanted.Control {
		w.Fields = append(w.Fields, "control: "+toWrite)
	}
	if wanted.Ticket {
		w.Fields = append(w.Fields, "ticket: "+toWrite)
	}
	return w
}

// grantLine is the command that does the same where there is no change.
func grantLine(c *signoff.Command, environment string, wanted gate.Demands) string {
	line := fmt.Sprintf("defectgate exception grant %s --until %s --because '%s'", shellWord(c.Targets[0]), c.Until, toWrite)
	if c.Component != "" {
		line += " --in " + shellWord(c.Component)
	}
	if environment != "production" {
		line += " --environment " + shellWord(environment)
	}
	if wanted.Control {
		line += " --control '" + toWrite + "'"
	}
	if wanted.Ticket {
		line += " --ticket '" + toWrite + "'"
	}
	return line + " --key KEY.pem"
}
