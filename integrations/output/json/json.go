// Package json writes a report as JSON: {"decision": …, "receipt": …}, with "changes" since the last decision and with "sign_off", how each denied
// defect can be signed off, where there is something to say. The decision is the predicate that is recorded, one schema.
//
// It may be printed into a log, where a runner and a terminal read along. What either would take for more than text is escaped as JSON allows:
// whoever reads the document as JSON gets every text as it was.
package json

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/transform"

	"github.com/defectgate/defectgate/gate"
)

// Write streams the report. Equal decisions are equal bytes.
func Write(w io.Writer, r *gate.Report) error {
	harmless := transform.NewWriter(w, new(escaper))
	err := json.MarshalWrite(harmless, r, gate.Deterministic, jsontext.WithIndent("  "))
	if err = errors.Join(err, harmless.Close()); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}
