package text_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
	"github.com/defectgate/defectgate/integrations/output/text"
)

func TestTextIsWhatAPersonWantsToRead(t *testing.T) {
	for name, o := range map[string]text.Options{
		"plain": {}, "narrow": {Width: 60}, "colour": {Colour: true}, "quiet": {Quiet: true},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, text.Write(&out, outputtest.Example(), o))
			golden.File(t, filepath.Join("testdata", name+".txt"), out.String())
		})
	}
}

func TestAnErrorSaysWhyAndWhatToDo(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Verdict = gate.Error
	r.Decision.Problems = []string{`source "grype.json" is missing: no such file`}
	r.Decision.Inputs = append(r.Decision.Inputs,
		gate.Evidence{Kind: gate.ReportKind, Source: "grype.json", Status: gate.Missing, Required: true, Hint: "scan first:\n  grype -o json"})
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	golden.File(t, filepath.Join("testdata", "error.txt"), out.String())
}

// What a violation says of an exception is not said again below; every other reason is.
func TestARefusalIsSaidOnce(t *testing.T) {
	r := outputtest.Example()
	j := &r.Decision.Evaluation.Findings[3]
	j.Violations = []gate.Violation{{Rule: "severity/threshold", Level: gate.Deny, Message: "exception EX-2 does not hold: it ended on 2026-10-31"}}
	j.Exceptions = append(j.Exceptions, gate.Ruling{Exception: "EX-3", Refusals: []string{"it is for branch \"main\""}})
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	require.Equal(t, 1, strings.Count(out.String(), "it ended on 2026-10-31"))
	require.Contains(t, out.String(), "EX-3 for CVE-2026-0004: it is for branch")
	require.NotContains(t, out.String(), "EX-2 for")
}

// A failure by rules about the artifact alone has its reason in the headline.
func TestTheHeadlineCountsTheArtifact(t *testing.T) {
	r := outputtest.Example()
	e := &r.Decision.Evaluation
	e.Violations = []gate.Violation{{Level: gate.Deny}, {Level: gate.Deny, Exception: "dgx_2"}}
	e.Summary = gate.Summary{Warned: 1, Accepted: 1}
	require.Equal(t, "1 denial of the artifact · 1 defect to look at · 1 accepted risk", headline(t, r))
	e.Violations = []gate.Violation{{Level: gate.Warn}, {Level: gate.Warn}}
	e.Summary = gate.Summary{}
	require.Equal(t, "2 warnings about the artifact", headline(t, r))
}

func headline(t *testing.T, r *gate.Report) string {
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{Quiet: true}))
	return strings.Split(out.String(), "\n")[1]
}

// A severity that was not understood is explained on one line; a rating that decided nothing is not.
func TestADoubtfulRatingIsExplained(t *testing.T) {
	r := outputtest.Example()
	j := &r.Decision.Evaluation.Findings[0]
	j.Ratings = []gate.Rating{
		{Party: "nvd", Severity: gate.Critical, Note: "not of a scanner"},
		{Party: "trivy", Severity: gate.Low, Chosen: true, Note: "lower than what decides"},
		{Party: "trivy", Severity: gate.Critical, Chosen: true, Note: "\"SPICY\" is no known severity word: counts as critical" + strings.Repeat(" x", 100)},
	}
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{Width: 60}))
	require.Contains(t, out.String(), "\n                rated by trivy: \"SPICY\" is no known severit…\n")
	require.NotContains(t, out.String(), " x x x x x x x x")
	require.NotContains(t, out.String(), "not of a scanner")
	require.NotContains(t, out.String(), "lower than")
}

func TestTenOfEachRuleThenACount(t *testing.T) {
	r := outputtest.Example()
	for range 20 {
		r.Decision.Evaluation.Findings = append(r.Decision.Evaluation.Findings, outputtest.Judged("CVE-2026-0009", gate.Low, outputtest.Denied("a low one")))
	}
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, text.Options{}))
	require.Contains(t, out.String(), "… and 12 more (--verbose lists all)")
	require.Equal(t, 8, strings.Count(out.String(), "a low one"))
	out.Reset()
	require.NoError(t, text.Write(&out, r, text.Options{Verbose: true}))
	require.Equal(t, 20, strings.Count(out.String(), "a low one"))
}

// T22, T27
func TestHostileTextStaysText(t *testing.T) {
	for _, payload := range outputtest.Payloads {
		for _, width := range []int{30, 60, 100} {
			var out bytes.Buffer
			require.NoError(t, text.Write(&out, outputtest.Hostile(payload), text.Options{Verbose: true, Width: width}))
			outputtest.Harmless(t, out.String())
		}
	}
}

// ending is what the page says of the coming days.
func ending(t *testing.T, r *gate.Report, o text.Options) string {
	var out bytes.Buffer
	require.NoError(t, text.Write(&out, r, o))
	_, end, _ := strings.Cut(out.String(), "Next 14 days\n")
	return end
}

func TestThePageEndsWithTheForecast(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Verdict = gate.Pass
	events := r.Forecast.Coming
	r.Forecast.Fails, r.Forecast.Coming = time.Time{}, nil
	require.Equal(t, "    nothing becomes overdue, and no exception ends\n  If nothing changes, the next build stays green through 2026-11-14.\n",
		ending(t, r, text.Options{}))
	r.Forecast.Unseen = "what comes from 2026-11-05 on is not known: no time left"
	require.Equal(t, "    what comes from 2026-11-05 on is not known: no time left\n", ending(t, r, text.Options{}))
	r.Forecast.Fails = outputtest.Now.AddDate(0, 0, 3)
	require.Equal(t, "    what comes from 2026-11-05 on is not known: no time left\n  If nothing changes, the next build fails on 2026-11-04.\n",
		ending(t, r, text.Options{}))
	for range 4 {
		r.Forecast.Coming = append(r.Forecast.Coming, events[1:]...)
	}
	require.Contains(t, ending(t, r, text.Options{}), "    … and 2 more (--verbose lists all)\n")
	require.Equal(t, 10, strings.Count(ending(t, r, text.Options{}), " in openssl 1.1.1k\n"))
	require.Equal(t, 12, strings.Count(ending(t, r, text.Options{Verbose: true}), " in openssl 1.1.1k\n"))
	require.Empty(t, ending(t, r, text.Options{Quiet: true}))
	r.Forecast = nil
	require.Empty(t, ending(t, r, text.Options{}))
}
