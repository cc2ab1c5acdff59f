package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

func change(s *scanned, by func(*scanned)) *scanned {
	by(s)
	return s
}

func with(s step, change func(*step)) step {
	change(&s)
	return s
}

// A defect was seen at hour 10 by the steps; then comes a decision that does not have it.
func TestHistoryClosesWhatACompleteLaterScanDoesNotHave(t *testing.T) {
	x := bugOf("CVE-1")
	seenBy := func(s ...*scanned) []step { return []step{on(10, s...)} }
	two := seenBy(by("a", 10, x), by("b", 10, x))
	as := func(s *scanned, source, subject string) *scanned { s.source, s.subject = source, subject; return s }
	in := func(tool string, status gate.Status, hour int, entries ...bug) *scanned {
		return change(by(tool, hour, entries...), func(s *scanned) { s.status, s.optional = status, true })
	}
	for name, c := range map[string]struct {
		before []step
		after  step
		closes bool
	}{
		"the same scan again":                {seenBy(by("a", 10, x)), on(11, by("a", 11)), true},
		"with another defect":                {seenBy(by("a", 10, x)), on(11, by("a", 11, bugOf("CVE-2"))), true},
		"made at the same time":              {seenBy(by("a", 10, x)), on(11, by("a", 10)), true},
		"by the same clock":                  {seenBy(by("a", 10, x)), on(10, by("a", 10)), true},
		"made before the one that saw it":    {seenBy(by("a", 10, x)), on(11, by("a", 9)), false},
		"which does not say when":            {seenBy(by("a", 10, x)), on(11, by("a", -1)), true},
		"after one which does not say when":  {seenBy(by("a", -1, x)), on(11, by("a", 11)), true},
		"before one which does not say when": {seenBy(by("a", -1, x)), on(11, by("a", 9)), false},
		"by an older clock, of no time":      {seenBy(by("a", 10, x)), on(9, by("a", -1)), false},
		"decided by an older clock":          {seenBy(by("a", 10, x)), on(9, by("a", 10)), false},
		"after one that was ahead of time":   {seenBy(by("a", 20, x)), on(11, by("a", 11)), true},
		"while it is ahead of time itself":   {seenBy(by("a", 10, x)), on(11, by("a", 20)), true},
		"broken off":                         {seenBy(by("a", 10, x)), on(11, in("a", gate.Truncated, 11), by("b", 11)), false},
		"stale":                              {seenBy(by("a", 10, x)), on(11, in("a", gate.Stale, 11), by("b", 11)), false},
		"not there":                          {seenBy(by("a", 10, x)), on(11, in("a", gate.AbsentOptional, -1), by("b", 11)), false},
		"in a decision that is none":         {seenBy(by("a", 10, x)), with(on(11, by("a", 11)), func(s *step) { s.broken = true }), false},
		"another tool, of that file":         {seenBy(by("a", 10, x)), on(11, as(by("b", 11), "a.json", "")), false},
		"the tool, in another report":        {seenBy(by("a", 10, x)), on(11, as(by("a", 11), "b.json", "")), false},
		"of another image":                   {seenBy(as(by("a", 10, x), "a.json", "shop:1")), on(11, as(by("a", 11), "a.json", "till:1")), false},
		"of the image, built again":          {seenBy(as(by("a", 10, x), "a.json", "shop:1")), on(11, as(by("a", 11), "a.json", "shop:2")), true},
		"in another folder":                  {seenBy(as(by("a", 10, x), "a.json", "/b/1")), on(11, as(by("a", 11), "a.json", "./2")), true},
		"in the report of another run":       {seenBy(as(by("a", 10, x), "a-1234567.json", "")), on(11, as(by("a", 11), "a-7654321.json", "")), true},
		"one of two":                         {seenBy(by("a", 10, x), by("b", 10, x)), on(11, by("a", 11)), false},
		"both of two":                        {seenBy(by("a", 10, x), by("b", 10, x)), on(11, by("a", 11), by("b", 11)), true},
		"one after the other":                {append(two[:1:1], on(11, by("a", 11))), on(12, by("b", 12)), true},
		"the first again":                    {append(two[:1:1], on(11, by("a", 11))), on(12, by("a", 12)), false},
		"one that had it, without the other": {append(two[:1:1], on(11, by("a", 11, x))), on(12, by("a", 12)), false},
		"one that had it, the other had not": {append(two[:1:1], on(11, by("a", 11, x), by("b", 11))), on(12, by("a", 12)), true},
		"as that case, in an error": {append(two[:1:1], with(on(11, by("a", 11, x), by("b", 11)),
			func(s *step) { s.broken = true })), on(12, by("a", 12)), false},
		"as that case, by an older clock":   {append(seenBy(by("a", 10, x), by("b", 9, x)), on(9, by("a", 9, x), by("b", 10))), on(12, by("a", 12)), false},
		"which another scan was later than": {seenBy(by("a", 8, x), by("b", 10)), on(11, by("a", 9)), true},
		"one of two reports of one scope": {seenBy(as(by("a", 10, x), "a-1234567.json", ""), as(by("a", 10), "a-1234568.json", "")),
			on(11, as(by("a", 11), "a-2234567.json", "")), false},
		"two reports of one scope": {seenBy(as(by("a", 10, x), "a-1234567.json", ""), as(by("a", 10), "a-1234568.json", "")),
			on(11, as(by("a", 11), "a-2234567.json", ""), as(by("a", 11), "a-2234568.json", "")), true},
		"two reports, one of them old": {seenBy(as(by("a", 10, x), "a-1234567.json", ""), as(by("a", 10), "a-1234568.json", "")),
			on(11, as(by("a", 9), "a-2234567.json", ""), as(by("a", 11), "a-2234568.json", "")), false},
		"two reports, both after the older": {seenBy(as(by("a", 10, x), "a-1234567.json", ""), as(by("a", 8), "a-1234568.json", "")),
			on(11, as(by("a", 9), "a-2234567.json", ""), as(by("a", 9), "a-2234568.json", "")), false},
		"two reports, one of them broken": {seenBy(as(by("a", 10, x), "a-1234567.json", "")),
			on(11, as(by("a", 11), "a-2234567.json", ""), as(in("a", gate.Partial, 11), "a-2234568.json", "")), false},
		"two reports, then one twice": {append(seenBy(as(by("a", 10, x), "a-1234567.json", ""), as(by("a", 10), "a-1234568.json", "")),
			on(11, as(by("a", 11, x), "a-2234567.json", ""))), on(12, as(by("a", 12), "a-3234567.json", "")), true},
		"after one that broke off before it said whose it is": {append(seenBy(as(by("a", 10, x), "a.json", "shop:1")),
			on(11, as(in("", gate.Truncated, 11, x), "a.json", ""), by("b", 11))),
			on(12, as(by("a", 12), "a.json", "shop:2")), true},
		"of another report, after one that broke off": {[]step{on(10, as(in("", gate.Truncated, 10, x), "a.json", ""), by("b", 10))},
			on(12, as(by("a", 12), "c.json", "shop:2")), false},
		"of another tool, after one that broke off": {[]step{on(10, as(in("a", gate.Truncated, 10, x), "a.json", ""), by("b", 10))},
			on(12, as(by("c", 12), "a.json", "shop:2")), false},
		"of another image, after one that broke off": {[]step{on(10, as(in("", gate.Truncated, 10, x), "a.json", "till:3"), by("b", 10))},
			on(12, as(by("a", 12), "a.json", "shop:2")), false},
		"again the one that broke off": {[]step{on(10, as(in("", gate.Truncated, 10, x), "a.json", ""), by("b", 10))},
			on(12, as(in("", gate.Truncated, 12), "a.json", ""), by("b", 12)), false},
		"that may be empty, and proves nothing": {seenBy(by("a", 10, x)), on(11, change(by("a", 11), func(s *scanned) { s.unproven = true })), false},
		"of another image, by what is judged":   {[]step{building("till:1", by("a", 10, x))}, building("shop:2", by("a", 11)), false},
		"of the image, by what is judged":       {[]step{building("shop:1", by("a", 10, x))}, building("shop:1.2.3", by("a", 11)), true},
		"of a file, by what is judged":          {[]step{building("app-1.2.2.jar", by("a", 10, x))}, building("app-1.2.3.jar", by("a", 11)), true},
		"in a question about another day":       {seenBy(by("a", 10, x)), with(on(11, by("a", 11)), func(s *step) { s.observed = true }), false},
		"on another branch":                     {append(seenBy(by("a", 10, x)), on(10, by("a", 10)).of("release")), on(11, by("a", 11)).of("release"), false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPast(t)
			p.checks(c.before...)
			require.NotContains(t, p.one("main", "CVE-1").story(), "fixed")
			changes := p.check(c.after).Changes
			if changes == nil {
				changes = &gate.Changes{}
			}
			r := p.one("main", "CVE-1")
			require.Equal(t, c.closes, r.state == "fixed", r.scopes)
			require.Equal(t, c.closes, r.events[len(r.events)-1].kind == "fixed")
			require.Equal(t, c.closes, len(changes.Fixed) == 1)
			if c.closes {
				require.Equal(t, []any{"", nanoseconds(hourOf(c.after.hour))}, []any{r.scopes, r.fixed})
			}
			p.same()
		})
	}
}

