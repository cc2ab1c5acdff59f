package ledger

import (
	"time"

	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// signedOff holds the columns of a sign-off against what its record says, its place among those of its project, and its signature.
func (t *treeAudit) signedOff(e *store.Entry, envelope *record.Envelope) {
	made, err := record.ParseSignOff(e.Payload)
	if err != nil {
		t.fault("entry %d: %v", e.Index, err)
		return
	}
	if e.Kind != signOffKind || e.Register != made.Project || e.ID != made.ID || e.KeyID != made.Signer || !e.At.Equal(made.RecordedAt) {
		t.fault("entry %d: it is stored as %s %s of %q by key %q at %s, and its record says otherwise",
			e.Index, e.Kind, e.ID, e.Register, e.KeyID, e.At.Format(time.RFC3339Nano))
	}
	if t.offs[made.Project]++; made.Number != t.offs[made.Project] {
		t.fault("entry %d: it is sign-off number %d of its project, and number %d is the next", e.Index, made.Number, t.offs[made.Project])
	}
	if envelope.Signature == nil {
		t.fault("entry %d: it is a sign-off without a signature", e.Index)
		return
	}
	t.Signed++
	if t.Keys == nil {
		return
	}
	fault, err := (&SignOffs{Keys: t.Keys}).fault(made, envelope)
	switch {
	case err != nil:
		t.fault("entry %d: %v", e.Index, err)
	case fault != "":
		t.fault("entry %d: %s", e.Index, fault)
	}
}
