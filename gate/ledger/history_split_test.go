package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Two that turn out to be one become the older, with all that was known of both.
func TestHistoryMergesWhatTurnsOutToBeOne(t *testing.T) {
	p := newPast(t)
	other := bugOf("GHSA-1")
	other.severity = gate.Low
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2, bugOf("CVE-1")), by("b", 2, other)))
	report := p.check(on(3, by("a", 3, bugOf("CVE-1", "GHSA-1"))))
	require.Equal(t, hourOf(1), the(t, report).Clocks.FirstSeen)
	require.Empty(t, report.Changes.Opened)
	require.Empty(t, report.Changes.Fixed, "what is part of another is not gone")

	into, gone := p.one("main", "CVE-1"), p.one("main", "GHSA-1")
	require.Equal(t, []string{"opened"}, into.story())
	require.Equal(t, []string{"opened", "merged"}, gone.story())
	require.Equal(t, "CVE-1", gone.events[1].detail)
	require.Equal(t, []any{"open", "fixed"}, []any{into.state, gone.state})
	require.Equal(t, []string{"CVE-1", "GHSA-1"}, p.names(into.id), "it goes by both names")

	p.check(on(4, by("a", 4)))
	require.Equal(t, "open", p.one("main", "CVE-1").state, "the scan that had the other was not made again")
	p.check(on(5, by("a", 5), by("b", 1)))
	require.Equal(t, "open", p.one("main", "CVE-1").state, "nor later")
	p.check(on(6, by("a", 6), by("b", 6)))
	require.Equal(t, "fixed", p.one("main", "CVE-1").state)
	require.Equal(t, []string{"opened", "merged"}, p.one("main", "GHSA-1").story())
	require.Equal(t, 1, the(t, p.check(on(7, by("b", 7, other)))).Returns, "its fingerprint is that of the one")
	require.Equal(t, "open", p.one("main", "CVE-1").state)
	p.same()
}

// One of two histories is open: what they are together was never gone, and does not come back.
func TestHistoryOfTwoOfWhichOneIsOpenDoesNotComeBack(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2)), on(3, by("a", 3, bugOf("CVE-1"))), on(4, by("a", 4, bugOf("GHSA-1"))))
	require.Equal(t, "fixed", p.one("main", "CVE-1").state)
	report := p.check(on(5, by("a", 5, bugOf("CVE-1", "GHSA-1"))))
	require.Equal(t, []any{1, hourOf(3)}, []any{the(t, report).Returns, the(t, report).Clocks.Returned})
	require.Empty(t, report.Changes.Reopened)
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{"open", 1, nanoseconds(hourOf(3)), int64(0)}, []any{r.state, r.returns, r.returned, r.fixed})
	require.Equal(t, []string{"opened", "fixed", "reopened", "fixed", "opened"}, r.story())
	p.same()
}

// What both were is kept: the returns of either, and the newest scan that had it.
func TestHistoryOfTwoKeepsWhatEitherWas(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(2, by("a", 2, bugOf("CVE-1"), bugOf("GHSA-1"))), on(3, by("a", 3, bugOf("CVE-1"))),
		on(9, by("a", 9, bugOf("CVE-1"), bugOf("GHSA-1"))))
	p.check(on(5, by("a", 5, bugOf("CVE-1", "GHSA-1"))))
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{1, nanoseconds(hourOf(9))}, []any{r.returns, r.returned})

	p = newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1"))), on(9, by("b", 9, bugOf("GHSA-1"))), on(5, by("a", 5, bugOf("CVE-1", "GHSA-1"))))
	r = p.one("main", "CVE-1")
	require.Equal(t, []int64{nanoseconds(hourOf(9)), nanoseconds(hourOf(9))}, []int64{r.lastSeen, r.lastScan}, "it was seen later on, as the other")
	p.checks(on(8, by("a", 9), by("b", 9)))
	require.Equal(t, "open", p.one("main", "CVE-1").state)
	p.same()
}

