package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// decided is one check on main, with a defect.
func decided(n int) run {
	return run{key: fmt.Sprintf("run %d", n), branch: "main", hour: n, defects: []string{"CVE-2026-0001"}, severity: gate.High}
}

func TestOneMachineRemembersWhatAnotherRecorded(t *testing.T) {
	branch := newHeld()
	first := caughtUp(t, branch, nil)
	require.True(t, recorded(t, first, decided(0)).Decision.History.New)
	recorded(t, first, decided(1))
	second := caughtUp(t, branch, nil)
	report := recorded(t, second, decided(48))
	require.Equal(t, start, report.Decision.Evaluation.Findings[0].Clocks.FirstSeen, "the day on which the other machine saw it")
	require.Equal(t, int64(2), report.Decision.History.Size)
	third := caughtUp(t, branch, nil)
	for _, l := range []*ledger.Ledger{second, third} {
		head, err := l.Store.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(3), head.Size)
		a := &ledger.Audit{Store: l.Store, Copy: true}
		require.NoError(t, a.Run(t.Context()))
		require.Empty(t, a.Faults)
	}
}

// A machine that does not know of the newest entries finds out when it wants to add one, and adds it behind them.
func TestWhoeverIsBehindCatchesUpAndAddsBehindTheOthers(t *testing.T) {
	branch := newHeld()
	first, second := caughtUp(t, branch, nil), caughtUp(t, branch, nil)
	recorded(t, first, decided(0))
	require.Equal(t, int64(1), recorded(t, second, decided(1)).Receipt.Index)
	require.Equal(t, int64(2), recorded(t, first, decided(2)).Receipt.Index)
}

// T30: of twenty who sign off at once, each on a machine of its own, none is lost and none counted twice.
func TestT30TwentyAtOnceInABranch(t *testing.T) {
	branch, by := newHeld(), generated(t)
	var all sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		offs := offsOf(t, caughtUp(t, branch, nil), by)
		all.Go(func() {
			for try := range 12 { // who loses eight times in a row is told so, and tries again
				_, errs[i] = offs.Append(context.Background(), project, recordOf(i+1), saying(made(gate.AcceptedRisk, 0)))
				if !errors.Is(errs[i], store.ErrBehind) || try == 11 {
					return
				}
			}
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	list, err := offsOf(t, caughtUp(t, branch, nil), by).Read(t.Context(), project)
	require.NoError(t, err)
	require.Len(t, list, 20)
	for i, s := range list {
		require.Equal(t, int64(i+1), s.Number)
	}
}

func TestWhatTheBranchDoesNotTakeStandsNowhere(t *testing.T) {
	branch := newHeld()
	l := caughtUp(t, branch, nil)
	recorded(t, l, decided(0))
	branch.refuses = errors.New("no right to write")
	r := decided(1)
	report, err := r.decide(t.Context(), l)
	require.NoError(t, err)
	require.Equal(t, gate.Error, report.Decision.Verdict)
	require.Contains(t, strings.Join(report.Decision.Problems, "\n"), "no right to write")
	head, err := l.Store.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1), head.Size)
}

// Many entries become one file, so that a machine that begins anew does not ask for each.
func TestManyEntriesBecomeOneFile(t *testing.T) {
	branch := newHeld()
	l := caughtUp(t, branch, nil)
	for i := range 70 {
		recorded(t, l, decided(i))
	}
	files := branch.commits[branch.head]
	require.Len(t, files, 2+2+6, "README, checkpoint, two files of 32, and six entries")
	require.Contains(t, files, "entries/000000000032-000000000063.ndjson.zst")
	branch.read = 0
	again := caughtUp(t, branch, nil)
	require.Equal(t, 1+8, branch.read)
	require.Equal(t, int64(70), recorded(t, again, decided(71)).Receipt.Index)
}

