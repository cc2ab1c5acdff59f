package gate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
)

// Keeper gives the bytes that a decision names beside the input document: the policies, and raw reports where they are kept.
type Keeper func() (Attachments, error)

// Add keeps bytes and gives the name that the decision calls them by.
func (a Attachments) Add(bytes []byte) Blob {
	sum := sha256.Sum256(bytes)
	b := Blob{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(bytes))}
	a[b.SHA256] = bytes
	return b
}

// record writes the decision before anyone is told. A decision that could not be recorded is an error.
func (c *check) record(ctx context.Context, d *Decision, in *Input) (Report, error) {
	if c.Ledger == nil {
		err := d.seal()
		return Report{Decision: *d}, err
	}
	var recorded Recorded
	attached, err := c.attach(d, in)
	if err == nil {
		recorded, err = c.Ledger.Record(ctx, d, attached)
	}
	if err != nil {
		c.fault("ledger: the decision is not recorded: %w", err)
		d.Problems, d.Verdict, d.ExitCode, d.History.Record = c.problems, Error, Error.ExitCode(c.Mode), "none"
		return Report{Decision: *d}, nil
	}
	if recorded.Earlier != nil {
		d = recorded.Earlier
	}
	return Report{Decision: *d, Receipt: recorded.Receipt, Changes: recorded.Changes, Bundle: recorded.Bundle,
		Summary: recorded.Summary, Proof: recorded.Proof}, nil
}

// namesAll refuses bytes that the decision does not name: then a report is not what was judged any more.
func (d *Decision) namesAll(attached Attachments) error {
	named := map[string]bool{}
	for _, set := range d.Evaluator.Policies {
		for _, f := range set.Files {
			named[f.SHA256] = true
		}
	}
	for i := range d.Inputs {
		named[d.Inputs[i].SHA256] = true
	}
	for name := range attached {
		if !named[name] {
			return WithHint(fmt.Errorf("bytes with SHA-256 %s are not those that were judged: a report was changed meanwhile", name), "check again")
		}
	}
	return nil
}

// attach gathers the bytes that a replay needs, has the decision name them, and seals it meanwhile.
func (c *check) attach(d *Decision, in *Input) (attached Attachments, err error) {
	var document []byte
	var written sync.WaitGroup
	var ofDocument error
	written.Go(func() { document, ofDocument = in.Marshal() })
	err = d.sealWritten()
	attached = Attachments{}
	if c.Keep != nil && err == nil {
		attached, err = c.Keep()
	}
	written.Wait()
	if err = errors.Join(err, ofDocument, d.namesAll(attached)); err != nil {
		return nil, err
	}
	blob := attached.Add(document)
	d.Document = &blob
	return attached, nil
}
