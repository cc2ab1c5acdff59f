package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store"
)

const signOffKind = "sign-off"

// SignOffs are the sign-offs of a ledger: entries of the same log as the decisions.
type SignOffs struct {
	Ledger *Ledger
	Keys   *key.Set      // those that count for sign-offs; nil: none counts
	Key    record.Signer // signs; nil: nothing can be signed off
}

// backwards is how far the clocks of those who sign off may differ.
const backwards = time.Hour

// Read gives all sign-offs of a project in their order. Each was held against the tree and against the keys; what was changed or is missing is
// [gate.ErrRegister]. A key that does not count, or not for whom the record names, is a fault of the one record.
func (s *SignOffs) Read(ctx context.Context, project string) ([]gate.SignedOff, error) {
	if s.Ledger == nil || s.Ledger.Store == nil {
		return nil, nil
	}
	head, err := s.Ledger.Store.Head(ctx)
	if err == nil {
		err = s.Ledger.holdsOlder(ctx, head)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, unheld(errors.New("the log has no head"))
	}
	if err != nil {
		return nil, err
	}
	return s.read(ctx, s.Ledger.Store.View(), project)
}

func (s *SignOffs) read(ctx context.Context, now store.Querier, project string) ([]gate.SignedOff, error) {
	entries, err := store.Registered(ctx, now, project)
	var spoiled store.Spoiled
	if errors.As(err, &spoiled) {
		return nil, unheld(err)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", s.Ledger.Store.Name(), err)
	}
	if err := store.Included(ctx, now, entries); err != nil {
		return nil, unheld(err)
	}
	var latest time.Time
	list := make([]gate.SignedOff, len(entries))
	for i, e := range entries {
		if list[i], err = s.held(e, project, int64(i+1)); err != nil {
			return nil, unheld(fmt.Errorf("entry %d: %w", e.Index, err))
		}
		latest = ordered(&list[i], latest)
	}
	return list, nil
}

// ordered finds fault with a record that is dated before others that were recorded earlier: with a key that has ended, somebody could date it back.
// It gives the latest date of those that count.
func ordered(s *gate.SignedOff, latest time.Time) time.Time {
	switch {
	case s.Fault != "" || s.Kind == gate.RevocationFor: // what takes away needs no date
	case backDated(s.RecordedAt, latest):
		s.Fault = fmt.Sprintf("it is dated %s, and was recorded after one of %s", s.RecordedAt.Format(time.RFC3339), latest.Format(time.RFC3339))
	case s.RecordedAt.After(latest):
		return s.RecordedAt
	}
	return latest
}

func backDated(at, latest time.Time) bool { return at.Before(latest.Add(-backwards)) }

func unheld(err error) error {
	return gate.WithHint(fmt.Errorf("%w: %w", gate.ErrRegister, err), "look into it: defectgate ledger verify --key KEYS")
}

// held holds one entry against its bytes, its place and the keys.
func (s *SignOffs) held(e *store.Entry, project string, number int64) (gate.SignedOff, error) {
	envelope := EnvelopeOf(e)
	leaf, err := leafOf(&envelope)
	if err == nil && leaf != e.Leaf {
		err = errors.New("its bytes are not those that were hashed")
	}
	if err != nil {
		return gate.SignedOff{}, err
	}
	made, err := record.ParseSignOff(e.Payload)
	switch {
	case err != nil:
		return gate.SignedOff{}, err
	case made.Project != project || made.ID != e.ID || e.Kind != signOffKind:
		return gate.SignedOff{}, fmt.Errorf("it is stored as %s %s of %q, and its record says otherwise", e.Kind, e.ID, e.Register)
	case made.Number != number:
		return gate.SignedOff{}, fmt.Errorf("it is sign-off number %d of %q, and %d is the next: one is missing, or they were put in another order",
			made.Number, project, number)
	}
	fault, err := s.fault(made, &envelope)
	return gate.SignedOff{SignOff: *made, Index: e.Index, Leaf: base64.StdEncoding.EncodeToString(e.Leaf[:]), Fault: fault, Signed: e.Payload}, err
}

// fault says why a signature does not count. One that is not right at all is an error.
func (s *SignOffs) fault(made *gate.SignOff, envelope *record.Envelope) (string, error) {
	if s.Keys == nil {
		return "no key set says whose sign-offs count", nil
	}
	e := s.Keys.ForSignOffs(made.Signer)
	if e == nil {
		return fmt.Sprintf("the key set has no key %s for sign-offs", short(made.Signer)), nil
	}
	public, err := key.ParsePublic([]byte(e.Public))
	if err != nil {
		return fmt.Sprintf("the key set does not say what key %s is: %s", short(e.ID), err), nil
	}
	if err := envelope.Verify(public); err != nil {
		return "", fmt.Errorf("its signature is not by the key that it names: %w", err)
	}
	if _, err := s.Keys.At(e.ID, key.SignOff, made.RecordedAt); err != nil {
		return err.Error(), nil //nolint:nilerr // the record is whole, and its key does not count
	}
	return e.Speaks(made.Actor), nil
}

func short(id string) string { return id[:min(len(id), 12)] + "…" }
