package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Few names, so that sets of them overlap, join and split often. None is a CVE: these never stand for one another.
var (
	someName = rapid.SampledFrom([]string{"GHSA-a", "GHSA-b", "GHSA-c", "GO-1", "GO-2", "OSV-1"})
	someBug  = rapid.Custom(func(t *rapid.T) bug {
		b := bug{ids: rapid.SliceOfNDistinct(someName, 1, 3, rapid.ID[string]).Draw(t, "ids"),
			severity: rapid.SampledFrom([]gate.Severity{gate.Low, gate.High}).Draw(t, "severity")}
		if rapid.IntRange(0, 3).Draw(t, "said") == 0 {
			b.state = rapid.SampledFrom(gate.States()).Draw(t, "state")
		}
		if rapid.IntRange(0, 5).Draw(t, "dated") == 0 {
			b.first = hourOf(rapid.IntRange(0, 9).Draw(t, "first"))
		}
		return b
	})
)

// someScans gives the reports of a tool: none, one, or two of one scope.
func someScans(t *rapid.T, tool string, hour int) (scans []*scanned) {
	for i := range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2}).Draw(t, "reports of "+tool) {
		s := &scanned{source: fmt.Sprintf("%s-%d.json", tool, 100001+hour*2+i), tool: tool, subject: fmt.Sprintf("shop:%d", hour), optional: true,
			hour: hour + rapid.SampledFrom([]int{0, 0, 0, -1, -3, 5}).Draw(t, "made"), entries: rapid.SliceOfN(someBug, 0, 3).Draw(t, "entries")}
		if rapid.IntRange(0, 9).Draw(t, "dated") == 0 {
			s.hour = -1
		}
		if rapid.IntRange(0, 5).Draw(t, "broken") == 0 {
			s.status = gate.Truncated
		}
		scans = append(scans, s)
	}
	return scans
}

// someStep is a check at about the hour after another, sometimes before it.
func someStep(t *rapid.T, hour int) step {
	s := step{hour: max(10, hour+rapid.SampledFrom([]int{1, 1, 1, 2, 0, -1, -4}).Draw(t, "later")),
		branch:    rapid.SampledFrom([]string{"main", "main", "release"}).Draw(t, "branch"),
		component: rapid.SampledFrom([]string{"", "", "", "other"}).Draw(t, "component"),
		broken:    rapid.IntRange(0, 9).Draw(t, "policy") == 0,
		level:     rapid.SampledFrom([]gate.Level{"", gate.Warn, gate.Deny}).Draw(t, "level")}
	for _, tool := range []string{"alpha", "beta"} {
		s.scans = append(s.scans, someScans(t, tool, s.hour)...)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "exceptions") {
		s.exceptions = append(s.exceptions, gate.Exception{ID: fmt.Sprintf("EX-%d", i), Defect: someName.Draw(t, "excepted"),
			Until: hourOf(s.hour + rapid.IntRange(-1, 2).Draw(t, "until"))})
	}
	return s
}

func someSteps(t *rapid.T) (steps []step) {
	hour := 20
	for range rapid.IntRange(1, maxSteps).Draw(t, "steps") {
		s := someStep(t, hour)
		hour = s.hour
		steps = append(steps, s)
	}
	return steps
}

// inMemory is a ledger that nobody keeps.
func inMemory(t *rapid.T) *past {
	s, err := store.Scratch(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return &past{Ledger: &Ledger{Store: s}, t: t, ctx: context.Background()}
}

func TestHistoryIsThatOfThePlainModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, model, first := inMemory(t), &plain{t: t, branches: map[string][]*plainDefect{}}, map[int64]int64{}
		for _, s := range someSteps(t) {
			report := p.check(s)
			model.decide(s, &report.Decision)
			p.holds(model)
			for _, r := range p.rows() {
				require.True(t, first[r.id] == 0 || r.first <= first[r.id], "first seen moved later")
				first[r.id] = r.first
			}
		}
		for _, r := range p.rows() {
			p.retold(r)
		}
		p.same()
	})
}

