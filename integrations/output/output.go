// Package output writes finished reports. It holds the table of forms; a form computes nothing, everything shown stands in the report.
//
// To add a form, write a folder with a Write function and name it in [Formats].
package output

import (
	"fmt"
	"io"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/phrase"
	"github.com/defectgate/defectgate/integrations/output/annotations"
	"github.com/defectgate/defectgate/integrations/output/json"
	"github.com/defectgate/defectgate/integrations/output/junit"
	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/output/predicate"
	"github.com/defectgate/defectgate/integrations/output/record"
	"github.com/defectgate/defectgate/integrations/output/sarif"
	"github.com/defectgate/defectgate/integrations/output/text"
)

// Format is one form of output.
type Format struct {
	Name   string
	Title  string
	Human  bool // people read it: it ends with the forecast, where the report has one
	Record bool // it is made from the record of the decision
	Logged bool // it is made from a ledger in which that stands
	Whole  bool // it tells everything, however much there is
	Write  func(w io.Writer, r *gate.Report, o Options) error
}

// Options are how somebody wants to read. Forms that are the same for everybody pass over them.
type Options = text.Options

// Plural counts things for people: "1 day", "2 days".
func Plural(n int, one, many string) string { return phrase.Plural(n, one, many) }

// Headline is the verdict and its reason in a line.
func Headline(d *gate.Decision) string {
	return phrase.Verdict(d) + ": " + strings.Join(phrase.Counts(d), " · ")
}

// Component names a component for people, see [phrase.Component].
func Component(c gate.Component) string { return phrase.Component(c) }

// Formats is the table of forms.
func Formats() []Format {
	return []Format{
		{Name: "text", Title: "for people: verdict, violations by rule, what exceptions cover, what was read", Human: true, Write: text.Write},
		{Name: "markdown", Title: "for people: the same as GitHub flavoured Markdown, for a job summary or a comment", Human: true, Write: plain(summary)},
		{Name: "json", Title: "the decision and its receipt, for machines", Whole: true, Write: plain(json.Write)},
		{Name: "sarif", Title: "SARIF 2.1.0, for code scanning", Write: plain(sarif.Write)},
		{Name: "junit", Title: "JUnit XML, for test reports: a suite for each rule", Write: plain(junit.Write)},
		{Name: "annotations", Title: "workflow commands of GitHub Actions that put defects beside their lines", Write: plain(annotations.Write)},
		{Name: "bundle", Title: "the record of the decision, signed where there is a key: a Sigstore bundle", Record: true, Write: plain(record.Bundle)},
		{Name: "proof", Title: "that the record stands in the ledger: a C2SP tlog-proof", Record: true, Logged: true, Write: plain(record.Proof)},
		{Name: "checkpoint", Title: "what the ledger has, by which later runs find what was taken out: a C2SP tlog-checkpoint", Record: true, Logged: true,
			Write: plain(record.Checkpoint)},
		{Name: "vsa", Title: "SLSA Verification Summary, signed where there is a key: a Sigstore bundle", Record: true, Write: plain(record.Summary)},
		{Name: "predicate", Title: "the decision as a predicate, for the attestation step of a platform", Write: plain(predicate.Write)},
	}
}

func summary(w io.Writer, r *gate.Report) error { return markdown.Write(w, r, markdown.Options{}) }

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
