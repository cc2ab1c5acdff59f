// Package proof writes the proof that the record stands in the ledger, as a C2SP tlog-proof.
package proof

import (
	"errors"
	"io"

	"github.com/defectgate/defectgate/gate"
)

// Write gives the bytes that were made when the decision was recorded.
func Write(w io.Writer, r *gate.Report) error {
	if r.Proof == nil {
		return errors.New("there is none: the decision is not recorded")
	}
	_, err := w.Write(r.Proof)
	return err
}
