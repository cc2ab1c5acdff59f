package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
)

// A report that was changed after it was judged is not kept as if it were the one.
func TestOnlyWhatWasJudgedIsKept(t *testing.T) {
	w := newWorld(aReport())
	w.ledger = &ledger{}
	g := w.gate()
	g.Keep = func() (gate.Attachments, error) {
		kept := gate.Attachments{}
		kept.Add([]byte("another report"))
		return kept, nil
	}
	made, err := g.Check(t.Context(), w.artifact)
	require.NoError(t, err)
	require.Equal(t, gate.Error, made.Decision.Verdict)
	require.Contains(t, made.Decision.Problems[0], "are not those that were judged")
	require.Empty(t, w.ledger.recorded)
}
