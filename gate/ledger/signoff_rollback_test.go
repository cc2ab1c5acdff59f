package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// rolledBack gives a ledger that was set back to before its last sign-off, a revocation, and the checkpoint that was kept with it.
func rolledBack(t *testing.T, address string, by *key.Private) (*ledger.SignOffs, string) {
	t.Helper()
	l := opened(t, address)
	offs := offsOf(t, l, by)
	recorded(t, l, story()[0])
	signed(t, offs, 1, made(gate.AcceptedRisk, 1))
	require.NoError(t, l.Store.Close())
	older := copyOf(t, address)

	l.Store = openedFor(t, address, store.Write)
	signed(t, offs, 2, made(gate.RevocationFor, 2))
	report := recorded(t, l, story()[1])
	require.Len(t, readBack(t, offs), 2)
	return offsOf(t, opened(t, older), by), report.Receipt.Checkpoint
}

// TestT29Rollback sets a ledger back: where the checkpoint of a later decision was kept, nothing is decided with it.
func TestT29Rollback(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		offs, kept := rolledBack(t, address, generated(t))
		_, err := offs.Ledger.Recall(t.Context(), gate.Artifact{Project: project}, nil)
		require.NoError(t, err, "by itself it holds")
		auditedBy(t, offs)
		head, err := offs.Ledger.Store.Head(t.Context())
		require.NoError(t, err)
		offs.Ledger.Older = []string{head.Body(), kept} // it must hold each
		_, err = offs.Ledger.Recall(t.Context(), gate.Artifact{Project: project}, nil)
		require.ErrorContains(t, err, "the checkpoint that was kept does not hold: rollback")
		r := run{key: "more", branch: "main", hour: 9}
		report, err := r.decide(t.Context(), offs.Ledger)
		require.NoError(t, err)
		require.Equal(t, gate.Error, report.Decision.Verdict)
		a := &ledger.Audit{Store: offs.Ledger.Store, Keys: offs.Keys, Older: kept}
		require.NoError(t, a.Run(t.Context()))
		require.Len(t, a.Faults, 1)
		require.Contains(t, a.Faults[0], "rollback")
	})
}

// TestT29RollbackIsSeenByThoseWhoReadTheRegister, who may ask for nothing else: a list of exceptions, a command in a comment.
func TestT29RollbackIsSeenByThoseWhoReadTheRegister(t *testing.T) {
	offs, kept := rolledBack(t, "sqlite:"+t.TempDir()+"/ledger.db", generated(t))
	offs.Ledger.Older = []string{kept}
	t.Run("read", func(t *testing.T) {
		_, err := offs.Read(t.Context(), project)
		require.ErrorContains(t, err, "rollback")
	})
	t.Run("append", func(t *testing.T) {
		_, err := offs.Append(t.Context(), project, recordOf(3), saying(made(gate.AcceptedRisk, 3)))
		require.ErrorContains(t, err, "rollback")
		require.Len(t, idsOf(t, offs.Ledger.Store), 2)
	})
}

// TestT29Fork has the revocation taken out and the tree made again, with something else behind it.
func TestT29Fork(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		by := generated(t)
		registered(t, address, by)
		whole := opened(t, address)
		head, err := whole.Store.Head(t.Context())
		require.NoError(t, err)
		require.NoError(t, whole.Store.Close())
		l := unguarded(t, copyOf(t, address))
		changes(t, l.Store, `DELETE FROM log_leaf WHERE idx = $1`, lastOff)
		regrown(t, l.Store)
		offs := offsOf(t, l, by)
		require.Len(t, readBack(t, offs), 2, "by itself the register holds")
		signed(t, offs, 4, made(gate.AcceptedRisk, 4))
		l.Older = []string{head.Body()}
		_, err = l.Recall(t.Context(), gate.Artifact{Project: project}, nil)
		require.ErrorContains(t, err, "the checkpoint that was kept does not hold")
		l.Older = nil
		a := &ledger.Audit{Store: l.Store, Keys: offs.Keys}
		require.NoError(t, a.Run(t.Context()))
		require.NotEmpty(t, a.Faults, "the decision behind it saw another log")
	})
}