func TestHistoryMergesIntoTheOlder(t *testing.T) {
	p := newPast(t)
	old := bugOf("GHSA-1")
	old.first = hourOf(1)
	p.checks(on(5, by("a", 5, bugOf("CVE-1"))), on(6, by("a", 6, bugOf("CVE-1"), old)), on(7, by("a", 7, bugOf("GHSA-1", "CVE-1"))))
	require.Equal(t, []string{"opened", "merged"}, p.one("main", "CVE-1").story(), "it came to the ledger first, and was seen later")
	require.Equal(t, "open", p.one("main", "GHSA-1").state)

	p = newPast(t)
	p.checks(on(5, by("a", 5, bugOf("CVE-2"), bugOf("GHSA-2"), bugOf("GO-2"))), on(7, by("a", 7, bugOf("GO-2", "GHSA-2", "CVE-2"))))
	require.Equal(t, []any{"open", "fixed", "fixed"}, []any{p.one("main", "CVE-2").state, p.one("main", "GHSA-2").state, p.one("main", "GO-2").state},
		"of one age, the first of the list")
	p.same()
}

// One part keeps the history, and the other begins when the whole did.
func TestHistoryOfWhatSplits(t *testing.T) {
	p := newPast(t)
	p.check(on(1, by("a", 1, bugOf("CVE-1", "GHSA-1"))))
	split := p.check(on(2, by("a", 2, bugOf("CVE-1"), bugOf("GHSA-1"))))
	for _, j := range split.Decision.Evaluation.Findings {
		require.Equal(t, hourOf(1), j.Clocks.FirstSeen)
	}
	require.Empty(t, split.Changes.Opened, "it is not new")
	require.Equal(t, []string{"GHSA-1: was one with CVE-1"}, split.Changes.Others)
	part := p.one("main", "GHSA-1")
	require.Equal(t, []any{nanoseconds(hourOf(1)), []happening{{"opened", "CVE-1", 1}}}, []any{part.first, part.events})
	require.Equal(t, []string{"GHSA-1"}, p.names(part.id))

	p.check(on(3, by("a", 3, bugOf("CVE-1"))))
	require.Equal(t, []any{"open", "fixed"}, []any{p.one("main", "CVE-1").state, p.one("main", "GHSA-1").state}, "each has a history of its own")
	p.check(on(4, by("a", 4, bugOf("GHSA-1"))))
	require.Equal(t, []any{"fixed", "open"}, []any{p.one("main", "CVE-1").state, p.one("main", "GHSA-1").state})
	p.same()
}

// The whole was fixed, and comes back in parts: both come back.
func TestHistoryOfWhatComesBackInParts(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1", "GHSA-1"))), on(2, by("a", 2)))
	back := p.check(on(3, by("a", 3, bugOf("CVE-1"), bugOf("GHSA-1"))))
	require.Equal(t, []string{"CVE-1", "GHSA-1"}, back.Changes.Reopened)
	for i, name := range back.Changes.Reopened {
		j, r := back.Decision.Evaluation.Findings[i], p.one("main", name)
		require.Equal(t, []any{1, hourOf(3)}, []any{j.Returns, j.Clocks.Returned})
		require.Equal(t, []any{1, nanoseconds(hourOf(3))}, []any{r.returns, r.returned})
		require.Equal(t, "reopened", r.events[len(r.events)-1].kind)
	}
	p.same()
}

// The whole was said to be fixed: its parts do not come back, they were never gone.
func TestHistoryOfPartsOfWhatWasSaidToBeFixed(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1", "GHSA-1"))), on(2, by("a", 2, bug{ids: []string{"CVE-1", "GHSA-1"}, state: gate.Fixed})))
	back := p.check(on(3, by("a", 3, bugOf("CVE-1"), bugOf("GHSA-1"))))
	require.Empty(t, back.Changes.Reopened)
	for _, r := range p.rows() {
		require.Equal(t, []any{0, int64(0)}, []any{r.returns, r.returned}, r.name)
		require.NotContains(t, r.story(), "reopened")
	}
	p.same()
}

