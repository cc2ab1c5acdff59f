package ledger

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/gate/ledger/record"
	"github.com/defectgate/defectgate/gate/ledger/store/tree"
)

// Claim is a record with what is to hold of it.
type Claim struct {
	Envelope record.Envelope
	Keys     *key.Set     // that count; nil: the signature is not looked at, and the record proves nothing of who wrote it
	Unsigned bool         // a record that is not signed will do
	Subject  string       // digest, commit, package URL or name; "": any
	Env      string       // environment; "": any
	Verdict  gate.Verdict // "": any
	Proof    *tree.Proof  // that it is in the log; nil: not looked at
	LogKeys  bool         // the checkpoint of the proof must be signed by a key for the log
	Older    string       // checkpoint that was kept; the log of the proof must hold all of it
	Growth   *tree.Growth // from the older checkpoint to that of the proof
}

// Step is one thing that was verified.
type Step struct {
	Name string
	Said string // what holds; "" where it was not looked at
	Err  error
}

// Verify looks at a record, offline, in the order of the SLSA verification summary, and then at the log: signature, subject, type, identity, result,
// inclusion. It ends at the first step that does not hold. The decision is nil where it could not be read.
func (c *Claim) Verify() (*gate.Decision, []Step) {
	v := &verification{Claim: c}
	for _, step := range []struct {
		name string
		look func() (string, error)
	}{
		{"signature", v.signature}, {"subject", v.subject}, {"type", v.kind}, {"identity", v.identity}, {"result", v.result}, {"inclusion", v.inclusion},
	} {
		said, err := step.look()
		v.steps = append(v.steps, Step{step.name, said, err})
		if err != nil {
			break
		}
	}
	return v.decision, v.steps
}

type verification struct {
	*Claim
	statement record.Statement
	decision  *gate.Decision
	signer    string
	steps     []Step
}

// signature finds the key that signed the payload. Whether it counted when that was done is a question of identity.
func (v *verification) signature() (string, error) {
	switch {
	case v.Envelope.Signature == nil && v.Unsigned:
		return "none: the record is not signed", nil
	case v.Envelope.Signature == nil:
		return "", gate.WithHint(record.ErrUnsigned, "sign decisions with `check --key`, or accept this one with --allow-unsigned")
	case v.Keys == nil && v.Unsigned:
		return "not verified: no key was given", nil
	case v.Keys == nil:
		return "", gate.WithHint(errors.New("no key was given to verify it by"), "name a public key or a key set with --key")
	}
	for _, e := range v.Keys.Keys {
		public, err := key.ParsePublic([]byte(e.Public))
		if err == nil && e.Use == key.Decision && v.Envelope.Verify(public) == nil {
			v.signer = e.ID
			return "by key " + e.ID, nil
		}
	}
	return "", errors.New("no key that was given for decisions has signed it: it was changed, or signed by somebody else")
}

func (v *verification) subject() (said string, err error) {
	if v.statement, err = record.ParseStatement(v.Envelope.Payload); err != nil {
		return "", err
	}
	for _, s := range v.statement.Subject {
		if len(s.Digest) == 0 {
			return "", fmt.Errorf("subject %q has no digest", s.Name)
		}
	}
	var names []string
	for _, s := range v.statement.Subject {
		names = append(names, s.Name, s.URI)
		for algorithm, digest := range s.Digest {
			names = append(names, algorithm+":"+digest, digest)
		}
	}
	if v.Subject != "" && !slices.Contains(names, v.Subject) {
		return "", fmt.Errorf("it is about %s, not about %q", describe(v.statement.Subject), v.Subject)
	}
	return describe(v.statement.Subject), nil
}

func describe(subjects []record.Subject) (text string) {
	for i, s := range subjects {
		if i > 0 {
			text += ", "
		}
		for algorithm, digest := range s.Digest {
			text += fmt.Sprintf("%s@%s:%s", s.Name, algorithm, digest)
		}
	}
	return text
}

func (v *verification) kind() (said string, err error) {
	v.decision, err = v.statement.Decision()
	return v.statement.PredicateType, err
}

