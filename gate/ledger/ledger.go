package ledger

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"fmt"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Ledger records decisions, and remembers.
type Ledger struct {
	Store  *store.Store       // nil: nothing is remembered, and the bundle is the only record
	Key    record.Signer      // signs decisions; nil: they are not signed
	LogKey ed25519.PrivateKey // signs checkpoints; nil: they are not signed
	Forms  bool               // the forms in which the record leaves the program are wanted
	Older  []string           // checkpoints that were kept elsewhere; the log must hold all of each

	read atomic.Pointer[chan *standing] // what is read ahead
}

var _ gate.Ledger = (*Ledger)(nil)

// Record writes a decision, with the bytes that it names, in one transaction. A decision whose id stands in the ledger already is not written again:
// what stands there is given back.
func (l *Ledger) Record(ctx context.Context, d *gate.Decision, bytes gate.Attachments) (r gate.Recorded, err error) {
	if l.Key != nil {
		d.Signer = l.Key.ID()
	}
	envelope, err := l.seal(d)
	if err != nil {
		return r, err
	}
	if l.Store == nil {
		err = l.forms(d, &envelope, &r)
		return r, err
	}
	e, err := entryOf(d, &envelope)
	if err == nil {
		err = l.unchanged(ctx)
	}
	if err != nil {
		return r, err
	}
	ahead := l.readAhead() // before the transaction: it may need the one connection that there is
	done, err := l.Store.Append(ctx, e, bytes, func(ctx context.Context, tx *sql.Tx, e *store.Entry) (err error) {
		p := &projection{ctx: ctx, tx: tx, index: e.Index, d: d, standing: ahead}
		ahead = nil // it is changed by being used
		r.Changes, err = p.run()
		return err
	})
	if err != nil {
		return r, err
	}
	if done.Other {
		if envelope, e.Leaf, err = l.earlier(ctx, done.Index, d, &r); err != nil {
			return r, err
		}
	}
	if err := l.forms(d, &envelope, &r); err != nil {
		return r, err
	}
	err = l.prove(ctx, done, e.Leaf, &r)
	return r, err
}

func (l *Ledger) forms(d *gate.Decision, envelope *record.Envelope, r *gate.Recorded) error {
	if !l.Forms {
		return nil
	}
	return l.show(d, envelope, r)
}

// show gives the record the forms in which it leaves the program.
func (l *Ledger) show(d *gate.Decision, envelope *record.Envelope, r *gate.Recorded) (err error) {
	if r.Bundle, err = envelope.Bundle(); err != nil {
		return err
	}
	payload, err := record.Summary(d, envelope.Payload)
	if err != nil {
		return err
	}
	summary, err := record.Seal(payload, l.Key)
	if err != nil {
		return err
	}
	r.Summary, err = summary.Bundle()
	return err
}

func (l *Ledger) seal(d *gate.Decision) (record.Envelope, error) {
	payload, err := record.Payload(d)
	if err != nil {
		return record.Envelope{}, err
	}
	return record.Seal(payload, l.Key)
}

// entryOf is the entry of a decision.
func entryOf(d *gate.Decision, envelope *record.Envelope) (e store.Entry, err error) {
	leaf, err := leafOf(envelope)
	return store.Entry{Kind: decisionKind, ID: d.ID, Leaf: leaf, Payload: envelope.Payload, Signature: envelope.Signature, KeyID: d.Signer,
		At: d.Clock.Now}, err
}

// leafOf is the hash by which the tree holds an envelope (RFC 6962, section 2.1).
func leafOf(envelope *record.Envelope) (tlog.Hash, error) {
	text, err := envelope.Marshal()
	return tlog.RecordHash(text), err
}

// earlier gives the decision that was recorded under this id before. It must say the same: whoever may write into the database decides nothing.
func (l *Ledger) earlier(ctx context.Context, index int64, d *gate.Decision, r *gate.Recorded) (record.Envelope, tlog.Hash, error) {
	found, err := At(ctx, l.Store, index)
	if err == nil {
		err = found.Decision.Check()
	}
	if err == nil && found.Decision.ID != d.ID {
		err = fmt.Errorf("it is decision %s", found.Decision.ID)
	}
	if err == nil && l.Key != nil {
		err = found.Envelope.Verify(l.Key)
	}
	if err != nil {
		return record.Envelope{}, tlog.Hash{}, gate.WithHint(fmt.Errorf("entry %d stands for this decision already, and is not it: %w", index, err),
			"run again with a --run-id of its own, and look into it: defectgate ledger verify")
	}
	r.Earlier = found.Decision
	return found.Envelope, found.Leaf, nil
}

// EnvelopeOf puts the parts of an entry together again.
func EnvelopeOf(e *store.Entry) record.Envelope {
	return record.Envelope{Payload: e.Payload, Signature: e.Signature, KeyID: e.KeyID}
}

// prove makes the receipt of an entry that was just added: the checkpoint of the log with it, signed and kept where there is a key, and the proof
// that it is in there.
func (l *Ledger) prove(ctx context.Context, done store.Appended, leaf tlog.Hash, r *gate.Recorded) error {
	hashes, err := l.Store.Prove(ctx, done.Index, done.Size)
	if err != nil {
		return fmt.Errorf("prove entry %d: %w", done.Index, err)
	}
	note, err := l.Checkpoint(ctx, tree.Checkpoint{Origin: l.Store.Origin(), Size: done.Size, Root: done.Root})
	if err != nil {
		return err
	}
	receipt(tree.Proof{Index: done.Index, Hashes: hashes, Checkpoint: note}, leaf, r)
	return nil
}

func receipt(proof tree.Proof, leaf tlog.Hash, r *gate.Recorded) {
	r.Proof = proof.Marshal()
	r.Receipt = &gate.Receipt{Index: proof.Index, Leaf: base64.StdEncoding.EncodeToString(leaf[:]), Checkpoint: proof.Checkpoint, Proof: []string{},
		Signed: tree.IsSigned(proof.Checkpoint)}
	for _, h := range proof.Hashes {
		r.Receipt.Proof = append(r.Receipt.Proof, base64.StdEncoding.EncodeToString(h[:]))
	}
}

// Proof shows that an entry is in the log: in that of the newest signed checkpoint which is kept and has it, otherwise in the log as it is now.
func (l *Ledger) Proof(ctx context.Context, index int64) (proof tree.Proof, err error) {
	proof.Index = index
	if proof.Checkpoint, err = l.Store.Covering(ctx, index+1); err != nil {
		return proof, err
	}
	c, err := tree.ParseCheckpoint(proof.Checkpoint, nil)
	if proof.Checkpoint == "" {
		if c, err = l.Store.Head(ctx); err == nil {
			proof.Checkpoint, err = l.Checkpoint(ctx, c)
		}
	}
	if err != nil {
		return proof, err
	}
	proof.Hashes, err = l.Store.Prove(ctx, index, c.Size)
	return proof, err
}

// Checkpoint writes a checkpoint down, signed and kept where there is a key.
func (l *Ledger) Checkpoint(ctx context.Context, c tree.Checkpoint) (string, error) {
	note, err := c.Sign(l.LogKey)
	if err != nil || l.LogKey == nil {
		return note, err
	}
	return note, l.Store.SaveCheckpoint(ctx, c, note)
}
