// Package vsa writes the SLSA Verification Summary of the decision as a Sigstore bundle v0.3.
package vsa

import (
	"errors"
	"io"

	"github.com/defectgate/defectgate/gate"
)

// Write gives the bytes that were made when the decision was recorded.
func Write(w io.Writer, r *gate.Report) error {
	if r.Summary == nil {
		return errors.New("there is none: the decision is not recorded")
	}
	_, err := w.Write(r.Summary)
	return err
}
