// Package json writes a report as JSON: {"decision": …, "receipt": …}, with "changes" since the last decision and with "sign_off", how each denied
// defect can be signed off, where there is something to say. The decision is the predicate that is recorded, one schema.
package json

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
)

// Write streams the report. Equal decisions are equal bytes.
func Write(w io.Writer, r *gate.Report) error {
	if err := json.MarshalWrite(w, r, gate.Deterministic, jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
