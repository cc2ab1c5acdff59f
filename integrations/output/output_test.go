package output_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/output"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

func written(t *testing.T, form string, r *gate.Report, o output.Options) string {
	f, err := output.Lookup(form)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, f.Write(&out, r, o))
	return out.String()
}

// What people read ends with the forecast, and no other form has it.
func TestWhatPeopleReadEndsWithTheForecast(t *testing.T) {
	const conclusion = "If nothing changes, the next build fails now."
	human := map[string]bool{}
	for _, f := range output.Formats() {
		if f.Record {
			require.Error(t, f.Write(io.Discard, outputtest.Example(), output.Options{}), "%s: there is no record", f.Name)
			continue
		}
		text := written(t, f.Name, outputtest.Example(), output.Options{})
		require.Equal(t, f.Human, strings.HasSuffix(strings.TrimRight(text, "*\n"), conclusion), f.Name)
		require.Equal(t, f.Human, strings.Contains(text, conclusion), f.Name)
		human[f.Name] = f.Human
	}
	require.Equal(t, map[string]bool{"text": true, "markdown": true, "json": false, "sarif": false, "junit": false, "annotations": false, "predicate": false}, human)
}

// Each form takes the options that are for it, and no other changes it.
func TestOptionsReachTheirForm(t *testing.T) {
	r := outputtest.Many(20, "a title")
	for option, o := range map[string]output.Options{
		"text colour": {Colour: true}, "text width": {Width: 40}, "text verbose": {Verbose: true}, "text quiet": {Quiet: true},
	} {
		for _, f := range output.Formats() {
			if !f.Record {
				same := written(t, f.Name, r, output.Options{}) == written(t, f.Name, r, o)
				require.Equal(t, !strings.HasPrefix(option, f.Name+" "), same, "%s: %s", f.Name, option)
			}
		}
	}
}

func TestAnUnknownFormNamesTheOthers(t *testing.T) {
	_, err := output.Lookup("html")
	require.EqualError(t, err, `"html" is no output format`)
	require.Contains(t, gate.HintOf(err), "text, markdown, json, sarif, junit, annotations, bundle, proof, checkpoint, vsa, predicate")
}

// Where nobody can sign off what is denied, all that people read says what that needs, and offers no line.
func TestWhatSigningOffNeeds(t *testing.T) {
	r := outputtest.Example()
	r.Ways, r.MoreWays, r.NoWays = nil, 0, "a ledger"
	for _, f := range output.Formats() {
		if f.Record {
			continue
		}
		text := written(t, f.Name, r, output.Options{})
		require.Equal(t, f.Human, strings.Contains(text, "\n\nSigning off what is denied needs a ledger\n\n"), f.Name)
		require.NotContains(t, text, "To sign off", f.Name)
	}
	require.NotContains(t, written(t, "text", r, output.Options{Quiet: true}), "Signing off")
}

// A decision that names an exception and does not have it is told all the same.
func TestAnExceptionThatIsNotThere(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Evaluation.Exceptions = nil
	for _, f := range output.Formats() {
		if !f.Record {
			require.NotEmpty(t, written(t, f.Name, r, output.Options{}))
		}
	}
	require.Contains(t, written(t, "text", r, output.Options{}), "CVE-2026-0003 in openssl 1.1.1k\n              EX-1\n")
}
