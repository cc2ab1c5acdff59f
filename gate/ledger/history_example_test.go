package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// the gives the only defect of a decision.
func the(t *testing.T, r gate.Report) *gate.Judged {
	t.Helper()
	require.Len(t, r.Decision.Evaluation.Findings, 1)
	return &r.Decision.Evaluation.Findings[0]
}

func TestHistoryFirstSeenIsTheEarliestOfAll(t *testing.T) {
	p := newPast(t)
	dated := func(hour int) bug { b := bugOf("CVE-1"); b.first = hourOf(hour); return b }

	j := the(t, p.check(on(20, by("a", 20, bugOf("CVE-1")))))
	require.Equal(t, []any{hourOf(20), "now"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})
	j = the(t, p.check(on(21, by("a", 21, bugOf("CVE-1")))))
	require.Equal(t, []any{hourOf(20), "ledger"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})

	report := p.check(on(22, by("a", 22, dated(12))))
	j = the(t, report)
	require.Equal(t, []any{hourOf(12), "report"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})
	require.Empty(t, report.Decision.Warnings)
	require.Equal(t, "report", p.one("main", "CVE-1").by, "who knew it is who knew the earliest")

	report = p.check(on(23, by("a", 23, dated(15))))
	j = the(t, report)
	require.Equal(t, []any{hourOf(12), "ledger"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy}, "a report cannot make it younger")
	require.Equal(t, []string{"first_seen of CVE-1 moved to 2026-03-03T00:00:00Z; the ledger knows it since 2026-03-02T21:00:00Z, which counts"},
		report.Decision.Warnings)

	j = the(t, p.check(on(24, by("a", 24, bugOf("CVE-1"))).of("release")))
	require.Equal(t, []any{hourOf(12), "ledger"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy}, "whatever branch knows it")
	j = the(t, p.check(on(10, by("a", 10, bugOf("CVE-1")))))
	require.Equal(t, []any{hourOf(10), "now"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy}, "a clock that goes back is earlier than all")
	require.Equal(t, nanoseconds(hourOf(10)), p.one("main", "CVE-1").first)
	p.same()
}

// Each branch may be the one that knows the earliest.
func TestHistoryFirstSeenOnAnyBranch(t *testing.T) {
	for _, branches := range [][]string{{"main", "release", "main"}, {"release", "main", "main"}, {"main", "release", "topic"}} {
		p, early := newPast(t), bugOf("CVE-1")
		early.first = hourOf(12)
		p.checks(on(20, by("a", 20, bugOf("CVE-1"))).of(branches[0]), on(21, by("a", 21, early)).of(branches[1]))
		j := the(t, p.check(on(22, by("a", 22, bugOf("CVE-1"))).of(branches[2])))
		require.Equal(t, []any{hourOf(12), "ledger"}, []any{j.Clocks.FirstSeen, j.Clocks.SeenBy})
	}
}

func TestHistoryOfAnotherProjectOrComponentIsUnknown(t *testing.T) {
	p := newPast(t)
	prints := the(t, p.check(on(1, by("a", 1, bugOf("CVE-1"))))).Fingerprints
	for _, s := range []step{{project: "43"}, {component: "shop"}} {
		memory, err := p.Recall(t.Context(), s.artifact(), prints)
		require.NoError(t, err)
		require.Empty(t, memory.Defects)
		s.hour, s.scans = 5, []*scanned{by("a", 5, bugOf("CVE-1"))}
		require.Equal(t, hourOf(5), the(t, p.check(s)).Clocks.FirstSeen)
	}
}

func TestHistoryOfAnEmptyLedgerIsNew(t *testing.T) {
	p := newPast(t)
	require.True(t, p.check(on(1, by("a", 1, bugOf("CVE-1")))).Decision.History.New)
	h := p.check(on(2, by("a", 2, bugOf("CVE-1")))).Decision.History
	require.False(t, h.New)
	require.Equal(t, []any{"ledger", p.Store.Origin(), int64(1)}, []any{h.Record, h.Store, h.Size})
	memory, err := (&Ledger{}).Recall(t.Context(), gate.Artifact{}, nil)
	require.NoError(t, err)
	require.Equal(t, gate.Memory{History: gate.History{Record: "file"}}, memory)
}

