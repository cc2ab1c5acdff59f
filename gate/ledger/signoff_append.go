package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

// Says gives what is to be signed off, with all that was before.
type Says = func(known []gate.SignedOff) (*gate.SignOff, error)

// Append adds a sign-off, once, signed. What it says is asked for while nobody else can add one: with all that stand there, and perhaps again where
// somebody was faster. The error of what is asked ends it.
func (s *SignOffs) Append(ctx context.Context, project, id string, say Says) (gate.SignedOff, error) {
	if s.Key == nil {
		return gate.SignedOff{}, gate.WithHint(errors.New("no key signs the sign-off"), "name one with --key")
	}
	if _, err := s.Read(ctx, project); err != nil { // before anything is written, also to a log that is older than the one that is known
		return gate.SignedOff{}, err
	}
	done, err := s.Ledger.Store.Compose(ctx, id, func(ctx context.Context, now store.Querier) (store.Entry, error) {
		known, err := s.read(ctx, now, project)
		if err != nil {
			return store.Entry{}, err
		}
		made, err := say(known)
		if err != nil {
			return store.Entry{}, err
		}
		made.Schema, made.ID, made.Project, made.Number, made.Signer = gate.SignOffSchema, id, project, int64(len(known)+1), s.Key.ID()
		if latest := latestOf(known); backDated(made.RecordedAt, latest) && made.Kind != gate.RevocationFor {
			return store.Entry{}, gate.WithHint(fmt.Errorf("the clock says %s, and the last sign-off is of %s", made.RecordedAt.Format(time.RFC3339),
				latest.Format(time.RFC3339)), "set the clock")
		}
		return s.entry(made)
	})
	if err != nil {
		return gate.SignedOff{}, err
	}
	return s.back(ctx, done, project, id)
}

// latestOf is the latest date of the records that count.
func latestOf(known []gate.SignedOff) (latest time.Time) {
	for i := range known {
		if s := &known[i]; s.Fault == "" && s.Kind != gate.RevocationFor && s.RecordedAt.After(latest) {
			latest = s.RecordedAt
		}
	}
	return latest
}

// entry signs. A key that does not count would make something that nobody may believe.
func (s *SignOffs) entry(made *gate.SignOff) (e store.Entry, err error) {
	if err := made.Check(); err != nil {
		return e, err
	}
	if s.Keys == nil {
		return e, gate.WithHint(errors.New("no key set says whose sign-offs count"), "name one under `keys:` in defectgate.yaml, or with --keys")
	}
	if _, err := s.Keys.At(made.Signer, key.SignOff, made.RecordedAt); err != nil {
		return e, gate.WithHint(err, "enter the key: defectgate key generate --use sign-off --keys keys.json PATH makes one")
	}
	if fault := s.Keys.ForSignOffs(made.Signer).Speaks(made.Actor); fault != "" {
		return e, errors.New(fault)
	}
	payload, err := record.SignOffPayload(made)
	if err != nil {
		return e, err
	}
	envelope, err := record.Seal(payload, s.Key)
	if err != nil {
		return e, err
	}
	return signOffEntry(made, &envelope)
}

// signOffEntry is the entry of a sign-off.
func signOffEntry(made *gate.SignOff, envelope *record.Envelope) (e store.Entry, err error) {
	leaf, err := leafOf(envelope)
	return store.Entry{Kind: signOffKind, ID: made.ID, Leaf: leaf, Payload: envelope.Payload, Signature: envelope.Signature, KeyID: made.Signer,
		At: made.RecordedAt, Register: made.Project}, err
}

// back reads again what was added, as a check will, with the proof that it is in the log.
func (s *SignOffs) back(ctx context.Context, done store.Appended, project, id string) (gate.SignedOff, error) {
	known, err := s.Read(ctx, project)
	if err != nil {
		return gate.SignedOff{}, err
	}
	for _, made := range known {
		if made.ID == id && made.Fault == "" {
			proof, err := s.Ledger.Proof(ctx, done.Index)
			made.Proof = proof.Marshal()
			return made, err
		}
	}
	return gate.SignedOff{}, unheld(fmt.Errorf("the sign-off %s was added, and does not count", id))
}