// A part goes to another defect, in the same decision in which that takes up a third.
func TestHistoryOfPartsThatChangeTheirDefect(t *testing.T) {
	p := newPast(t)
	p.checks(on(1, by("a", 1, bugOf("CVE-1", "GHSA-1"))), on(2, by("a", 2, bugOf("CVE-1", "GHSA-1"), bugOf("GO-2"), bugOf("GO-3"))),
		on(3, by("a", 3, bugOf("CVE-1"), bugOf("GHSA-1", "GO-2", "GO-3"))))
	r := p.one("main", "GO-2")
	require.Equal(t, []any{"open", nanoseconds(hourOf(1))}, []any{r.state, r.first}, "it inherits first seen")
	require.Equal(t, []string{"opened", "merged"}, p.one("main", "GO-3").story())
	require.Equal(t, []string{"GHSA-1", "GO-2", "GO-3"}, p.names(r.id))
	p.check(on(4, by("a", 4, bugOf("GHSA-1"))))
	require.Equal(t, []any{"fixed", "open"}, []any{p.one("main", "CVE-1").state, p.one("main", "GO-2").state})
	p.same()
}

// No merging gives two findings one fingerprint; where a record has it, the last of them keeps it.
func TestHistoryOfTwoFindingsWithOneFingerprint(t *testing.T) {
	p := newPast(t)
	finding := func(id string) gate.Judged {
		return gate.Judged{Defect: &gate.Defect{ID: id, Fingerprints: []gate.Fingerprint{{1}, {1}}, Occurrences: []*gate.Occurrence{{}}}}
	}
	p.record(0, finding("x"), finding("y"))
	require.Equal(t, []any{"open", "open"}, []any{p.one("main", "x").state, p.one("main", "y").state})
	p.record(1, finding("y"))
	require.Equal(t, []int64{0, 1}, []int64{p.one("main", "x").index, p.one("main", "y").index})
	p.same()
}

// Somebody else recorded between what was remembered and what is recorded: the tables know more than the decision.
func TestHistoryOfTwoAtOnce(t *testing.T) {
	p := newPast(t)
	late := with(on(6, by("a", 6, bugOf("CVE-1"))), func(s *step) {
		s.meanwhile = func() { p.check(on(4, by("a", 4, bugOf("CVE-1")))) }
	})
	require.Equal(t, hourOf(6), the(t, p.check(late)).Clocks.FirstSeen, "nobody had told")
	r := p.one("main", "CVE-1")
	require.Equal(t, []any{nanoseconds(hourOf(4)), []string{"opened"}}, []any{r.first, r.story()})
	require.Equal(t, hourOf(4), the(t, p.check(on(7, by("a", 7, bugOf("CVE-1"))))).Clocks.FirstSeen)
	p.same()
}

func TestHistoryInPostgreSQL(t *testing.T) {
	p := pastAt(t, pgtest.Shared(t).NewDatabase(t))
	strange := func(hour int, bugs ...bug) *scanned { // its texts are such as PostgreSQL does not take
		return change(by("c\x00", hour, bugs...), func(s *scanned) { s.source, s.subject = "c\x00.json", "\x00" })
	}
	p.checks(on(1, by("a", 1, bugOf("CVE-1", "GHSA-1"), bugOf("CVE-2"), bugOf("GO-3")), by("b", 1, bugOf("CVE-2"))),
		on(2, by("a", 2, bugOf("CVE-1"), bugOf("GHSA-1"))), on(3, by("a", 3), by("b", 3)).of("release"),
		on(4, by("a", 4), by("b", 4)), on(5, by("a", 5, bugOf("CVE-2", "GO-3"))),
		with(on(6, by("a", 6, bugOf("CVE-2")), strange(6, bugOf("x\x00"))), func(s *step) {
			s.exceptions = []gate.Exception{{ID: "EX-1", Defect: "CVE-2", Until: hourOf(9)}}
		}))
	require.Equal(t, []string{"opened", "fixed", "reopened", "excepted"}, p.one("main", "CVE-2").story())
	require.Equal(t, []string{"opened", "fixed", "merged"}, p.one("main", "GO-3").story())
	require.Equal(t, "EX-1", p.one("main", "CVE-2").exception)
	require.Equal(t, []string{"x\uFFFD"}, p.check(on(7, strange(7))).Changes.Fixed)
	for _, r := range p.rows() {
		p.retold(r)
	}
	p.same()
	before := p.rows()
	require.NoError(t, p.Rebuild(t.Context()))
	require.Equal(t, before, p.rows())
	b, err := NewestOf(t.Context(), p.Store, step{}.artifact(), "")
	require.NoError(t, err)
	require.Empty(t, b.Unproven)
	tables, err := store.Differences(t.Context(), p.Store, p.Store)
	require.NoError(t, err)
	require.Empty(t, tables)
}