// A defect is known by any of its fingerprints, and gets more of them.
func TestHistoryKnowsADefectByAnyFingerprint(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("GHSA-1"))), on(2, by("a", 2, bugOf("GHSA-1", "CVE-1"))), on(3, by("a", 3, bugOf("CVE-1", "GO-1"))),
		on(4, by("a", 4, bugOf("GO-1"))))
	r := p.one("main", "GHSA-1")
	require.Equal(t, []string{"opened"}, r.story())
	require.Equal(t, int64(3), r.index)
	require.Equal(t, []string{"CVE-1", "GHSA-1", "GO-1"}, p.names(r.id))
	require.Len(t, p.rows(), 1)
	p.same()
}

// names lists what a defect is called.
func (p *past) names(id int64) (names []string) {
	p.texts(&names, `SELECT n.name FROM defect_name n WHERE n.defect = $1 ORDER BY n.name`, id)
	return names
}

// One secret may be found by two tools, each by a rule of its own: the fingerprint stays, and the names get more.
func TestHistoryNotesNewNamesOfAKnownFingerprint(t *testing.T) {
	p := newPast(t)
	secret := func(rule string) gate.Judged {
		return gate.Judged{Defect: &gate.Defect{ID: rule, Kind: gate.Secret, Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}}}}
	}
	both := secret("aws")
	both.Aliases = []string{"token"}
	p.record(0, secret("aws"))
	require.Equal(t, []string{"aws"}, p.names(1))
	p.record(1, secret("generic"))
	require.Equal(t, []string{"aws", "generic"}, p.names(1))
	p.record(2, both)
	require.Equal(t, []string{"aws", "generic", "token"}, p.names(1))
	p.same()
}

func TestHistoryTellsWhatHappened(t *testing.T) {
	p := newPast(t)
	as := func(severity gate.Severity, state gate.State) bug {
		return bug{ids: []string{"CVE-1"}, severity: severity, state: state}
	}
	except := []gate.Exception{{ID: "EX-1", Defect: "CVE-1", Until: hourOf(6)}}
	with := func(s step, exceptions []gate.Exception) step { s.exceptions = exceptions; return s }
	others := func(s step) []string { return p.check(s).Changes.Others }

	require.Nil(t, p.check(on(1, by("a", 1, as(gate.Low, gate.Open)))).Changes, "of the first decision of a branch")
	require.Equal(t, []string{"CVE-1: severity low → high"}, others(on(2, by("a", 2, as(gate.High, gate.Open)))))
	require.Equal(t, []string{"CVE-1: open → under_investigation"}, others(on(3, by("a", 3, as(gate.High, gate.UnderInvestigation)))))
	require.Equal(t, []string{"CVE-1: covered by exception EX-1"}, others(with(on(4, by("a", 4, as(gate.High, gate.UnderInvestigation))), except)))
	require.Empty(t, others(with(on(5, by("a", 5, as(gate.High, gate.UnderInvestigation))), except)))
	require.Equal(t, []string{"CVE-1: exception EX-1 does not cover it any more"},
		others(with(on(6, by("a", 6, as(gate.High, gate.UnderInvestigation))), except)), "it ends at this instant")
	except[0].Until = hourOf(99)
	p.check(with(on(7, by("a", 7, as(gate.High, gate.Open))), except))
	require.Equal(t, []string{"CVE-1: exception EX-1 does not cover it any more"}, others(on(8, by("a", 8, as(gate.High, gate.Open)))),
		"it was taken away")
	for i, state := range []gate.State{gate.NotAffected, gate.FalsePositive, gate.Suppressed, gate.Open, gate.Fixed, gate.Open} {
		p.check(on(9+i, by("a", 9+i, as(gate.High, state))))
	}
	r := p.one("main", "CVE-1")
	require.Equal(t, []string{"opened", "severity", "excepted", "exception_expired", "excepted", "exception_ended", "not_affected", "false_positive",
		"suppressed", "opened", "fixed", "opened"}, r.story())
	require.Equal(t, []any{0, int64(0), int64(0)}, []any{r.returns, r.returned, r.fixed}, "whoever says that it is fixed stops no clock")
	p.same()
}

