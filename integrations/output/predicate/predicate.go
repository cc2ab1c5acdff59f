// Package predicate writes the decision as the predicate of an attestation, for a step of the platform that signs it without a key of ours. Its type
// is the decision's `schema`.
package predicate

import (
	"io"

	"github.com/go-json-experiment/json"

	"github.com/defectgate/defectgate/gate"
)

// Write gives the bytes of the predicate as they stand in the record.
func Write(w io.Writer, r *gate.Report) error {
	return json.MarshalWrite(w, &r.Decision, gate.Deterministic)
}
