package gate_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

func TestSeverityNames(t *testing.T) {
	for _, s := range gate.Severities() {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back gate.Severity
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, s, back)
		got, known := gate.Words{}.Severity(s.String())
		assert.True(t, known)
		assert.Equal(t, s, got)
	}
	assert.Equal(t, gate.Unknown, *new(gate.Severity), "the zero value")
	assert.Greater(t, gate.Low, gate.None, "larger is worse")
	assert.ErrorContains(t, new(gate.Severity).UnmarshalText([]byte("HIGH")), "unknown, none, low, medium, high, critical")
}

func TestSeverityWords(t *testing.T) {
	words := gate.Words{"moderate": gate.Medium, "negligible": gate.None}
	for word, want := range map[string]gate.Severity{
		"moderate": gate.Medium, " MODERATE\n": gate.Medium, "Negligible": gate.None, "HIGH": gate.High, "unknown": gate.Unknown, "None": gate.None,
	} {
		got, known := words.Severity(word)
		assert.True(t, known, word)
		assert.Equal(t, want, got, word)
	}
	for _, word := range []string{"", " ", "SPICY", "null", "kritisch", "hıgh", "low!", "0", "moderate-ish"} {
		got, known := words.Severity(word)
		assert.False(t, known, word)
		assert.Equal(t, gate.Critical, got, "%q: what nobody can read must not let a build pass", word)
	}
}

func TestSeverityOfScore(t *testing.T) {
	for _, c := range []struct {
		score float64
		want  gate.Severity
	}{
		{0, gate.None}, {math.Copysign(0, -1), gate.None}, {0.04, gate.Low}, {0.1, gate.Low},
		{3.9, gate.Low}, {3.9000000000000004, gate.Low}, {float64(float32(3.9)), gate.Low},
		{3.95, gate.Medium}, {3.91, gate.Medium}, {4, gate.Medium}, {6.9, gate.Medium}, {float64(float32(6.9)), gate.Medium},
		{6.95, gate.High}, {7, gate.High}, {8.9, gate.High}, {8.95, gate.Critical}, {9, gate.Critical}, {10, gate.Critical},
	} {
		r := gate.Words{}.Rate(gate.Opinion{Score: &c.score})
		assert.Equal(t, c.want, r.Severity, "%v", c.score)
		assert.Equal(t, c.score, r.Score)
		assert.Empty(t, r.Note)
	}
}

func TestImpossibleScoreCountsAsCritical(t *testing.T) {
	for _, score := range []float64{10.1, 10.000001, -1, -0.1, math.NaN(), math.Inf(1), math.Inf(-1), 1e308} {
		r := gate.Words{}.Rate(gate.Opinion{Label: ptr("low"), Score: &score})
		assert.Equal(t, gate.Critical, r.Severity, "%v", score)
		assert.Zero(t, r.Score, "the score is unknown")
		assert.Contains(t, r.Note, "is no CVSS score: counts as critical")
	}
}

func TestRate(t *testing.T) {
	const worst, low = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
	const harmless = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"
	for name, c := range map[string]struct {
		opinion gate.Opinion
		want    gate.Severity
		note    string
	}{
		"nothing at all is unknown":    {gate.Opinion{}, gate.Unknown, ""},
		"its own unknown stays":        {gate.Opinion{Label: ptr("UNKNOWN")}, gate.Unknown, ""},
		"an empty label is critical":   {gate.Opinion{Label: ptr("")}, gate.Critical, `"" is no known severity word: counts as critical`},
		"none":                         {gate.Opinion{Label: ptr("none")}, gate.None, ""},
		"a vector that scores nothing": {gate.Opinion{Vector: harmless}, gate.None, ""},
		"none and a low vector":        {gate.Opinion{Label: ptr("none"), Vector: low}, gate.Low, `score 1.6 is worse than the label "none"`},
		"unknown and a vector": {gate.Opinion{Label: ptr("unknown"), Vector: worst}, gate.Critical,
			`score 9.8 is worse than the label "unknown"`},
		"the label is worse":  {gate.Opinion{Label: ptr("critical"), Vector: low, Score: ptr(1.6)}, gate.Critical, ""},
		"the vector is worse": {gate.Opinion{Label: ptr("LOW"), Vector: worst}, gate.Critical, `score 9.8 is worse than the label "LOW"`},
		"the score is worse":  {gate.Opinion{Label: ptr("low"), Score: ptr(7.0)}, gate.High, `score 7.0 is worse than the label "low"`},
		"the score is worse than both": {gate.Opinion{Label: ptr("low"), Score: ptr(9.8), Vector: low}, gate.Critical,
			`score 9.8 is worse than the label "low"`},
		"an unreadable word beside a 1.6": {gate.Opinion{Label: ptr("SPICY"), Vector: low}, gate.Critical,
			`"SPICY" is no known severity word: counts as critical`},
		"a vector nobody can read": {gate.Opinion{Label: ptr("low"), Vector: "AV:?"}, gate.Critical,
			`vector "AV:?" cannot be read: counts as critical`},
		"a bad vector beside a score": {gate.Opinion{Score: ptr(1.0), Vector: "CVSS:3.1/"}, gate.Critical,
			`vector "CVSS:3.1/" cannot be read: counts as critical`},
	} {
		t.Run(name, func(t *testing.T) {
			r := gate.Words{}.Rate(c.opinion)
			assert.Equal(t, c.want, r.Severity)
			assert.Equal(t, c.note, r.Note)
		})
	}
}

func TestRateIsNeverBelowAnyOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := gate.Opinion{
			Label:  rapid.Ptr(rapid.SampledFrom([]string{"low", "HIGH", "none", "unknown", "critical", "", "odd"}), true).Draw(t, "label"),
			Score:  rapid.Ptr(rapid.Float64(), true).Draw(t, "score"),
			Vector: rapid.SampledFrom([]string{"", "x", "AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"}).Draw(t, "vector"),
		}
		whole := gate.Words{}.Rate(o).Severity
		for _, part := range []gate.Opinion{{Label: o.Label}, {Score: o.Score}, {Vector: o.Vector}} {
			assert.GreaterOrEqual(t, whole, gate.Words{}.Rate(part).Severity)
		}
	})
}

func ptr[T any](v T) *T { return &v }