// What is new and covered at once has both events; what comes as closed has not been opened.
func TestHistoryOfNewDefects(t *testing.T) {
	p := newPast(t)
	p.check(on(1, by("a", 1)))
	s := on(2, by("a", 2, bugOf("CVE-1"), bug{ids: []string{"CVE-2"}, state: gate.NotAffected}, bug{ids: []string{"CVE-3"}, state: gate.Fixed}))
	s.exceptions = []gate.Exception{{ID: "EX-1", Defect: "CVE-1", Until: hourOf(6)}}
	require.Equal(t, []string{"CVE-1"}, p.check(s).Changes.Opened)
	require.Equal(t, []string{"opened", "excepted"}, p.one("main", "CVE-1").story())
	require.Equal(t, []string{"not_affected"}, p.one("main", "CVE-2").story())
	require.Equal(t, []string{"fixed"}, p.one("main", "CVE-3").story())
	require.Equal(t, nanoseconds(hourOf(2)), p.one("main", "CVE-3").fixed)
	var seen []string
	p.texts(&seen, `SELECT s.state || ' in ' || s.idx FROM sighting s JOIN defect d ON d.defect = s.defect ORDER BY d.name`)
	require.Equal(t, []string{"open in 1", "not_affected in 1", "fixed in 1"}, seen)
}

func TestHistoryNamesWhatChanged(t *testing.T) {
	p := newPast(t)
	p.check(on(1, by("a", 1, bugOf("CVE-1"))))
	before := p.check(on(2, by("a", 2, bugOf("CVE-2"), bugOf("CVE-3"))))
	p.check(on(3, by("a", 3)).of("release"))
	s := on(4, by("a", 4, bugOf("CVE-1"), bugOf("CVE-2"), bugOf("CVE-4")))
	s.policy, s.version, s.level = "other", "2", gate.Deny
	got := p.check(s)
	require.Equal(t, &gate.Changes{Since: before.Decision.ID, At: hourOf(2), Verdict: gate.Pass, Opened: []string{"CVE-4"}, Reopened: []string{"CVE-1"},
		Fixed: []string{"CVE-3"}, Others: []string{"the policies or their settings changed", "the program changed: defectgate 1 → defectgate 2"}}, got.Changes)
	require.Equal(t, gate.Fail, p.check(on(5, by("a", 5))).Changes.Verdict)
}

func TestHistoryTellsThatFeedsChanged(t *testing.T) {
	p := newPast(t)
	for i, feeds := range []string{"kev of 2026-03-01", "kev of 2026-03-01", "kev of 2026-03-02"} {
		d := p.decision(i)
		d.Feeds = feeds
		changes := p.append(d)
		require.Equal(t, i == 2, changes != nil && len(changes.Others) == 1, "%v", changes)
		if i == 2 {
			require.Equal(t, []string{"the feeds changed: kev of 2026-03-01 → kev of 2026-03-02"}, changes.Others)
		}
	}
}

// A record that another program wrote is refused rather than half understood.
func TestHistoryRefusesWhatIsNoDefect(t *testing.T) {
	whole := gate.Defect{ID: "x", Fingerprints: []gate.Fingerprint{{1}}, Occurrences: []*gate.Occurrence{{}}}
	for _, change := range []func(j *gate.Judged){
		func(j *gate.Judged) { j.Defect = nil }, func(j *gate.Judged) { j.Fingerprints = nil }, func(j *gate.Judged) { j.Occurrences = nil },
	} {
		p, d := newPast(t), whole
		j := gate.Judged{Defect: &d}
		change(&j)
		decision := p.decision(0, j)
		_, err := p.Record(t.Context(), decision, nil)
		require.ErrorContains(t, err, "its finding 0 has no fingerprint or stands nowhere")
	}
}

func TestHistoryOfInstants(t *testing.T) {
	for year, known := range map[int]bool{1: false, 1600: false, 1970: false, 1971: true, 2026: true, 2261: true, 2262: false, 9999: false} {
		day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		require.Equal(t, known, nanoseconds(day) > 0, year)
		if known {
			require.Equal(t, day, instant(nanoseconds(day)))
		}
	}
	require.True(t, instant(0).IsZero())
}
