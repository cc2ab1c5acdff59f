// Package bundle writes the record of the decision as a Sigstore bundle v0.3.
package bundle

import (
	"errors"
	"io"

	"github.com/defectgate/defectgate/gate"
)

// Write gives the bytes that were made when the decision was recorded.
func Write(w io.Writer, r *gate.Report) error {
	if r.Bundle == nil {
		return errors.New("there is none: the decision is not recorded")
	}
	_, err := w.Write(r.Bundle)
	return err
}
