package signoff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/signoff"
)

func TestT31TheLastDayIsOneThatThePolicyAllows(t *testing.T) {
	for _, c := range []struct {
		why, now, until string
		good            bool
	}{
		{"long past", "2026-03-02T12:00:00Z", "2020-01-01", false},
		{"yesterday", "2026-03-02T12:00:00Z", "2026-03-01", false},
		{"yesterday, a moment after midnight", "2026-03-02T00:00:00Z", "2026-03-01", false},
		{"today", "2026-03-02T12:00:00Z", "2026-03-02", true},
		{"today, in its last second", "2026-03-02T23:59:59Z", "2026-03-02", true},
		{"tomorrow", "2026-03-02T12:00:00Z", "2026-03-03", true},
		{"the last day that is allowed", "2026-03-02T12:00:00Z", "2026-05-31", true},
		{"one more", "2026-03-02T12:00:00Z", "2026-06-01", false},
		{"the last day, early", "2026-03-02T00:00:00Z", "2026-05-31", true},
		{"the last day, late", "2026-03-02T23:59:59Z", "2026-05-31", true},
		{"one more, late", "2026-03-02T23:59:59Z", "2026-06-01", false},
		{"far away", "2026-03-02T12:00:00Z", "9999-12-31", false},
		{"east of Greenwich it is tomorrow", "2026-03-03T01:00:00+14:00", "2026-03-02", true},
		{"and there, one more", "2026-03-03T01:00:00+14:00", "2026-06-01", false},
		{"west of it, it is yesterday", "2026-03-01T23:00:00-12:00", "2026-03-01", false},
		{"and there, the last day", "2026-03-01T23:00:00-12:00", "2026-05-31", true},
	} {
		t.Run(c.why, func(t *testing.T) {
			w := newWorld(t)
			var err error
			w.now, err = time.Parse(time.RFC3339, c.now)
			require.NoError(t, err)
			body := "/defectgate accept " + overdue + " until " + c.until + forReason
			if !c.good {
				o := w.refusedFor(signoff.Date, alice, body)
				assert.Equal(t, c.until < w.now.UTC().Format(time.DateOnly), strings.Contains(o.Refusal.Message, "is past"), o.Refusal.Message)
				return
			}
			made := w.recorded(alice, body)
			assert.Equal(t, c.until+"T23:59:59.999999999Z", made.NotAfter.Add(-1).Format(time.RFC3339Nano))
			assert.Equal(t, time.UTC, made.RecordedAt.Location())
		})
	}
}

func TestT31TheLongestTimeIsThatOfTheSeverity(t *testing.T) {
	const control = "\ncontrol: the firewall blocks the path"
	for _, c := range []struct{ defect, last, more string }{
		{critical, "2026-04-01", "2026-04-02"}, {overdue, "2026-05-31", "2026-06-01"}, {overdue2, "2026-08-29", "2026-08-30"},
		{overdue + "," + overdue2, "2026-05-31", "2026-06-01"}, {critical + "," + overdue2, "2026-04-01", "2026-04-02"},
	} {
		newWorld(t).recorded(alice, "/defectgate accept "+c.defect+" until "+c.last+forReason+control)
		o := newWorld(t).refusedFor(signoff.Date, alice, "/defectgate accept "+c.defect+" until "+c.more+forReason+control)
		assert.Contains(t, o.Refusal.Message, c.last, "it says what would be taken")

		// There is no such risk, but that is looked at again when a risk would be.
		made := newWorld(t).recorded(alice, "/defectgate false-positive "+c.defect+forReason)
		assert.Equal(t, c.last, made.NotAfter.Add(-1).Format(time.DateOnly))
	}
}

func TestT31ItHoldsThroughTheEndOfItsLastDay(t *testing.T) {
	w := newWorld(t, newRealLog(t))
	w.recorded(alice, "/defectgate accept "+overdue+" until 2026-03-05"+forReason)
	for at, holds := range map[string]bool{"2026-03-02T12:00:00Z": true, "2026-03-02T11:59:59Z": false, "2026-03-05T23:59:59.999999999Z": true,
		"2026-03-06T00:00:00Z": false, "2026-03-06T01:59:59+02:00": true, "2027-03-05T12:00:00Z": false} {
		var err error
		w.now, err = time.Parse(time.RFC3339Nano, at)
		require.NoError(t, err)
		if holds {
			assert.NotContains(t, denied(w.check()), overdue, at)
		} else {
			assert.Contains(t, denied(w.check()), overdue, at)
		}
	}
}

func TestT31TheHoursOfAnOverride(t *testing.T) {
	of := func(hours string) string {
		return "/defectgate override for " + hours + " because production is down and this repairs it\nticket: OPS-1"
	}
	for _, hours := range []string{"0h", "73h", "720h", "-1h", "01h", "1.5h", "4", "4d"} {
		newWorld(t).refusedFor(signoff.Hours, alice, of(hours))
	}
	made := newWorld(t).recorded(alice, of("72h"))
	assert.Equal(t, noon.Add(72*time.Hour), made.NotAfter)
	w := newWorld(t)
	w.settings("override: {hours: 8}")
	o := w.refusedFor(signoff.Hours, alice, of("9h"))
	assert.Contains(t, o.Refusal.Message, "8 hours")
	w.recorded(alice, of("8h"))
	assert.Equal(t, []string(nil), denied(w.check()))
	w.now = noon.Add(8*time.Hour - 1)
	assert.Empty(t, denied(w.check()))
	w.now = noon.Add(8 * time.Hour)
	assert.Equal(t, []string{critical, overdue, overdue2}, denied(w.check()))
}
