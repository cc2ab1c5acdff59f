package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

func TestDeciding(t *testing.T) {
	finding := vulnerability("CVE-2026-1")
	finding.finding.Rating = gate.Rating{Party: "ubuntu", Severity: gate.Low}
	finding.finding.Ratings = []gate.Rating{{Party: "nvd", Severity: gate.Critical}, {Party: "ghsa", Severity: gate.High}}
	for source, want := range map[string]struct {
		party    string
		severity gate.Severity
		words    string
	}{
		"":        {"ubuntu", gate.Low, "the highest of the ratings that scanners chose"},
		"scanner": {"ubuntu", gate.Low, "the highest of the ratings that scanners chose"},
		"highest": {"nvd", gate.Critical, "the highest of all ratings"},
		"ghsa":    {"ghsa", gate.High, "the highest rating of ghsa; where it has none, the highest of the ratings that scanners chose"},
		"redhat":  {"ubuntu", gate.Low, "the highest rating of redhat; where it has none, the highest of the ratings that scanners chose"},
	} {
		o := gate.MergeOptions{SeveritySource: source}
		d := merge(o, []entry{finding})[0]
		require.Equal(t, want.severity, d.Severity, source)
		require.Equal(t, want.words, o.Deciding())
		for _, r := range d.Ratings {
			require.Equal(t, r.Party == want.party, r.Wins, "%s: %s", source, r.Party)
		}
	}
}

// Of the ratings of a defect exactly one decides, and it is as severe as the defect.
func TestOneRatingDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SampledFrom([]string{"", "highest", "nvd"}).Draw(t, "source")
		for _, d := range merge(gate.MergeOptions{SeveritySource: source}, someEntries.Draw(t, "entries")) {
			winners := 0
			for _, r := range d.Ratings {
				if r.Wins {
					winners++
					require.Equal(t, d.Severity, r.Severity)
				}
			}
			require.Equal(t, 1, winners)
		}
	})
}
