package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// Before the set had a key of the log, nothing was signed by one: what was added by then counts as it did, and what is added later is signed.
func TestSignaturesOfTheBranchMayBegin(t *testing.T) {
	branch, log := newHeld(), generated(t)
	signs, _ := log.Ed25519()
	unsigned := func(keys *key.Set) *ledger.Ledger {
		l, m := mirrored(t, branch, keys)
		m.LogKey = nil
		require.NoError(t, m.CatchUp(t.Context()))
		return l
	}
	recorded(t, unsigned(nil), decided(0))
	by := entered(t, log, key.Log)
	by.ValidFrom = start.Add(time.Hour)
	keys := &key.Set{Keys: []key.Entry{by}}
	late := decided(2)
	refused, err := late.decide(t.Context(), unsigned(keys))
	require.NoError(t, err)
	require.Equal(t, gate.Error, refused.Decision.Verdict, "a run without the key adds nothing")
	l, m := mirrored(t, branch, keys)
	m.LogKey = signs
	recorded(t, l, decided(3))
	caughtUp(t, branch, keys)
	recorded(t, unsigned(nil), decided(4))
	_, m = mirrored(t, branch, keys)
	err = m.CatchUp(t.Context())
	require.ErrorContains(t, err, "the checkpoint is not signed")
	require.Contains(t, gate.HintOf(err), "valid_from")
}

// The date that an entry gives itself does not decide whether the checkpoint must be signed: whoever adds one may choose any.
func TestADateInThePastNeedsASignatureToo(t *testing.T) {
	branch, log, by := newHeld(), generated(t), generated(t)
	signs, _ := log.Ed25519()
	entry := entered(t, log, key.Log)
	entry.ValidFrom, entry.ValidUntil = start.Add(-time.Hour), start.AddDate(1, 0, 0)
	keys := &key.Set{Keys: []key.Entry{entry}}
	l, m := mirrored(t, branch, keys)
	m.LogKey = signs
	require.NoError(t, m.CatchUp(t.Context()))
	recorded(t, l, decided(0))
	for name, days := range map[string]int{"past": -300, "future": 600} {
		t.Run(name, func(t *testing.T) {
			head := branch.head
			forger, without := mirrored(t, branch, nil)
			without.LogKey = nil
			require.NoError(t, without.CatchUp(t.Context()))
			offs := offsOf(t, forger, by)
			offs.Keys.Keys[0].ValidFrom = start.AddDate(-9, 0, 0)
			_, err := offs.Append(t.Context(), "99", recordOf(77), saying(made(gate.AcceptedRisk, 24*days)))
			require.NoError(t, err)
			_, m := mirrored(t, branch, keys)
			require.ErrorContains(t, m.CatchUp(t.Context()), "is not signed")
			branch.head = head
		})
	}
}