// TestT29EndThatIsHidden takes the last sign-off, a revocation, out of the register, and leaves the tree as it is. No number is missing then, and the
// checkpoint that was kept holds.
func TestT29EndThatIsHidden(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, s *store.Store){
		"of no register": func(t *testing.T, s *store.Store) {
			changes(t, s, `UPDATE log_leaf SET register = '' WHERE idx = $1`, lastOff)
		},
		"of another register": func(t *testing.T, s *store.Store) {
			changes(t, s, `UPDATE log_leaf SET register = '43' WHERE idx = $1`, lastOff)
		},
		"something in its place": func(t *testing.T, s *store.Store) {
			changes(t, s, `UPDATE log_leaf SET register = '', kind = 'decision', payload = leaf_hash, record_id = 'other' WHERE idx = $1`, lastOff)
		},
		"a row elsewhere in its place": func(t *testing.T, s *store.Store) {
			changes(t, s, `UPDATE log_leaf SET register = '', idx = -1 WHERE idx = $1`, lastOff)
		},
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, address string) {
				by := generated(t)
				registered(t, address, by)
				l := unguarded(t, copyOf(t, address))
				change(t, l.Store)
				offs := offsOf(t, l, by)
				a := &ledger.Audit{Store: l.Store, Keys: offs.Keys}
				unread := a.Run(t.Context())
				require.True(t, unread != nil || len(a.Faults) > 0, "an audit sees it")
				if _, err := offs.Read(t.Context(), project); !byAudit[name] {
					require.ErrorIs(t, err, gate.ErrRegister)
				}
			})
		})
	}
}

// byAudit is what is seen only where every entry is read: a check does not, and the manual says so.
var byAudit = map[string]bool{"of another register": true, "something in its place": true}

// dated adds a sign-off as whoever holds the key could: with any date.
func dated(t *testing.T, offs *ledger.SignOffs, number int, at time.Time) {
	t.Helper()
	s := made(gate.AcceptedRisk, 0)
	s.Schema, s.ID, s.Project, s.Number, s.Signer = gate.SignOffSchema, recordOf(number), project, int64(number), offs.Key.ID()
	s.RecordedAt, s.NotAfter = at, start.AddDate(1, 0, 0)
	forged(t, offs.Ledger.Store, sealed(t, *s, offs.Key.(*key.Private)))
}

// TestBackDatedSignOffs: the clocks of those who sign off may differ by an hour. Whoever has a key that ended writes no date from before its end.
func TestBackDatedSignOffs(t *testing.T) {
	noon, hour := start.Add(3*time.Hour), time.Hour
	for name, c := range map[string]struct {
		at     []time.Time
		faulty []bool
	}{
		"in order":            {[]time.Time{noon, noon.Add(1), noon.Add(hour)}, []bool{false, false, false}},
		"at once":             {[]time.Time{noon, noon}, []bool{false, false}},
		"an hour before":      {[]time.Time{noon, noon.Add(-hour)}, []bool{false, false}},
		"more than an hour":   {[]time.Time{noon, noon.Add(-hour - 1), noon}, []bool{false, true, false}},
		"twice":               {[]time.Time{noon, noon.AddDate(0, -1, 0), noon.AddDate(0, -1, 0)}, []bool{false, true, true}},
		"an hour, and again":  {[]time.Time{noon, noon.Add(-hour), noon.Add(-2 * hour)}, []bool{false, false, true}},
		"and in order behind": {[]time.Time{noon, noon.AddDate(0, -1, 0), noon, noon.Add(1)}, []bool{false, true, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
			for i, at := range c.at {
				dated(t, offs, i+1, at)
			}
			var faulty []bool
			for _, s := range readBack(t, offs) {
				faulty = append(faulty, s.Fault != "")
			}
			require.Equal(t, c.faulty, faulty)
		})
	}
}

// TestBackDatedSignOffIsNotWritten: it could never count, and would stay.
func TestBackDatedSignOffIsNotWritten(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
	signed(t, offs, 1, made(gate.AcceptedRisk, 9))
	_, err := offs.Append(t.Context(), project, recordOf(2), saying(made(gate.AcceptedRisk, 7)))
	require.Error(t, err)
	require.Len(t, idsOf(t, offs.Ledger.Store), 1)
}
