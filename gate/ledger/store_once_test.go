package ledger_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/pgtest"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

func TestDecisionIsRecordedOnce(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		told(t, l)
		// Judged alike, by a gate that remembers more than the first did: the record that stands there is given, not this one.
		r := run{key: "again", branch: "again", hour: 6, defects: []string{"CVE-2026-0007"}, dated: true}
		first := recorded(t, l, r)
		recorded(t, l, run{key: "between", branch: "other", hour: 7})
		second := recorded(t, l, r)
		require.Equal(t, first.Decision.ID, second.Decision.ID)
		require.Equal(t, first.Decision.History.Size, second.Decision.History.Size)
		require.Equal(t, first.Receipt.Index, second.Receipt.Index)
		require.Equal(t, first.Bundle, second.Bundle)
		require.Len(t, idsOf(t, l.Store), len(story())+2)
		audited(t, l.Store)
	})
}

func TestEarlierIsWhatStandsInTheLedger(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		report := recorded(t, l, run{key: "1", branch: "main", hour: 1})
		same := report.Decision
		again, err := l.Record(t.Context(), &same, nil)
		require.NoError(t, err)
		require.Equal(t, report.Bundle, again.Bundle)
		require.Equal(t, report.Receipt, again.Receipt)

		other := report.Decision
		other.Warnings = append(other.Warnings, "not what stands there")
		earlier, err := l.Record(t.Context(), &other, nil)
		require.NoError(t, err)
		require.NotNil(t, earlier.Earlier)
		require.Equal(t, report.Decision.Warnings, earlier.Earlier.Warnings)
		require.Equal(t, report.Bundle, earlier.Bundle)
		require.Len(t, idsOf(t, l.Store), 1)
	})
}

// forgetful is a ledger that cannot be asked, and can be written to.
type forgetful struct{ *ledger.Ledger }

func (forgetful) Recall(context.Context, gate.Artifact, []gate.Fingerprint) (gate.Memory, error) {
	return gate.Memory{}, errors.New("connection reset")
}

func TestDecisionThatRemembersNothingIsNoFaultOfTheLedger(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		l := opened(t, address)
		told(t, l)
		r := run{key: "error", branch: "main", hour: 6}
		report, err := r.decide(t.Context(), forgetful{l})
		require.NoError(t, err)
		require.Equal(t, gate.Error, report.Decision.Verdict)
		require.NotNil(t, report.Receipt)
		audited(t, l.Store)
	})
}

// TestServerGoneBeforeTheRecord stops the server after the ledger was asked.
func TestServerGoneBeforeTheRecord(t *testing.T) {
	t.Parallel() // it waits for a server that does not come
	server := pgtest.Start(t)
	address := server.NewDatabase(t)
	l := opened(t, address)

	back := run{key: "1", branch: "main", hour: 1, meanwhile: func() { server.Restart(t) }}
	recorded(t, l, back)

	away := run{key: "2", branch: "main", hour: 2, meanwhile: func() { server.Stop(t) }}
	report, err := away.decide(t.Context(), l)
	require.NoError(t, err)
	require.Equal(t, gate.Error, report.Decision.Verdict)
	require.Nil(t, report.Receipt)
	require.Contains(t, report.Decision.Problems[0], "not recorded")

	server.Restart(t)
	require.Len(t, idsOf(t, openedFor(t, address, store.ReadOnly)), 1)
	recorded(t, l, run{key: "3", branch: "main", hour: 3})
	require.Equal(t, 2, audited(t, l.Store).Entries)
}