// A tool saw it, then nobody did for a while, and the ledger still knows when the scan that had it was made.
func TestHistoryKnowsTheNewestScanOfWhatDidNotChange(t *testing.T) {
	p := newPast(t)
	p.checks(on(10, by("a", 10, bugOf("CVE-1"))), on(15, by("a", 15, bugOf("CVE-1"))), on(16, by("a", 12)))
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{"open", nanoseconds(hourOf(15)), nanoseconds(hourOf(15)), int64(1)}, []any{r.state, r.lastSeen, r.lastScan, r.index})
	p.checks(on(17, by("a", 11, bugOf("CVE-1"))))
	require.Equal(t, nanoseconds(hourOf(15)), p.one("main", "CVE-1").lastScan, "an older report moves nothing back")
	p.checks(on(5, by("a", 5, bugOf("CVE-1"))))
	require.Equal(t, nanoseconds(hourOf(17)), p.one("main", "CVE-1").lastSeen, "nor does an older clock")
	require.Equal(t, []string{"CVE-1"}, p.check(on(18, by("a", 15))).Changes.Fixed)
	p.same()
}

func TestHistoryReopens(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2, bugOf("CVE-1"))).of("release"), on(3, by("a", 3)))
	require.Equal(t, "fixed", p.one("main", "CVE-1").state)
	require.Equal(t, "open", p.one("release", "CVE-1").state, "main closes nothing there")

	on4 := p.check(on(4, by("a", 4, bugOf("CVE-1"))).of("release"))
	require.Zero(t, the(t, on4).Returns)
	require.Empty(t, on4.Changes.Reopened)
	require.Equal(t, "fixed", p.one("main", "CVE-1").state, "release opens nothing here")

	back := p.check(on(5, by("a", 5, bugOf("CVE-1"))))
	require.Equal(t, []string{"CVE-1"}, back.Changes.Reopened)
	require.Empty(t, back.Changes.Opened)
	j := the(t, back)
	require.Equal(t, []any{1, hourOf(5), hourOf(1)}, []any{j.Returns, j.Clocks.Returned, j.Clocks.FirstSeen})
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{"open", 1, nanoseconds(hourOf(5)), nanoseconds(hourOf(1)), int64(0)}, []any{r.state, r.returns, r.returned, r.first, r.fixed})

	j = the(t, p.check(on(6, by("a", 6, bugOf("CVE-1")))))
	require.Equal(t, []any{1, hourOf(5)}, []any{j.Returns, j.Clocks.Returned}, "it stays the return that it was")
	p.checks(on(7, by("a", 7)), on(8, by("a", 8)))
	j = the(t, p.check(on(9, by("a", 9, bug{ids: []string{"CVE-1"}, state: gate.NotAffected}))))
	require.Equal(t, []any{1, hourOf(5)}, []any{j.Returns, j.Clocks.Returned}, "what is said not to count does not come back")
	r = p.one("main", "CVE-1")
	require.Equal(t, []string{"opened", "fixed", "reopened", "fixed", "severity", "not_affected"}[:4], r.story()[:4])
	require.Zero(t, r.fixed, "it is not fixed any more")
	p.same()
}

