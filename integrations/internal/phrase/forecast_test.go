package phrase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
)

func TestTheConclusionNamesTheDay(t *testing.T) {
	const next = "If nothing changes, the next build "
	later := now.AddDate(0, 0, 3)
	for _, c := range []struct {
		verdict gate.Verdict
		mode    gate.Mode
		fails   time.Time
		unseen  string
		want    string
	}{
		{gate.Pass, gate.Enforce, time.Time{}, "", next + "stays green through 2026-11-14."},
		{gate.Pass, gate.Enforce, time.Time{}, "no time left", ""},
		{gate.Pass, gate.Enforce, later, "", next + "fails on 2026-11-04."},
		{gate.Pass, gate.Enforce, later, "no time left", next + "fails on 2026-11-04."},
		{gate.Pass, gate.Enforce, later.In(time.FixedZone("", -14*3600)), "", next + "fails on 2026-11-04."},
		{gate.Fail, gate.Enforce, now, "", next + "fails now."},
		{gate.Fail, gate.Enforce, now.Add(time.Minute), "", next + "fails now."}, // the decision is the recorded one, a minute old
		{gate.Pass, gate.Enforce, now, "", next + "fails now."},
		{gate.Fail, gate.Observe, now, "", next + "fails now (observed, not enforced)."},
		{gate.Pass, gate.Observe, later, "", next + "fails on 2026-11-04 (observed, not enforced)."},
	} {
		r := &gate.Report{Decision: gate.Decision{Verdict: c.verdict, Mode: c.mode, Clock: gate.Clock{Now: now}}, Forecast: &gate.Forecast{Fails: c.fails, Unseen: c.unseen}}
		o := phrase.Ahead(r)
		require.Equal(t, c.want, o.Conclusion, "%v", c)
		require.Equal(t, c.unseen, o.Unseen)
		require.Equal(t, c.unseen == "", o.Quiet() != "")
	}
	require.Nil(t, phrase.Ahead(&gate.Report{}))
}

func TestAnEventSaysWhatFollows(t *testing.T) {
	for _, c := range []struct {
		now, then gate.Level
		kind      gate.ComingKind
		want      string
	}{
		{"", gate.Deny, gate.BecomesOverdue, "becomes overdue: must not ship from then on"},
		{gate.Warn, gate.Deny, gate.BecomesOverdue, "becomes overdue: must not ship from then on"},
		{gate.Warn, "block", gate.BecomesOverdue, "becomes overdue: must not ship from then on"},
		{gate.Deny, gate.Deny, gate.BecomesOverdue, "becomes overdue"},
		{"", gate.Warn, gate.LosesException, "exception EX-1 ends: to look at from then on"},
		{gate.Warn, gate.Warn, gate.LosesException, "exception EX-1 ends"},
		{gate.Deny, gate.Warn, gate.LosesException, "exception EX-1 ends"},
		{"", "", gate.LosesException, "exception EX-1 ends"},
	} {
		j := judged("CVE-1", c.now, gate.High, 0)
		r := &gate.Report{Forecast: &gate.Forecast{Coming: []gate.Coming{{At: now.Add(13 * time.Hour), Kind: c.kind, Defect: &j, Exception: "EX-1", Level: c.then}}}}
		o := phrase.Ahead(r)
		require.Equal(t, []phrase.Event{{Day: "2026-11-02", Severity: "high", Name: "CVE-1", Subject: "a.go", Change: c.want}}, o.Events, "%v", c)
		require.Empty(t, o.Quiet())
	}
	r := &gate.Report{Forecast: &gate.Forecast{Coming: []gate.Coming{{At: now, Kind: gate.LosesException, Exception: "dgx_1"}}}}
	require.Equal(t, []phrase.Event{{Day: "2026-11-01", Subject: "the artifact", Change: "exception dgx_1 ends"}}, phrase.Ahead(r).Events)
}
