package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/integrations/output"
)

// offer says how what is denied can be signed off, or else what that needs.
func (s *session) offer(ctx context.Context, w world, r *gate.Report, most int) (err error) {
	isDenied := func(j gate.Judged) bool { return j.State.IsOpen() && j.Level() == gate.Deny }
	if most == 0 || !slices.ContainsFunc(r.Decision.Evaluation.Findings, isDenied) {
		return nil
	}
	if r.NoWays, err = s.lacks(w, &r.Decision); err != nil || r.NoWays != "" {
		return err
	}
	r.Ways, r.MoreWays, err = s.ways(ctx, &r.Decision, most)
	return err
}

// lacks says what is missing for anybody to sign something off; "" where nothing is. Of a change, comments are taken, which the gate signs with a key
// that is nobody's.
func (s *session) lacks(w world, d *gate.Decision) (string, error) {
	ofChange := d.Artifact.Change != nil
	switch {
	case s.ledger.address == "":
		return "a ledger: --ledger", nil
	case s.ledger.store == nil:
		return "a ledger that can be used", nil
	case ofChange && d.Run.Platform != "github":
		return "a run on GitHub: of a change, only comments there are taken", nil
	}
	keys, err := s.counts()
	if err != nil {
		return "", undecided(err)
	}
	return lacksKey(keys, w.now(), ofChange), nil
}

func lacksKey(keys *key.Set, now time.Time, ofChange bool) string {
	if keys == nil {
		keys = &key.Set{}
	}
	for _, p := range keys.Candidates(key.SignOff, now) {
		if !ofChange || keys.ForSignOffs(p.ID()).Speaks(gate.Actor{Source: gate.FromForge}) == "" {
			return ""
		}
	}
	if ofChange {
		return "a key set with a key for sign-offs that has no name: --keys"
	}
	return "a key set with a key for sign-offs: --keys"
}

// ways says of each denied defect how it can be signed off: the line to write as a comment at the change; elsewhere, the command. At most so many are
// made; more is how many there are besides.
func (s *session) ways(ctx context.Context, d *gate.Decision, most int) (list []gate.Way, more int, err error) {
	var denied []*gate.Judged
	for i := range d.Evaluation.Findings {
		switch j := &d.Evaluation.Findings[i]; {
		case !j.State.IsOpen() || j.Level() != gate.Deny:
		case len(denied) < most:
			denied = append(denied, j)
		default:
			more++
		}
	}
	demands, names := map[gate.Severity]gate.Demands{}, signoff.NamesOf(d, denied)
	for _, j := range denied {
		if _, known := demands[j.Severity]; !known {
			if demands[j.Severity], err = s.engine.Demand(ctx, d.Artifact, j.Defect); err != nil {
				return nil, 0, undecided(fmt.Errorf("ask the policy about sign-offs: %w", err))
			}
		}
		c := signoff.Command{Verb: signoff.Accept, Targets: []string{names.Target(j)}, Component: signoff.Component(j.Defect), Reason: toWrite}
		list = append(list, way(d, j, &c, demands[j.Severity]))
	}
	return list, more, s.signed(list)
}

// signed names the keys in each command. A branch takes nothing without that of the log, where the log has one.
func (s *session) signed(ways []gate.Way) error {
	with := " --key KEY.pem"
	if inBranch(s.ledger.address) {
		keys, err := s.counts()
		if err != nil {
			return undecided(err)
		}
		if keys.Has(key.Log) {
			with += " --log-key LOG.pem"
		}
	}
	for i := range ways {
		if !ways[i].Comment {
			ways[i].Line += with
		}
	}
	return nil
}

// fewWays is how many are told where not all are asked for.
const fewWays = 10

// waysFor is how many ways the outputs tell.
func (j *judging) waysFor(main output.Format, files []outputFile) int {
	all := j.verbose || main.Whole || slices.ContainsFunc(files, func(f outputFile) bool { return f.Whole })
	switch {
	case all:
		return math.MaxInt
	case j.quiet && !j.shown(files):
		return 0
	}
	return fewWays
}

// shown reports whether people read the result elsewhere than where it is printed.
func (j *judging) shown(files []outputFile) bool { return len(j.places) > 0 || readByPeople(files) }

// toWrite stands where somebody has to write something: it is too short to be taken as it is.
const toWrite = "…"

func way(d *gate.Decision, j *gate.Judged, c *signoff.Command, wanted gate.Demands) gate.Way {
	c.Until = signoff.LastDay(d.Clock.Now, wanted.Days).Format(time.DateOnly)
	w := gate.Way{Defect: j.ID, Fingerprint: j.Fingerprints[0], Comment: d.Artifact.Change != nil}
	if !w.Comment {
		w.Line = grantLine(c, d.Artifact.Environment, wanted)
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
	return line
}
