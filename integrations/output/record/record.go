// Package record writes the forms of a decision's record. Their bytes were made when it was recorded, and are written as they are.
package record

import (
	"errors"
	"io"

	"github.com/defectgate/defectgate/gate"
)

// Bundle writes the record as a Sigstore bundle v0.3.
func Bundle(w io.Writer, r *gate.Report) error { return write(w, r.Bundle) }

// Proof writes the C2SP tlog-proof that the record stands in the ledger.
func Proof(w io.Writer, r *gate.Report) error { return write(w, r.Proof) }

// Checkpoint writes the C2SP tlog-checkpoint of the ledger with the record in it.
func Checkpoint(w io.Writer, r *gate.Report) error {
	if r.Receipt == nil {
		return write(w, nil)
	}
	return write(w, []byte(r.Receipt.Checkpoint))
}

// Summary writes the SLSA Verification Summary, as a Sigstore bundle v0.3.
func Summary(w io.Writer, r *gate.Report) error { return write(w, r.Summary) }

// write refuses what was not made.
func write(w io.Writer, made []byte) error {
	if made == nil {
		return errors.New("there is none: the decision is not recorded")
	}
	_, err := w.Write(made)
	return err
}