func TestTheBytesOfReleasesStayInTheBranch(t *testing.T) {
	branch := newHeld()
	l := caughtUp(t, branch, nil)
	recorded(t, l, decided(0))
	release := decided(1)
	release.branch = "tags/v1"
	kept := recorded(t, l, release)
	other := caughtUp(t, branch, nil)
	for _, name := range ledger.Needs(&kept.Decision) {
		_, err := other.Store.Blob(t.Context(), name)
		require.NoError(t, err)
	}
	names, err := other.Store.Blobs(t.Context())
	require.NoError(t, err)
	require.Len(t, names, 2, "the policy and the input of the release, and nothing of the other build")
	a := &ledger.Audit{Store: other.Store, Copy: true}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)

	path := "bytes/" + kept.Decision.ID + ".ndjson.zst"
	text, err := store.Expanded(branch.bytes[branch.commits[branch.head][path]], 1<<20)
	require.NoError(t, err)
	branch.put(path, store.Compressed(bytes.Replace(text, []byte(`"bytes":"`), []byte(`"bytes":"AAAA`), 1)))
	_, m := mirrored(t, branch, nil)
	require.ErrorIs(t, m.CatchUp(t.Context()), gate.ErrRegister, "bytes that somebody changed")
}

// A run that anybody can start reads, and its bundle is its record.
func TestABystanderRemembersAndWritesNothing(t *testing.T) {
	branch := newHeld()
	recorded(t, caughtUp(t, branch, nil), decided(0))
	before := branch.head
	r := decided(24)
	report, err := r.decide(t.Context(), ledger.Bystander{Ledger: caughtUp(t, branch, nil)})
	require.NoError(t, err)
	require.Equal(t, "file", report.Decision.History.Record)
	require.Equal(t, int64(1), report.Decision.History.Size)
	require.Equal(t, start, report.Decision.Evaluation.Findings[0].Clocks.FirstSeen)
	require.NotEmpty(t, report.Bundle)
	require.Nil(t, report.Receipt)
	require.Equal(t, before, branch.head)
}

// signing is a key set with one key for decisions.
func signing(t *testing.T, by *key.Private) *key.Set {
	t.Helper()
	return &key.Set{Keys: []key.Entry{entered(t, by, key.Decision)}}
}

func TestABranchThatSomebodyChangedIsRefused(t *testing.T) {
	by := generated(t)
	keys := signing(t, by)
	for name, change := range map[string]func(t *testing.T, h *held){
		"an entry is gone":       func(_ *testing.T, h *held) { h.put("entries/000000000001.ndjson.zst", nil) },
		"the checkpoint is gone": func(_ *testing.T, h *held) { h.put("checkpoint", nil) },
		"an entry is no entry": func(_ *testing.T, h *held) {
			h.put("entries/000000000002.ndjson.zst", store.Compressed([]byte("{}\n")))
		},
		"an entry is cut": func(_ *testing.T, h *held) {
			text := h.bytes[h.commits[h.head]["entries/000000000002.ndjson.zst"]]
			h.put("entries/000000000002.ndjson.zst", text[:len(text)-4])
		},
		"two entries are one": func(_ *testing.T, h *held) {
			h.put("entries/000000000002.ndjson.zst", h.bytes[h.commits[h.head]["entries/000000000001.ndjson.zst"]])
		},
		"two have changed places": func(_ *testing.T, h *held) {
			files := h.commits[h.head]
			first, second := h.bytes[files["entries/000000000001.ndjson.zst"]], h.bytes[files["entries/000000000002.ndjson.zst"]]
			h.put("entries/000000000001.ndjson.zst", second)
			h.put("entries/000000000002.ndjson.zst", first)
		},
		"one is there twice": func(_ *testing.T, h *held) {
			h.put("entries/000000000003.ndjson.zst", h.bytes[h.commits[h.head]["entries/000000000001.ndjson.zst"]])
		},
		"somebody without a key added one": func(t *testing.T, h *held) { recorded(t, caughtUp(t, h, nil), decided(9)) },
		"somebody with another key did": func(t *testing.T, h *held) {
			l := caughtUp(t, h, nil)
			l.Key = generated(t)
			recorded(t, l, decided(9))
		},
	} {
		t.Run(name, func(t *testing.T) {
			branch := newHeld()
			l := caughtUp(t, branch, keys)
			l.Key = by
			for i := range 3 {
				recorded(t, l, decided(i))
			}
			caughtUp(t, branch, keys)
			change(t, branch)
			_, m := mirrored(t, branch, keys)
			err := m.CatchUp(t.Context())
			require.Error(t, err)
			require.ErrorContains(t, err, `branch "defectgate"`)
			require.NotEmpty(t, gate.HintOf(err))
		})
	}
}

