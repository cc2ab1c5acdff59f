package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// acknowledged is what a process was told about one decision.
type acknowledged struct {
	id         string
	index      int64
	took       time.Duration
	checkpoint tree.Checkpoint
}

// TestHammer has many processes record into one ledger at once, while a reader holds each head that it sees against the one before.
func TestHammer(t *testing.T) {
	processes, decisions := 16, 200
	if raced {
		decisions = 25 // the engines are ten times slower under the race detector
	}
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		begun := time.Now()
		all := hammer(t, address, processes, decisions)
		seconds := time.Since(begun).Seconds()
		require.Len(t, all, processes*decisions)

		slices.SortFunc(all, func(a, b acknowledged) int { return int(a.index - b.index) })
		ids := idsOf(t, l.Store)
		require.Len(t, ids, len(all))
		worst := time.Duration(0)
		for i, a := range all {
			require.Equal(t, int64(i), a.index)
			require.Equal(t, ids[i], a.id)
			require.Equal(t, a.index+1, a.checkpoint.Size)
			worst = max(worst, a.took)
		}
		for i := range all[1:] {
			grown(t, l.Store, all[i].checkpoint, all[i+1].checkpoint)
		}
		audit := audited(t, l.Store)
		require.Equal(t, len(all), audit.Entries)
		require.Equal(t, len(all), audit.Checkpoints)
		othersVerify(t, l.Store)
		t.Logf("%d processes × %d decisions in %.1f s: %.0f per second, worst wait %s", processes, decisions, seconds, float64(len(all))/seconds, worst)
	})
}

// hammer gives all that was acknowledged. A reader looks at the ledger each time a few more are.
func hammer(t *testing.T, address string, processes, decisions int) (all []acknowledged) {
	var running []*process
	for p := range processes {
		running = append(running, started(t, "record", address, fmt.Sprintf("p%d", p), decisions))
	}
	heard := make(chan string)
	var readers sync.WaitGroup
	for _, p := range running {
		readers.Go(func() {
			for p.lines.Scan() {
				heard <- p.lines.Text()
			}
		})
	}
	go func() {
		readers.Wait()
		close(heard)
	}()
	watch := &watcher{store: openedFor(t, address, store.ReadOnly)}
	for line := range heard {
		var a acknowledged
		var root string
		_, err := fmt.Sscan(line, &a.id, &a.index, &a.took, &a.checkpoint.Size, &root)
		require.NoError(t, err, line)
		a.checkpoint.Root, err = tlog.ParseHash(root)
		require.NoError(t, err, line)
		a.checkpoint.Origin = watch.store.Origin()
		if all = append(all, a); len(all)%16 == 0 {
			watch.look(t)
		}
	}
	for _, p := range running {
		p.ended(t)
	}
	return all
}

// watcher is a reader that trusts nothing but the last head that it saw.
type watcher struct {
	store *store.Store
	last  tree.Checkpoint
}

func (w *watcher) look(t *testing.T) {
	t.Helper()
	head, err := w.store.Head(t.Context())
	require.NoError(t, err)
	grown(t, w.store, w.last, head)
	w.last = head
	index := rand.Int64N(head.Size)
	e, err := w.store.Entry(t.Context(), index)
	require.NoError(t, err)
	hashes, err := w.store.Prove(t.Context(), index, head.Size)
	require.NoError(t, err)
	_, err = tree.Proof{Index: index, Hashes: hashes, Checkpoint: head.Body()}.Verify(e.Leaf, nil)
	require.NoError(t, err)
}

// grown requires that the log of one head holds all of an older one.
func grown(t *testing.T, s *store.Store, older, newer tree.Checkpoint) {
	t.Helper()
	if older.Size == 0 {
		return
	}
	var proof tlog.TreeProof
	if older.Size < newer.Size {
		var err error
		proof, err = s.ProveGrowth(t.Context(), older.Size, newer.Size)
		require.NoError(t, err)
	}
	require.NoError(t, tree.Consistent(older, newer, proof))
}