// Whatever order they come from the tables in, so that the events are the same row for row when they are made again.
func TestHistoryClosesInOneOrder(t *testing.T) {
	p := newPast(t)
	var bugs []bug
	var names []string
	for _, letter := range "abcdefghijkl" {
		names = append(names, "CVE-"+string(letter-'a'+'A'))
		bugs = append(bugs, bugOf(names[len(names)-1]))
	}
	p.check(on(1, by("a", 1, bugs...)))
	require.Equal(t, names, p.check(on(2, by("a", 2))).Changes.Fixed)
	p.same()
}

// What a statement called fixed does not become so once more when it is gone.
func TestHistoryClosesOnce(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2, bug{ids: []string{"CVE-1"}, severity: gate.High, state: gate.Fixed})))
	require.Empty(t, p.check(on(3, by("a", 3))).Changes.Fixed)
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{[]string{"opened", "fixed"}, nanoseconds(hourOf(2))}, []any{r.story(), r.fixed})
}

// building is a check of an image at the hour of its report.
func building(image string, s *scanned) step {
	made := on(s.hour, s)
	made.image = image
	return made
}

// What a report says that is about something else, or of a day that cannot be, does not become a defect of the branch.
func TestHistoryTakesNothingFromWhatIsAboutSomethingElse(t *testing.T) {
	for _, status := range []gate.Status{gate.WrongSubject, gate.Malformed} {
		p := newPast(t)
		p.check(on(10, change(by("a", 10, bugOf("CVE-1")), func(s *scanned) { s.status = status }), by("b", 10, bugOf("CVE-2"))))
		rows := p.rows()
		require.Len(t, rows, 1, status)
		require.Equal(t, "CVE-2", rows[0].name)
		p.same()
	}
}