// A branch that was put back to an older state, or taken away, is found by whoever has seen more of it.
func TestABranchThatWasRolledBackIsRefused(t *testing.T) {
	for name, roll := range map[string]func(h *held){
		"to an older commit": func(h *held) { h.head = h.parents[h.head] },
		"taken away":         func(h *held) { h.head = "" },
		"called otherwise": func(h *held) {
			text := string(h.bytes[h.commits[h.head]["checkpoint"]])
			h.put("checkpoint", []byte(strings.ReplaceAll(text, "defectgate.dev/ledger/", "defectgate.dev/ledger/x")))
		},
		"begun anew": func(h *held) {
			other := newHeld()
			recorded(t, caughtUp(t, other, nil), decided(7))
			h.commits, h.bytes, h.head = other.commits, other.bytes, other.head
		},
	} {
		t.Run(name, func(t *testing.T) {
			branch := newHeld()
			l, m := mirrored(t, branch, nil)
			var last gate.Report
			for i := range 3 {
				last = recorded(t, l, decided(i))
			}
			roll(branch)
			require.ErrorIs(t, m.CatchUp(t.Context()), ledger.ErrRolledBack, "by the machine that recorded")

			fresh, m := mirrored(t, branch, nil)
			if err := m.CatchUp(t.Context()); err == nil {
				fresh.Older = []string{last.Receipt.Checkpoint}
				_, err = fresh.Recall(t.Context(), gate.Artifact{}, nil)
				require.ErrorContains(t, err, "the checkpoint that was kept does not hold", "by what the last decision saw")
			}
		})
	}
}

// What stands in the branch, and not in its checkpoint, does not get into the copy: it would have to be thrown away.
func TestEntriesBeyondTheCheckpointAreNotRead(t *testing.T) {
	branch, other := newHeld(), newHeld()
	l := caughtUp(t, branch, nil)
	recorded(t, l, decided(0))
	recorded(t, l, decided(1))
	recorded(t, caughtUp(t, other, nil), decided(2))
	branch.put("entries/000000000002.ndjson.zst", other.bytes[other.commits[other.head]["entries/000000000000.ndjson.zst"]])
	_, m := mirrored(t, branch, nil)
	require.ErrorIs(t, m.CatchUp(t.Context()), ledger.ErrRolledBack)
	head, err := m.Copy.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(2), head.Size)
}

// Before decisions were signed, they were not: what came before the first signature counts as it did.
func TestSignaturesMayBegin(t *testing.T) {
	branch, by := newHeld(), generated(t)
	recorded(t, caughtUp(t, branch, nil), decided(0))
	l := caughtUp(t, branch, signing(t, by))
	l.Key = by
	recorded(t, l, decided(1))
	caughtUp(t, branch, signing(t, by))
}

// Who asks for sign-offs alone need not wait for the tables of every decision.
func TestABareCopyHasTheSignOffs(t *testing.T) {
	branch, by := newHeld(), generated(t)
	recorded(t, caughtUp(t, branch, nil), decided(0))
	bare, m := mirrored(t, branch, nil)
	m.Bare = true
	require.NoError(t, m.CatchUp(t.Context()))
	_, err := offsOf(t, bare, by).Append(t.Context(), project, recordOf(1), saying(made(gate.AcceptedRisk, 0)))
	require.NoError(t, err)
	var rows int
	require.NoError(t, bare.Store.View().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM decision`).Scan(&rows))
	require.Zero(t, rows)
	whole := caughtUp(t, branch, nil)
	list, err := offsOf(t, whole, by).Read(t.Context(), project)
	require.NoError(t, err)
	require.Len(t, list, 1)
	a := &ledger.Audit{Store: whole.Store, Copy: true}
	require.NoError(t, a.Run(t.Context()))
	require.Empty(t, a.Faults)
}
