package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// TestKilledProcessesLoseNothingThatWasAcknowledged kills two processes that record, at a moment that nobody chose, time and again.
func TestKilledProcessesLoseNothingThatWasAcknowledged(t *testing.T) {
	rounds := 100
	if raced {
		rounds = 20
	}
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		var acknowledged []string
		for round := range rounds {
			acknowledged = append(acknowledged, killed(t, address, round)...)
		}
		stored := requireStored(t, l.Store, acknowledged)
		t.Logf("%d rounds: %d acknowledged, %d stored", rounds, len(acknowledged), stored)
		recorded(t, l, run{key: "after", branch: "main", hour: 1})
		audited(t, l.Store)
	})
}

// killed starts two processes, and kills both within milliseconds of the first decision that one of them recorded. It gives what they acknowledged.
func killed(t *testing.T, address string, round int) (ids []string) {
	t.Helper()
	var pair []*process
	for i := range 2 {
		pair = append(pair, started(t, "endless", address, fmt.Sprintf("%d-%d", round, i), 0))
	}
	for i, p := range pair {
		for p.lines.Scan() {
			if ids = append(ids, p.lines.Text()); i == 0 && len(ids) == 1 {
				time.AfterFunc(rand.N(20*time.Millisecond), func() {
					for _, p := range pair {
						_ = p.Process.Kill()
					}
				})
			}
		}
		err := p.Wait()
		require.ErrorContains(t, err, "signal: killed", p.errors.String())
	}
	return ids
}

// TestServerThatDiesLosesNothingThatWasAcknowledged stops the server under those who record. What they cannot record is an error for them.
func TestServerThatDiesLosesNothingThatWasAcknowledged(t *testing.T) {
	server := pgtest.Start(t)
	address := server.NewDatabase(t)
	require.NoError(t, opened(t, address).Store.Close())
	var pair []*process
	for i := range 2 {
		pair = append(pair, started(t, "endless", address, fmt.Sprint("p", i), 0))
	}
	var acknowledged []string
	const stops = 4
	for range stops {
		for _, p := range pair {
			for range 1 + rand.IntN(20) {
				acknowledged = append(acknowledged, p.line(t))
			}
		}
		server.Restart(t)
	}
	for _, p := range pair {
		require.NoError(t, p.input.Close())
		for p.lines.Scan() {
			acknowledged = append(acknowledged, p.lines.Text())
		}
		p.ended(t)
	}
	l := opened(t, address)
	stored := requireStored(t, l.Store, acknowledged)
	t.Logf("%d stops: %d acknowledged, %d stored", stops, len(acknowledged), stored)
}

// requireStored requires that all that was acknowledged stands in a ledger that holds, and gives the number of entries.
func requireStored(t *testing.T, s *store.Store, acknowledged []string) int {
	t.Helper()
	require.NotEmpty(t, acknowledged)
	stored := idsOf(t, s)
	require.Subset(t, stored, acknowledged)
	require.Equal(t, len(stored), audited(t, s).Entries)
	return len(stored)
}

// TestSeveralRecordTheSameDecisions has processes record decisions with the same ids at the same time: each stands there once.
func TestSeveralRecordTheSameDecisions(t *testing.T) {
	const processes, decisions = 4, 20
	private, err := key.Generate("ecdsa-p256")
	require.NoError(t, err)
	text, err := private.MarshalPEM()
	require.NoError(t, err)
	t.Setenv(keyVariable, string(text))
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		places := map[string]map[string]bool{}
		for _, p := range together(t, "same", address, processes, decisions) {
			for p.lines.Scan() {
				var id, index string
				_, err := fmt.Sscan(p.lines.Text(), &id, &index)
				require.NoError(t, err)
				if places[id] == nil {
					places[id] = map[string]bool{}
				}
				places[id][index] = true
			}
			p.ended(t)
		}
		require.Len(t, places, decisions)
		for id, indexes := range places {
			require.Len(t, indexes, 1, "decision %s was told to be at several places", id)
		}
		require.Len(t, idsOf(t, l.Store), decisions)
		audited(t, l.Store)
	})
}

// TestSeveralMakeTheSameLedger has processes find no ledger at the same time: they make one, and all record into it.
func TestSeveralMakeTheSameLedger(t *testing.T) {
	const processes, decisions = 4, 5
	engines(t, func(t *testing.T, address string) {
		for _, p := range together(t, "make", address, processes, decisions) {
			for p.lines.Scan() {
			}
			p.ended(t)
		}
		s := openedFor(t, address, store.ReadOnly)
		require.Len(t, idsOf(t, s), processes*decisions)
		audited(t, s)
	})
}

// together starts processes that wait for each other.
func together(t *testing.T, role, address string, processes, count int) (all []*process) {
	t.Helper()
	for i := range processes {
		all = append(all, started(t, role, address, fmt.Sprint("p", i), count))
	}
	for _, p := range all {
		require.Equal(t, "ready", p.line(t))
	}
	for _, p := range all {
		require.NoError(t, p.input.Close())
	}
	return all
}
