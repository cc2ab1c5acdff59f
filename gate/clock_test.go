package gate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

var now = time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC) // the hour that many zones skip

// seen gives what becomes of a finding's dates.
func seen(t *testing.T, change func(f *gate.Finding), ledgerSays time.Time) (gate.Clocks, *gate.Decision) {
	e := vulnerability("CVE-1")
	change(&e.finding)
	w := newWorld(report("r", e.finding))
	w.ledger = &ledger{past: gate.Past{FirstSeen: ledgerSays}}
	d := w.check(t)
	return d.Evaluation.Findings[0].Clocks, d
}

func TestFirstSeen(t *testing.T) {
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	for name, c := range map[string]struct{ source, ledger, want time.Time }{
		"nobody knows":         {time.Time{}, time.Time{}, now},
		"the source":           {day(-9), time.Time{}, day(-9)},
		"the ledger":           {time.Time{}, day(-5), day(-5)},
		"the source is older":  {day(-9), day(-5), day(-9)},
		"the ledger is older":  {day(-5), day(-9), day(-9)},
		"Go's zero":            {time.Time{}.Add(time.Nanosecond), time.Time{}, now},
		"Unix's zero":          {time.Unix(0, 0), time.Time{}, now},
		"a year nobody means":  {time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, now},
		"minutes ahead":        {now.Add(3 * time.Minute), time.Time{}, now},
		"hours ahead":          {now.Add(24 * time.Hour), time.Time{}, now},
		"the ledger is ahead":  {time.Time{}, day(3), now},
		"the ledger elsewhere": {time.Time{}, day(-5).In(time.FixedZone("", -7*3600)), day(-5)},
	} {
		t.Run(name, func(t *testing.T) {
			clocks, d := seen(t, func(f *gate.Finding) { f.FirstSeen, f.Published = c.source, day(-100) }, c.ledger)
			assert.Equal(t, c.want, clocks.FirstSeen, "in UTC")
			assert.False(t, clocks.FirstSeen.After(now), "no age is negative")
			assert.NotEqual(t, gate.Error, d.Verdict, d.Problems)
		})
	}
}

func TestDatesAhead(t *testing.T) {
	for name, set := range map[string]func(f *gate.Finding, at time.Time){
		"first_seen":      func(f *gate.Finding, at time.Time) { f.FirstSeen = at },
		"published":       func(f *gate.Finding, at time.Time) { f.Published = at },
		"fix_available":   func(f *gate.Finding, at time.Time) { f.FixedSince = at },
		"exploited_since": func(f *gate.Finding, at time.Time) { f.KEV = &gate.KEV{Added: at} },
	} {
		for _, c := range []struct {
			ahead         time.Duration
			warned, error bool
		}{
			{-time.Second, false, false}, {0, false, false}, {time.Second, false, false}, {5 * time.Minute, false, false},
			{5*time.Minute + time.Second, true, false}, {24 * time.Hour, true, false}, {24*time.Hour + time.Second, true, true}, {1e6 * time.Hour, true, true},
		} {
			_, d := seen(t, func(f *gate.Finding) { set(f, now.Add(c.ahead)) }, time.Time{})
			assert.Equal(t, c.error, d.Verdict == gate.Error, "%s %s", name, c.ahead)
			if told := append(d.Warnings, d.Problems...); c.warned {
				assert.Contains(t, fmt.Sprint(told), name+" of CVE-1", "%s", c.ahead)
			} else {
				assert.NotContains(t, fmt.Sprint(told), "of CVE-1", "%s %s", name, c.ahead)
			}
		}
	}
}

func TestFirstSeenMovedLater(t *testing.T) {
	_, d := seen(t, func(f *gate.Finding) { f.FirstSeen = now.AddDate(0, 0, -1) }, now.AddDate(0, 0, -30))
	assert.Contains(t, d.Warnings, "first_seen of CVE-1 moved to 2026-03-28T01:30:00Z; the ledger knows it since 2026-02-27T01:30:00Z, which counts")
}

