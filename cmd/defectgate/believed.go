package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger"
	"github.com/defectgate/defectgate/gate/ledger/key"
)

// believed refuses keys whose signatures the key set does not let count: what they sign stands in the log for ever, and looks forged.
func (r *recording) believed(l *ledger.Ledger) error {
	if r.counts == nil || l.Key == nil && l.LogKey == nil {
		return nil
	}
	set, err := r.counts()
	if err != nil || set == nil {
		return err
	}
	if l.Key != nil {
		err = decides(set, l.Key.ID(), r.at)
	}
	if err == nil && l.LogKey != nil {
		err = seals(set, l.LogKey, r.at)
	}
	return gate.WithHint(err, "the key set of this run says which keys count; see that the keys are not mistaken for each other")
}

// decides reports why a key may not sign decisions. Where the set has none for that, and does not know this one, nothing contradicts it.
func decides(set *key.Set, id string, at time.Time) error {
	known := slices.ContainsFunc(set.Keys, func(e key.Entry) bool { return e.ID == id })
	if !known && !set.Has(key.Decision) {
		return nil
	}
	if _, err := set.At(id, key.Decision, at); err != nil {
		return fmt.Errorf("--key: %w", err)
	}
	return nil
}

// seals reports why a key may not sign checkpoints of the log.
func seals(set *key.Set, by ed25519.PrivateKey, at time.Time) error {
	is := func(p *key.Public) bool {
		k, ok := p.Ed25519()
		return ok && k.Equal(by.Public())
	}
	if !set.Has(key.Log) || slices.ContainsFunc(set.Candidates(key.Log, at), is) {
		return nil
	}
	return errors.New("--log-key: the key set has keys for the log, and this is none that counts today")
}
