package ledger

import (
	"context"

	"github.com/defectgate/defectgate/gate"
)

// Bystander remembers what a log has, and adds nothing to it: a run that anybody can start, as that of a change, must not write what others believe.
// The record of its decision is the bundle.
type Bystander struct{ Ledger *Ledger }

var _ gate.Ledger = Bystander{}

// Recall is that of the ledger.
func (b Bystander) Recall(ctx context.Context, a gate.Artifact, of []gate.Fingerprint) (gate.Memory, error) {
	m, err := b.Ledger.Recall(ctx, a, of)
	m.History.Record = "file"
	return m, err
}

// Record makes the forms in which the record leaves the program.
func (b Bystander) Record(ctx context.Context, d *gate.Decision, bytes gate.Attachments) (gate.Recorded, error) {
	return (&Ledger{Key: b.Ledger.Key, Forms: true}).Record(ctx, d, bytes)
}