// identity holds who signed against who says so, and the key against the time of the record.
func (v *verification) identity() (string, error) {
	d := v.decision
	by := fmt.Sprintf("%s %s", d.Evaluator.Name, d.Evaluator.Version)
	if v.Envelope.Signature == nil && d.Signer != "" {
		return "", fmt.Errorf("it says that key %q signs it, and its signature was taken away", d.Signer)
	}
	if v.signer == "" {
		return by + ", which nobody vouches for", nil
	}
	if d.Signer != v.signer {
		return "", fmt.Errorf("it says that key %q signs it, and %q did", d.Signer, v.signer)
	}
	if _, err := v.Keys.At(v.signer, key.Decision, d.Clock.Now); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, with a key that was valid on %s", by, d.Clock.Now.Format(time.RFC3339)), nil
}

func (v *verification) result() (string, error) {
	d := v.decision
	if err := d.Check(); err != nil {
		return "", err
	}
	if v.Env != "" && d.Artifact.Environment != v.Env {
		return "", fmt.Errorf("it was decided for %q, not for %q", d.Artifact.Environment, v.Env)
	}
	if v.Verdict != "" && d.Verdict != v.Verdict {
		return "", fmt.Errorf("the verdict is %q, not %q", d.Verdict, v.Verdict)
	}
	return fmt.Sprintf("%s (%s) for %s at %s", d.Verdict, d.Mode, d.Artifact.Environment, d.Clock.Now.Format(time.RFC3339)), nil
}

func (v *verification) inclusion() (string, error) {
	if v.Proof == nil {
		return "not looked at: no proof was given", nil
	}
	leaf, err := leafOf(&v.Envelope)
	if err != nil {
		return "", err
	}
	var keys []ed25519.PublicKey
	if v.LogKeys {
		keys = logKeys(v.Keys, v.decision.Clock.Now)
	}
	c, err := v.Proof.Verify(leaf, keys)
	if err != nil {
		return "", err
	}
	signed := "not verified to be signed"
	if v.LogKeys {
		signed = "signed by the log"
	}
	said := fmt.Sprintf("entry %d of %d of the log %s; the checkpoint is %s", v.Proof.Index, c.Size, c.Origin, signed)
	if v.Older == "" {
		return said, nil
	}
	return v.grown(said, c)
}

// Vouched gives the log of a checkpoint that somebody else kept, and whether a key of the set for the log has signed it. It may be unsigned, as those
// from before the log had a key are; where the set has such keys, a signature must be of one of them.
func Vouched(text string, set *key.Set) (origin string, signed bool, err error) {
	c, err := olderCheckpoint(text, set)
	return c.Origin, err == nil && set.Has(key.Log) && tree.IsSigned(text), err
}

// olderCheckpoint reads a checkpoint that was kept. It may be unsigned, because whoever kept it is asked; a signature must be right.
func olderCheckpoint(text string, set *key.Set) (tree.Checkpoint, error) {
	var keys []ed25519.PublicKey
	if set.Has(key.Log) && tree.IsSigned(text) {
		keys = logKeys(set, time.Time{})
	}
	c, err := tree.ParseCheckpoint(text, keys)
	if err != nil {
		return c, fmt.Errorf("the checkpoint that was kept: %w", err)
	}
	return c, nil
}

// grown holds the log against an older checkpoint.
func (v *verification) grown(said string, c tree.Checkpoint) (string, error) {
	older, err := olderCheckpoint(v.Older, v.Keys)
	if err != nil {
		return "", err
	}
	growth := tree.Growth{Older: older.Size, Newer: c.Size}
	if v.Growth != nil {
		growth = *v.Growth
	} else if older.Size > 0 && older.Size < c.Size {
		return "", gate.WithHint(errors.New("that the log still holds what the older checkpoint had is not proven"),
			"make the proof with: defectgate ledger proof --since CHECKPOINT, or ask the ledger itself")
	}
	if growth.Older != older.Size && v.Growth != nil || growth.Newer != c.Size && v.Growth != nil {
		return "", fmt.Errorf("the proof of growth is from %d to %d entries, and from %d to %d is wanted", growth.Older, growth.Newer, older.Size, c.Size)
	}
	if err := tree.Consistent(older, c, growth.Hashes); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s; it holds all of the older checkpoint with %d entries", said, older.Size), nil
}

// logKeys are those that may have signed a checkpoint whose last entry is of an instant: a checkpoint has no time of its own. None at all is no key,
// rather than any.
func logKeys(set *key.Set, at time.Time) []ed25519.PublicKey {
	keys := []ed25519.PublicKey{}
	if set == nil {
		return keys
	}
	for _, p := range set.Since(key.Log, at) {
		if k, ok := p.Ed25519(); ok {
			keys = append(keys, k)
		}
	}
	return keys
}
