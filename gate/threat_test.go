package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

type feed struct {
	threats []gate.Threat
	built   time.Time
	expect  gate.Expectation
	panics  bool
	failed  string
}

func (f *feed) Name() string             { return "kev" }
func (f *feed) Expect() gate.Expectation { return f.expect }
func (f *feed) Load(_ context.Context, emit func(gate.Threat) error) gate.Evidence {
	if f.panics {
		panic("broken")
	}
	e := gate.Evidence{Source: "kev", Format: "kev", Scan: gate.Scan{Database: gate.Database{Built: f.built}, Read: len(f.threats), Failed: f.failed}}
	for _, t := range f.threats {
		if err := emit(t); err != nil {
			e.Status, e.Problem = gate.Unavailable, err.Error()
		}
	}
	return e
}

type sensor struct{ signals []gate.Signal }

func (s *sensor) Name() string             { return "waf.ndjson" }
func (s *sensor) Expect() gate.Expectation { return gate.Expectation{Required: true} }
func (s *sensor) Load(_ context.Context, emit func(*gate.Signal) error) gate.Evidence {
	for i := range s.signals {
		_ = emit(&s.signals[i])
	}
	return gate.Evidence{Source: s.Name(), Scan: gate.Scan{Read: len(s.signals)}}
}

func chance(p float64) *float64 { return &p }

func TestFeedsTellWhatReportsDoNot(t *testing.T) {
	rated := tar
	rated.EPSS = chance(0.2)
	for _, c := range []struct {
		feed, want float64
	}{{0.7, 0.7}, {0.1, 0.2}} {
		w := newWorld(report("r.json", rated))
		g := w.gate()
		added := now.AddDate(0, 0, -3)
		g.Feeds = []gate.Feed{&feed{built: now.Add(-time.Hour), threats: []gate.Threat{
			{ID: "cve-2026-1", EPSS: chance(c.feed), KEV: &gate.KEV{Added: added, Ransomware: true}}, {ID: "CVE-2026-9", EPSS: chance(1)}}}}
		r, err := g.Check(context.Background(), w.artifact)
		require.NoError(t, err)
		d := r.Decision.Evaluation.Findings[0].Defect
		require.InDelta(t, c.want, *d.EPSS, 0, "the worse of report and feed")
		require.Equal(t, &gate.KEV{Added: added, Ransomware: true}, d.KEV)
		require.Equal(t, added, d.Clocks.ExploitedSince)
		require.Equal(t, "kev of 2026-03-29", r.Decision.Feeds)
	}
}

func TestFeedsThatCannotBeReliedOn(t *testing.T) {
	one := []gate.Threat{{ID: "CVE-2026-1"}}
	for want, f := range map[gate.Status]*feed{
		gate.OK:        {threats: one, built: now.Add(-47 * time.Hour)},
		gate.Stale:     {threats: one, built: now.Add(-49 * time.Hour)},
		gate.Empty:     {built: now},
		gate.Malformed: {threats: one},
		gate.Partial:   {threats: one, built: now, failed: "half"},
	} {
		for _, required := range []bool{true, false} {
			f.expect = gate.Expectation{Required: required, MaxDatabaseAge: 48 * time.Hour}
			w := newWorld(report("r.json", tar))
			g := w.gate()
			g.Feeds = []gate.Feed{f}
			r, err := g.Check(context.Background(), w.artifact)
			require.NoError(t, err)
			require.Equal(t, want, r.Decision.Inputs[0].Status, r.Decision.Inputs[0].Problem)
			require.Equal(t, required && want != gate.OK, r.Decision.Verdict == gate.Error, "%s %v", want, r.Decision.Problems)
			require.Equal(t, want != gate.OK, r.Decision.Feeds == "no feed")
		}
	}
	for _, f := range []*feed{{panics: true}, {threats: one, built: now.Add(25 * time.Hour)}} {
		w := newWorld(report("r.json", tar))
		g := w.gate()
		f.expect.Required = true
		g.Feeds = []gate.Feed{f}
		r, err := g.Check(context.Background(), w.artifact)
		require.NoError(t, err)
		require.Equal(t, gate.Error, r.Decision.Verdict)
		require.Equal(t, gate.Malformed, r.Decision.Inputs[0].Status)
	}
}

// A feed that was read is no scan.
func TestFeedAloneIsNothingToJudge(t *testing.T) {
	absent := report("r.json")
	absent.expect.Required, absent.evidence.Status = false, gate.AbsentOptional
	w := newWorld(absent)
	g := w.gate()
	g.Feeds = []gate.Feed{&feed{built: now, threats: []gate.Threat{{ID: "CVE-2026-1"}}}}
	r, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	require.Equal(t, []string{"no report was read to its end: there is nothing to judge"}, r.Decision.Problems)
}

func TestSignalsOfAbuse(t *testing.T) {
	other := tar
	other.ID, other.Aliases = "CVE-2026-2", nil
	w := newWorld(report("r.json", tar, other))
	prints := gate.NewFingerprinter(nil).Identify(&other).Fingerprints
	unknown := gate.Fingerprint{1}
	g := w.gate()
	at := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	g.Signals = []gate.SignalSource{&sensor{[]gate.Signal{
		{ID: "ghsa-AAAA-bbbb-cccc", At: at(1), Sensor: "waf", Evidence: "inc-2"}, {ID: "CVE-2026-1", At: at(5), Sensor: "ids", Evidence: "inc-1"},
		{Fingerprint: &prints[0], At: at(2), Sensor: "waf"}, {ID: "CVE-2026-7", At: at(2)}, {ID: "CVE-2026-1", Fingerprint: &unknown, At: at(9)},
	}}}
	r, err := g.Check(context.Background(), w.artifact)
	require.NoError(t, err)
	first, second := r.Decision.Evaluation.Findings[0].Defect, r.Decision.Evaluation.Findings[1].Defect
	require.True(t, first.Exploited && second.Exploited)
	require.Equal(t, &gate.Abuse{Count: 2, First: at(5), Last: at(1), Sensors: []string{"ids", "waf"}, Evidence: "inc-2"}, first.Abuse)
	require.Equal(t, at(5), first.Clocks.ExploitedSince, "the clock of what is exploited begins with the first signal")
	require.Equal(t, at(2), second.Clocks.ExploitedSince)
	require.Contains(t, r.Decision.Warnings, "waf.ndjson: signals of abuse that name no defect found here: 2")
	require.Equal(t, 3, r.Decision.Inputs[1].Kept)
}