// A question about another day, which nothing answers for, leaves no trace in the history.
func TestHistoryLeavesOutWhatWasOnlyAsked(t *testing.T) {
	p := newPast(t)
	p.check(with(on(1, by("a", 1, bugOf("CVE-1"))), func(s *step) { s.observed = true }))
	require.Empty(t, p.rows())
	j := the(t, p.check(on(20, by("a", 20, bugOf("CVE-1")))))
	require.Equal(t, []any{hourOf(20), "now"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})
	p.same()
}

// Who says that a defect is fixed, and then does not, has not stopped its clock; a scan that no longer has it has.
func TestHistoryReturnsOnlyWhatScansDidNotHave(t *testing.T) {
	fixed := func(hour int) *scanned { return by("a", hour, bug{ids: []string{"CVE-1"}, state: gate.Fixed}) }
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, fixed(2)))
	j := the(t, p.check(on(3, by("a", 3, bugOf("CVE-1")))))
	require.Equal(t, []any{0, time.Time{}}, []any{j.Returns, j.Clocks.Returned})
	p.checks(on(4, fixed(4)), on(5, by("a", 5)))
	j = the(t, p.check(on(6, by("a", 6, bugOf("CVE-1")))))
	require.Equal(t, []any{1, hourOf(6)}, []any{j.Returns, j.Clocks.Returned})
	p.same()
}
