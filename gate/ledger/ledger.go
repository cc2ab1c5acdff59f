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
		if envelope, e.Leaf, err = l.earlier(ctx, done.Index, &r); err != nil {
			return r, err
		}
		d = r.Earlier
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

// earlier gives the decision that was recorded under this id before.
func (l *Ledger) earlier(ctx context.Context, index int64, r *gate.Recorded) (record.Envelope, tlog.Hash, error) {
	e, err := l.Store.Entry(ctx, index)
	if err != nil {
		return record.Envelope{}, tlog.Hash{}, err
	}
	r.Earlier, err = record.ParseDecision(e.Payload)
	return EnvelopeOf(e), e.Leaf, err
}

// EnvelopeOf puts the parts of an entry together again.
func EnvelopeOf(e *store.Entry) record.Envelope {
	return record.Envelope{Payload: e.Payload, Signature: e.Signature, KeyID: e.KeyID}
}

// prove makes the receipt: the checkpoint of the log with the entry, and the proof that the entry is in it.
func (l *Ledger) prove(ctx context.Context, done store.Appended, leaf tlog.Hash, r *gate.Recorded) error {
	checkpoint := tree.Checkpoint{Origin: l.Store.Origin(), Size: done.Size, Root: done.Root}
	proof, err := l.Proof(ctx, done.Index, checkpoint)
	if err != nil {
		return fmt.Errorf("prove entry %d: %w", done.Index, err)
	}
	r.Proof = proof.Marshal()
	r.Receipt = &gate.Receipt{Index: done.Index, Leaf: base64.StdEncoding.EncodeToString(leaf[:]), Checkpoint: proof.Checkpoint, Proof: []string{},
		Signed: l.LogKey != nil}
	for _, h := range proof.Hashes {
		r.Receipt.Proof = append(r.Receipt.Proof, base64.StdEncoding.EncodeToString(h[:]))
	}
	return nil
}

// Proof shows that an entry is in the log of a checkpoint, which is signed and kept where there is a key.
func (l *Ledger) Proof(ctx context.Context, index int64, c tree.Checkpoint) (tree.Proof, error) {
	hashes, err := l.Store.Prove(ctx, index, c.Size)
	if err != nil {
		return tree.Proof{}, err
	}
	note, err := l.Checkpoint(ctx, c)
	return tree.Proof{Index: index, Hashes: hashes, Checkpoint: note}, err
}

// Checkpoint writes a checkpoint down, signed and kept where there is a key.
func (l *Ledger) Checkpoint(ctx context.Context, c tree.Checkpoint) (string, error) {
	note, err := c.Sign(l.LogKey)
	if err != nil || l.LogKey == nil {
		return note, err
	}
	return note, l.Store.SaveCheckpoint(ctx, c, note)
}
