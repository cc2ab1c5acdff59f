package markdown_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/golden"
	"github.com/defectgate/defectgate/integrations/output/markdown"
	"github.com/defectgate/defectgate/integrations/output/outputtest"
)

func written(t require.TestingT, r *gate.Report, o markdown.Options) string {
	var out bytes.Buffer
	require.NoError(t, markdown.Write(&out, r, o))
	return out.String()
}

const run = "https://github.com/acme/shop/actions/runs/5"

func TestMarkdownIsWhatAPersonWantsToRead(t *testing.T) {
	failed, empty := outputtest.Example(), outputtest.Example()
	failed.Decision.Verdict, failed.Decision.Problems = gate.Error, []string{`source "grype.json" is missing: no such file`}
	failed.Decision.Inputs = append(failed.Decision.Inputs, gate.Evidence{
		Kind: gate.ReportKind, Source: "grype.json", Status: gate.Missing, Required: true, Hint: "scan first:\n  grype -o json"})
	failed.Forecast = nil
	empty.Decision.Evaluation = gate.Evaluation{Verdict: gate.Pass}
	empty.Decision.Verdict, empty.Decision.Baseline, empty.Decision.Warnings = gate.Pass, nil, nil
	empty.Forecast, empty.Ways, empty.MoreWays, empty.Changes = &gate.Forecast{}, nil, 0, nil
	for name, r := range map[string]*gate.Report{"fail": outputtest.Example(), "error": failed, "pass": empty} {
		t.Run(name, func(t *testing.T) {
			golden.File(t, filepath.Join("testdata", name+".md"), written(t, r, markdown.Options{RunURL: run}))
		})
	}
}

// An address that is more than one would be a way in.
func TestAnAddressIsNothingElse(t *testing.T) {
	r := outputtest.Example()
	for address, shown := range map[string]bool{
		run: true, "https://forge.example:8443/x_y?a=1#b": true, "": false, "http://github.com/x": false, "https://": false, "javascript:alert(1)": false,
		"https://github.com/x)](y": false, "https://github.com/x y": false, "https://github.com/<b>": false, "https://user@evil.example/": false, "https://a/\nb": false,
	} {
		require.Equal(t, shown, bytes.Contains([]byte(written(t, r, markdown.Options{RunURL: address})), []byte("[run]("+address+")")), address)
	}
}

func TestMarkdownEndsWithTheConclusion(t *testing.T) {
	r := outputtest.Example()
	r.Decision.Verdict, r.Forecast.Fails = gate.Pass, outputtest.Now.AddDate(0, 0, 3)
	require.Regexp(t, `\n\n\*\*If nothing changes, the next build fails on 2026-11-04\.\*\*\n$`, written(t, r, markdown.Options{}))
	r.Forecast.Unseen = "what comes from 2026-11-05 on is not known: no time left"
	require.Regexp(t, `\n\nNote: what comes from .*no time left\.\n\n\*\*If nothing changes, .* on 2026-11-04\.\*\*\n$`, written(t, r, markdown.Options{}))
	r.Forecast.Fails = time.Time{}
	require.Regexp(t, `\n\nNote: what comes from .*no time left\.\n$`, written(t, r, markdown.Options{}))
}
