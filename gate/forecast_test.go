package gate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

const day = 24 * time.Hour

// overdue denies what is over its time, which is ten days after it was first seen, unless an exception is in force.
func overdue(_ context.Context, in gate.Input) (gate.Judgements, error) {
	j := gate.Judgements{Defects: make([]gate.Judgement, len(in.Defects))}
	for i, d := range in.Defects {
		said := &j.Defects[i]
		if said.Due = d.Clocks.FirstSeen.Add(10 * day); !in.Now.After(said.Due) {
			continue
		}
		v := gate.Violation{Rule: "sla/overdue", Level: gate.Deny, Message: "late"}
		for _, c := range in.Candidates[i] {
			if !in.Now.Before(c.Granted) && in.Now.Before(c.Until) && v.Exception == "" {
				v.Exception = c.ID
				said.Exceptions = append(said.Exceptions, gate.Ruling{Exception: c.ID, Kind: c.Kind, Applies: true, Covers: true})
			}
		}
		said.Violations = append(said.Violations, v)
	}
	return j, nil
}

func aged(id string, days int) gate.Finding {
	return gate.Finding{Tool: "scanner", Kind: gate.Vulnerability, ID: id, Component: gate.Component{PURL: "pkg:npm/" + id, Name: id},
		FirstSeen: now.Add(-time.Duration(days) * day)}
}

func granted(id, defect string, from, until time.Duration) gate.Exception {
	return gate.Exception{ID: id, Kind: gate.AcceptedRisk, Defect: defect, Granted: now.Add(from), Until: now.Add(until), Approver: "ann"}
}

func foreseen(t *testing.T, p gate.Policy, exceptions []gate.Exception, findings ...gate.Finding) *gate.Report {
	t.Helper()
	g := gate.Gate{Sources: []gate.Source{report("scan", findings...)}, Registers: []gate.Register{register{exceptions: exceptions}}, Policy: p,
		Now: func() time.Time { return now }, Mode: gate.Enforce, Run: gate.Run{Key: "run"}, Foresees: true}
	r, err := g.Check(t.Context(), gate.Artifact{Environment: "production"})
	require.NoError(t, err)
	return &r
}

// said is a forecast in a few words.
func said(f *gate.Forecast) (list []string) {
	for _, c := range f.Coming {
		text := fmt.Sprintf("%s %s in %.1f days", c.Defect.ID, c.Kind, float64(c.At.Sub(now))/float64(day))
		if c.Level != "" {
			text += ": " + string(c.Level)
		}
		list = append(list, text)
	}
	return list
}

func TestWhatBecomesOverdueIsForeseen(t *testing.T) {
	r := foreseen(t, policy(overdue), nil, aged("CVE-2026-0001", 5), aged("CVE-2026-0002", 8), aged("CVE-2026-0003", 0))
	require.Equal(t, gate.Pass, r.Decision.Verdict)
	require.Equal(t, []string{"CVE-2026-0002 overdue in 2.0 days: deny", "CVE-2026-0001 overdue in 5.0 days: deny", "CVE-2026-0003 overdue in 10.0 days: deny"}, said(r.Forecast))
	require.Equal(t, now.Add(2*day+1), r.Forecast.Fails, "an instant after it is due")
}

func TestThatTheBuildFailsAlreadyIsSaidToo(t *testing.T) {
	r := foreseen(t, policy(overdue), nil, aged("CVE-2026-0001", 11), aged("CVE-2026-0002", 8), aged("CVE-2026-0003", 9))
	require.Equal(t, gate.Fail, r.Decision.Verdict)
	require.Equal(t, now, r.Forecast.Fails)
	require.Equal(t, []string{"CVE-2026-0003 overdue in 1.0 days: deny", "CVE-2026-0002 overdue in 2.0 days: deny"}, said(r.Forecast))
}

func TestAnExceptionThatEndsIsForeseen(t *testing.T) {
	late := aged("CVE-2026-0001", 30)
	r := foreseen(t, policy(overdue), []gate.Exception{granted("E-1", late.ID, -day, 3*day)}, late)
	require.Equal(t, gate.Pass, r.Decision.Verdict)
	require.Equal(t, []string{"CVE-2026-0001 exception in 3.0 days: deny"}, said(r.Forecast))
	require.Equal(t, "E-1", r.Forecast.Coming[0].Exception)
	require.Equal(t, now.Add(3*day), r.Forecast.Fails)

	r = foreseen(t, policy(overdue), []gate.Exception{granted("E-1", late.ID, -day, 3*day), granted("E-2", late.ID, -day, 40*day)}, late)
	require.Empty(t, r.Forecast.Coming, "another one takes over")
	require.Zero(t, r.Forecast.Fails)

	r = foreseen(t, policy(overdue), []gate.Exception{granted("E-1", late.ID, -day, 15*day)}, late)
	require.Empty(t, r.Forecast.Coming, "that is further away")
}

// The policy is asked, not guessed at: what only warns in a fortnight fails no build.
func TestTheForecastIsThePolicysWord(t *testing.T) {
	r := foreseen(t, policy(func(ctx context.Context, in gate.Input) (gate.Judgements, error) {
		j, err := overdue(ctx, in)
		for i := range j.Defects {
			for k := range j.Defects[i].Violations {
				j.Defects[i].Violations[k].Level = gate.Warn
			}
		}
		return j, err
	}), nil, aged("CVE-2026-0001", 8))
	require.Equal(t, []string{"CVE-2026-0001 overdue in 2.0 days: warn"}, said(r.Forecast))
	require.Zero(t, r.Forecast.Fails)
}

// A policy that fails about another day takes nothing back of what was decided about this one.
func TestAForecastThatFailsIsNoVerdict(t *testing.T) {
	r := foreseen(t, policy(func(ctx context.Context, in gate.Input) (gate.Judgements, error) {
		if in.Now.After(now) {
			return gate.Judgements{}, errors.New("no answer")
		}
		return overdue(ctx, in)
	}), nil, aged("CVE-2026-0001", 8))
	require.Equal(t, gate.Pass, r.Decision.Verdict)
	require.Contains(t, r.Forecast.Unseen, "no answer")
	require.Empty(t, r.Forecast.Coming)
}

func TestWithoutAJudgementThereIsNoForecast(t *testing.T) {
	r := foreseen(t, policy(func(context.Context, gate.Input) (gate.Judgements, error) {
		return gate.Judgements{}, errors.New("no answer")
	}), nil,
		aged("CVE-2026-0001", 8))
	require.Equal(t, gate.Error, r.Decision.Verdict)
	require.Nil(t, r.Forecast)
}
