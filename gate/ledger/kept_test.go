package ledger_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// keeping is a log in a branch with three entries, and its copy, kept and sealed.
func keeping(t *testing.T) (branch *held, kept *ledger.Kept) {
	t.Helper()
	log := generated(t)
	signs, _ := log.Ed25519()
	branch = newHeld()
	place := filepath.Join(t.TempDir(), "copy.db")
	l, m := mirroredAt(t, branch, nil, place)
	m.LogKey = signs
	for i := range 3 {
		recorded(t, l, decided(i))
	}
	require.True(t, m.Grown())
	require.NoError(t, l.Store.Close())
	by := entered(t, log, key.Log)
	by.ValidUntil = start.AddDate(1, 0, 0)
	kept = &ledger.Kept{Path: filepath.Join(t.TempDir(), "of", "somebody", "copy.db"), Keys: &key.Set{Keys: []key.Entry{by}},
		Program: "defectgate 1", Now: start}
	require.NoError(t, kept.Leave(place, signs))
	return branch, kept
}

// What a run left spares the next one reading it: only what is new is asked for.
func TestACopyThatIsKeptIsNotReadAgain(t *testing.T) {
	branch, kept := keeping(t)
	place := filepath.Join(t.TempDir(), "mine.db")
	require.NoError(t, kept.Take(place))
	l, m := mirroredAt(t, branch, nil, place)
	branch.read = 0
	require.NoError(t, m.CatchUp(t.Context()))
	require.Equal(t, 1, branch.read, "the checkpoint")
	require.False(t, m.Grown())
	report := recorded(t, l, decided(48))
	require.Equal(t, int64(3), report.Decision.History.Size)
	require.Equal(t, start, report.Decision.Evaluation.Findings[0].Clocks.FirstSeen)
	a := &ledger.Audit{Store: l.Store, Copy: true}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)
}

// A branch that was put back is found by its copy, too.
func TestACopyThatIsKeptKnowsWhatTheBranchHad(t *testing.T) {
	branch, kept := keeping(t)
	branch.head = branch.parents[branch.head]
	place := filepath.Join(t.TempDir(), "mine.db")
	require.NoError(t, kept.Take(place))
	_, m := mirroredAt(t, branch, nil, place)
	require.ErrorIs(t, m.CatchUp(t.Context()), ledger.ErrRolledBack)
}

// resealed is the copy at another place, from which it can be left once more.
func resealed(t *testing.T, k *ledger.Kept) string {
	t.Helper()
	place := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, os.Rename(k.Path, place))
	return place
}

// Whoever may write where the copy lies must not decide what is remembered.
func TestACopyThatNobodySealedDoesNotCount(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, k *ledger.Kept){
		"there is none":      func(t *testing.T, k *ledger.Kept) { require.NoError(t, os.Remove(k.Path)) },
		"it has no seal":     func(t *testing.T, k *ledger.Kept) { require.NoError(t, os.Remove(k.Path+".seal")) },
		"by another program": func(_ *testing.T, k *ledger.Kept) { k.Program = "defectgate 2" },
		"without a key":      func(_ *testing.T, k *ledger.Kept) { k.Keys = nil },
		"with another key": func(t *testing.T, k *ledger.Kept) {
			k.Keys = &key.Set{Keys: []key.Entry{entered(t, generated(t), key.Log)}}
		},
		"the key was revoked": func(_ *testing.T, k *ledger.Kept) { k.Keys.Keys[0].Revoked = start },
		"the key has ended": func(t *testing.T, k *ledger.Kept) {
			k.Now = k.Keys.Keys[0].ValidUntil
		},
		"somebody else sealed it": func(t *testing.T, k *ledger.Kept) {
			other, _ := generated(t).Ed25519()
			require.NoError(t, k.Leave(resealed(t, k), other))
		},
		"nobody sealed it": func(t *testing.T, k *ledger.Kept) { require.NoError(t, k.Leave(resealed(t, k), nil)) },
		"the key set is another": func(t *testing.T, k *ledger.Kept) {
			k.Keys.Keys = append(k.Keys.Keys, entered(t, generated(t), key.Decision))
		},
		"a row was changed": func(t *testing.T, k *ledger.Kept) {
			s := openedFor(t, "sqlite:"+k.Path, store.Write)
			_, err := s.DB().ExecContext(t.Context(), `UPDATE decision SET verdict = 'none'`)
			require.NoError(t, err)
			require.NoError(t, s.Close())
		},
		"it is that of another log": func(t *testing.T, k *ledger.Kept) {
			_, other := keeping(t)
			require.NoError(t, os.Rename(other.Path, k.Path))
		},
		"the seal is a checkpoint of the log": func(t *testing.T, k *ledger.Kept) {
			branch, of := keeping(t)
			*k = *of
			require.NoError(t, os.WriteFile(k.Path+".seal", branch.bytes[branch.commits[branch.head]["checkpoint"]], 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, kept := keeping(t)
			change(t, kept)
			place := filepath.Join(t.TempDir(), "mine.db")
			require.Error(t, kept.Take(place))
			require.NoFileExists(t, place)
		})
	}
}
