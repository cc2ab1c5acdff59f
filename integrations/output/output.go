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
	"github.com/defectgate/defectgate/integrations/output/text"
)

// Format is one form of output.
type Format struct {
	Name  string
	Title string
	Write func(w io.Writer, r *gate.Report, o Options) error
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
		{"text", "for people: verdict, violations by rule, what exceptions cover, what was read", text.Write},
		{"json", "the decision and its receipt, for machines", func(w io.Writer, r *gate.Report, _ Options) error { return json.Write(w, r) }},
	}
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
