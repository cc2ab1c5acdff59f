package ledger

import (
	"context"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// sealed refuses a checkpoint of the branch that no key of the log has signed: whoever may write there could leave entries out.
func (m *Mirror) sealed(ctx context.Context, note string) error {
	_, last, err := m.Copy.HeadRow(ctx)
	if err != nil {
		return err
	}
	return gate.WithHint(m.signedAt(note, last), "see who wrote to the branch; if it was a run without --log-key, begin with the key later: "+
		"set its valid_from in the key set behind the last entry, of %s", last.Format(time.RFC3339))
}

// signedAt demands that a key of the log has signed a checkpoint whose last entry is of an instant. Before the set had one, none could.
func (m *Mirror) signedAt(note string, last time.Time) error {
	if m.Keys == nil || len(m.Keys.Candidates(key.Log, last)) == 0 {
		return nil
	}
	_, err := tree.ParseCheckpoint(note, logKeys(m.Keys, last))
	return err
}
