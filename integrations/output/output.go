// Package output writes finished reports. It holds the table of forms; a form computes nothing, everything shown stands in the report.
//
// To add a form, write a folder with a Write function and name it in [Formats].
package output

import (
	"fmt"
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output/json"
	"github.com/defectgate/defectgate/integrations/output/predicate"
	"github.com/defectgate/defectgate/integrations/output/record"
	"github.com/defectgate/defectgate/integrations/output/text"
)

// Format is one form of output.
type Format struct {
	Name   string
	Title  string
	Record bool // it is made from the record of the decision
	Whole  bool // it tells everything, however much there is
	Write  func(w io.Writer, r *gate.Report, o Options) error
}

// Options are how people want to read. Forms for machines ignore them.
type Options = text.Options

// Plural counts things for people: "1 day", "2 days".
func Plural(n int, one, many string) string { return text.Plural(n, one, many) }

// Component names a component for people, see [text.Component].
func Component(c gate.Component) string { return text.Component(c) }

// Formats is the table of forms.
func Formats() []Format {
	return []Format{
		{"text", "for people: verdict, violations by rule, what exceptions cover, what was read", false, false, text.Write},
		{"json", "the decision and its receipt, for machines", false, true, plain(json.Write)},
		{"bundle", "the record of the decision, signed where there is a key: a Sigstore bundle", true, false, plain(record.Bundle)},
		{"proof", "that the record stands in the ledger: a C2SP tlog-proof", true, false, plain(record.Proof)},
		{"vsa", "SLSA Verification Summary, signed where there is a key: a Sigstore bundle", true, false, plain(record.Summary)},
		{"predicate", "the decision as a predicate, for the attestation step of a platform", false, false, plain(predicate.Write)},
	}
}

// plain is a form that is the same for everybody.
func plain(write func(io.Writer, *gate.Report) error) func(io.Writer, *gate.Report, Options) error {
	return func(w io.Writer, r *gate.Report, _ Options) error { return write(w, r) }
}

// Lookup finds a form by its name.
func Lookup(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, gate.WithHint(fmt.Errorf("%q is no output format", name), "use one of %s", strings.Join(names, ", "))
}