func TestExploitedSince(t *testing.T) {
	own, kev := now.AddDate(0, 0, -3), now.AddDate(0, 0, -8)
	clocks, _ := seen(t, func(f *gate.Finding) { f.ExploitedSince, f.KEV = own, &gate.KEV{Added: kev} }, time.Time{})
	assert.Equal(t, kev, clocks.ExploitedSince, "the first sign counts")
	clocks, _ = seen(t, func(f *gate.Finding) { f.ExploitedSince, f.KEV = own, &gate.KEV{Added: time.Unix(0, 0)} }, time.Time{})
	assert.Equal(t, own, clocks.ExploitedSince, "an unknown day is none")
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-01-31T09:30:00Z":           time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC),
		"2026-01-31T09:30:00.123456789Z": time.Date(2026, 1, 31, 9, 30, 0, 123456789, time.UTC),
		"2026-01-31T00:00:00+23:59":      time.Date(2026, 1, 30, 0, 1, 0, 0, time.UTC),
		"2026-01-31T00:00:00-23:59":      time.Date(2026, 1, 31, 23, 59, 0, 0, time.UTC),
		"2024-02-29T00:00:00Z":           time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2016-12-31T23:59:60Z":           time.Date(2016, 12, 31, 23, 59, 59, 999e6, time.UTC),
		"2016-12-31T23:59:60.75Z":        time.Date(2016, 12, 31, 23, 59, 59, 999e6, time.UTC),
		"2017-01-01T05:29:60+05:30":      time.Date(2016, 12, 31, 23, 59, 59, 999e6, time.UTC),
	} {
		got, err := gate.ParseTime(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, bad := range []string{"", "2026-01-31", "2026-01-31T09:30:00", "2026-01-31 09:30:00Z", "2026-02-29T00:00:00Z",
		"2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z",
		"2026-01-31T09:30:61Z", "2016-12-31T23:59:60", "1700000000", "yesterday", "2026-01-31T09:30:00Zx", "2026-01-31T09:30:00+2:00"} {
		_, err := gate.ParseTime(bad)
		assert.EqualError(t, err, fmt.Sprintf("%q is no instant", bad))
		assert.Equal(t, "write it as 2026-01-31T09:30:00Z, with the zone", gate.HintOf(err))
	}
}

func TestParseDay(t *testing.T) {
	got, err := gate.ParseDay("2024-02-29")
	require.NoError(t, err)
	assert.Equal(t, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), got)
	for _, bad := range []string{"", "2025-02-29", "2026-02-30", "2026-13-01", "31.12.2026", "2026-1-1", "2026-01-01T00:00:00Z", "20260101"} {
		_, err := gate.ParseDay(bad)
		assert.ErrorContains(t, err, "is no day", bad)
		assert.NotEmpty(t, gate.HintOf(err))
	}
}

// One instant has many spellings: an offset, the zone of a place with summer time. All give the same clock.
func TestSpellingsOfOneInstant(t *testing.T) {
	zones := []string{"UTC", "Europe/Vienna", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"}
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Unix(rapid.OneOf(rapid.Int64Range(0, now.Unix()+86400), rapid.Int64Range(31536000-90000, 31536000+90000)).Draw(rt, "unix"), 0).UTC()
		offset := rapid.IntRange(-(23*60+59), 23*60+59).Draw(rt, "minutes")
		parsed, err := gate.ParseTime(at.In(time.FixedZone("", offset*60)).Format(time.RFC3339))
		require.NoError(rt, err)
		require.Equal(rt, at, parsed)
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(rt, "zone"))
		require.NoError(rt, err)
		want, _ := seen(t, func(f *gate.Finding) { f.FirstSeen, f.KEV = at, &gate.KEV{Added: at} }, time.Time{})
		for _, spelled := range []time.Time{at.In(zone), at.In(time.FixedZone("", offset*60))} {
			got, _ := seen(t, func(f *gate.Finding) { f.FirstSeen, f.KEV = spelled, &gate.KEV{Added: spelled} }, time.Time{})
			require.Equal(rt, want, got)
		}
	})
}
