package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// sealed refuses a checkpoint of the branch that no key of the log has signed: whoever may write there could leave entries out.
func (m *Mirror) sealed(ctx context.Context, note string) error {
	last, err := m.latest(ctx)
	if err != nil {
		return err
	}
	return gate.WithHint(m.signedAt(note, last), "see who wrote to the branch; if it was a run without --log-key, begin with the key later: "+
		"set its valid_from in the key set behind the last entry, of %s", last.Format(time.RFC3339))
}

// latest is the latest date that an entry has: the last one may have any, whoever added it.
func (m *Mirror) latest(ctx context.Context) (time.Time, error) {
	var at int64
	err := m.Copy.View().QueryRowContext(ctx, `SELECT COALESCE(MAX(appended_ns), 0) FROM log_leaf`).Scan(&at)
	return time.Unix(0, at), err
}

// signedAt demands that a key of the log has signed a checkpoint, from the first day of such a key on. One that has ended may have signed before.
func (m *Mirror) signedAt(note string, last time.Time) error {
	begun := func(e key.Entry) bool { return e.Use == key.Log && e.Revoked.IsZero() && !last.Before(e.ValidFrom) }
	if m.Keys == nil || !slices.ContainsFunc(m.Keys.Keys, begun) {
		return nil
	}
	_, err := tree.ParseCheckpoint(note, logKeys(m.Keys, time.Time{}))
	return err
}
