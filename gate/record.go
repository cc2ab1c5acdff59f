package gate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	attached, err := c.attach(d, in)
	if err != nil {
		return Report{}, err
	}
	if err := d.sealWritten(); err != nil {
		return Report{}, err
	}
	recorded, err := c.Ledger.Record(ctx, d, attached)
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

// attach gathers the bytes that a replay needs, and has the decision name them.
func (c *check) attach(d *Decision, in *Input) (Attachments, error) {
	attached := Attachments{}
	if c.Keep != nil {
		kept, err := c.Keep()
		if err != nil {
			return nil, err
		}
		attached = kept
	}
	document, err := in.Marshal()
	if err != nil {
		return nil, err
	}
	blob := attached.Add(document)
	d.Document = &blob
	return attached, nil
}
