package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// Whoever holds a key with a name signs for himself: what it signs for others does not count, and is not written.
func TestAKeySignsForNobodyElse(t *testing.T) {
	offs := offsOf(t, opened(t, "sqlite:"+t.TempDir()+"/ledger.db"), generated(t))
	require.Empty(t, signed(t, offs, 1, made(gate.AcceptedRisk, 0)).Fault)
	named := &key.Set{Keys: []key.Entry{offs.Keys.Keys[0]}}
	named.Keys[0].Name = "ann"
	list, err := (&ledger.SignOffs{Ledger: offs.Ledger, Keys: named}).Read(t.Context(), project)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Contains(t, list[0].Fault, `is ann's, and does not sign for "1"`)

	as := &ledger.SignOffs{Ledger: offs.Ledger, Keys: named, Key: offs.Key}
	_, err = as.Append(t.Context(), project, recordOf(2), saying(made(gate.AcceptedRisk, 1)))
	require.ErrorContains(t, err, `does not sign for "1"`)
	require.Len(t, idsOf(t, offs.Ledger.Store), 1)
}