// holds compares the tables with the model.
func (p *past) holds(model *plain) {
	rows := map[int64]*row{}
	for _, r := range p.rows() {
		rows[r.id] = r
	}
	of := map[string]int64{}
	const marked = `SELECT f.fingerprint, b.component, b.name, f.defect FROM defect_fingerprint f JOIN branch b ON b.branch = f.branch`
	p.each(marked, func(r *sql.Rows) error {
		var mark []byte
		var component, branch string
		var id int64
		err := r.Scan(&mark, &component, &branch, &id)
		of[component+"/"+branch+string(mark)] = id
		return err
	})
	marks := 0
	for key, list := range model.branches {
		ids := map[int64]bool{}
		for _, d := range list {
			var r *row
			for mark := range d.marks {
				marks++
				id := of[key+string(mark[:])]
				require.True(p.t, r == nil || r.id == id, "the marks of one defect are those of several")
				r = rows[id]
			}
			if r == nil {
				continue // another took all its fingerprints: nothing can be said of it any more
			}
			require.False(p.t, ids[r.id], "two defects are one row")
			ids[r.id] = true
			require.Equal(p.t, []string{d.state.String(), d.severity.String(), d.exception, fmt.Sprint(d.returns), d.first.String()},
				[]string{r.state, r.severity, r.exception, fmt.Sprint(r.returns), instant(r.first).String()}, "%s %s %v", key, r.name, r.story())
			require.Equal(p.t, d.state == gate.Fixed, r.fixed != 0)
		}
	}
	require.Len(p.t, of, marks)
}

// retold replays the events of a defect, which end in what the defect is.
func (p *past) retold(r *row) {
	var state, severity, exception string
	const first = `SELECT severity FROM sighting WHERE defect = $1 ORDER BY idx LIMIT 1`
	require.NoError(p.t, p.Store.DB().QueryRowContext(p.ctx, first, r.id).Scan(&severity))
	for i, e := range r.events {
		switch e.kind {
		case "opened":
			require.NotEqual(p.t, "open", state)
			state = "open"
		case "reopened":
			require.True(p.t, state == "fixed" || i == 0 && e.detail != "", "of a part that was split off, the whole was fixed")
			state = "open"
		case "merged":
			state = "fixed"
			require.Len(p.t, r.events, i+1, "nothing happens any more")
		case "severity":
			from, to, _ := strings.Cut(e.detail, " → ")
			require.Equal(p.t, severity, from)
			severity = to
		case "excepted":
			require.Empty(p.t, exception)
			exception = e.detail
		case "exception_ended", "exception_expired":
			require.Equal(p.t, exception, e.detail)
			exception = ""
		default:
			require.NotEqual(p.t, state, e.kind)
			require.Contains(p.t, []string{"fixed", "suppressed", "not_affected", "false_positive"}, e.kind)
			state = e.kind
		}
	}
	if r.state == "under_investigation" {
		require.Equal(p.t, "open", state)
		state = r.state
	}
	require.Equal(p.t, []string{r.state, r.severity, r.exception}, []string{state, severity, exception})
}

// What was decided on other branches and of other components changes no state: only first seen comes from there.
func TestHistoryOfABranchIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, alone := inMemory(t), inMemory(t)
		steps := someSteps(t)
		all.checks(steps...)
		alone.checks(slices.DeleteFunc(steps, func(s step) bool { return s.branch != "main" || s.component != "" })...)
		require.Equal(t, alone.states(), all.states())
	})
}

// states gives what is known of each fingerprint on the main branch.
func (p *past) states() map[string]string {
	states := map[string]string{}
	p.each(`SELECT f.fingerprint, d.state, d.severity, d.exception_id, d.returns, d.fixed_ns, d.returned_ns FROM defect_fingerprint f
		JOIN defect d ON d.defect = f.defect JOIN branch b ON b.branch = d.branch WHERE b.name = 'main' AND b.component = ''`, func(r *sql.Rows) error {
		var mark []byte
		var state, severity, exception string
		var returns, fixed, returned int64
		err := r.Scan(&mark, &state, &severity, &exception, &returns, &fixed, &returned)
		states[string(mark)] = fmt.Sprint(state, severity, exception, returns, fixed, returned)
		return err
	})
	return states
}
