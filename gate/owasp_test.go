package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/defectgate/defectgate/gate"
)

// riskOf takes eight factors of likelihood, four of technical impact and four of business impact; -2 is one that nobody gave. The risk
// follows the values when they change.
func riskOf(values ...int) *gate.Risk {
	r := &gate.Risk{}
	for i, field := range riskFields(r) {
		if i < len(values) && values[i] != -2 {
			*field = &values[i]
		}
	}
	return r
}

func riskFields(r *gate.Risk) []**int {
	return []**int{
		&r.SkillLevel, &r.Motive, &r.Opportunity, &r.Size, &r.EaseOfDiscovery, &r.EaseOfExploit, &r.Awareness, &r.IntrusionDetection,
		&r.LossOfConfidentiality, &r.LossOfIntegrity, &r.LossOfAvailability, &r.LossOfAccountability,
		&r.FinancialDamage, &r.ReputationDamage, &r.NonCompliance, &r.PrivacyViolation,
	}
}

// even is a risk whose factors of likelihood are all the same, and those of technical impact too.
func even(likelihood, impact int) *gate.Risk {
	l, i := likelihood, impact
	return riskOf(l, l, l, l, l, l, l, l, i, i, i, i)
}

// The example of the methodology, step 4.
func TestRiskOfTheMethodology(t *testing.T) {
	r := riskOf(5, 2, 7, 1, 3, 6, 9, 2, 9, 7, 5, 8)
	assert.Equal(t, gate.Estimate(4.375), r.Likelihood())
	assert.Equal(t, gate.Estimate(7.25), r.Impact())
	assert.Equal(t, gate.High, r.Severity())
	assert.Equal(t, "OWASP likelihood 4.4 (medium), impact 7.2 (high)", r.String())
	r = riskOf(5, 2, 7, 1, 3, 6, 9, 2, 9, 7, 5, 8, 1, 2, 1, 5)
	assert.Equal(t, gate.Estimate(2.25), r.Impact(), "what is known of the business counts")
	assert.Equal(t, gate.Low, r.Severity())
	assert.Equal(t, "SL:5/M:2/O:7/S:1/ED:3/EE:6/A:9/ID:2/LC:9/LI:7/LAV:5/LAC:8/FD:1/RD:2/NC:1/PV:5", r.Vector())
}

// The whole matrix of the methodology, step 4; the first cell is "Note" there.
func TestOverallRiskSeverity(t *testing.T) {
	const low, medium, high = 2, 4, 8
	for _, c := range []struct {
		likelihood, impact int
		want               gate.Severity
	}{
		{low, low, gate.Low}, {medium, low, gate.Low}, {high, low, gate.Medium},
		{low, medium, gate.Low}, {medium, medium, gate.Medium}, {high, medium, gate.High},
		{low, high, gate.Medium}, {medium, high, gate.High}, {high, high, gate.Critical},
	} {
		assert.Equal(t, c.want, even(c.likelihood, c.impact).Severity(), "likelihood %d, impact %d", c.likelihood, c.impact)
	}
	assert.Equal(t, gate.Low, even(0, 0).Severity(), "a Note is a defect")
}

func TestLevels(t *testing.T) {
	for e, want := range map[gate.Estimate]gate.Severity{
		0: gate.Low, 2.99: gate.Low, 3: gate.Medium, 5.99: gate.Medium, 6: gate.High, 9: gate.High,
	} {
		assert.Equal(t, want, e.Level(), "%v", float64(e))
	}
	// The nearest that whole factors reach on both sides of the bounds.
	for _, c := range []struct {
		risk *gate.Risk
		want string
	}{
		{riskOf(3, 3, 3, 3, 3, 3, 3, 2, 3, 3, 3, 2), "OWASP likelihood 2.9 (low), impact 2.8 (low)"},
		{even(3, 3), "OWASP likelihood 3.0 (medium), impact 3.0 (medium)"},
		{riskOf(6, 6, 6, 6, 6, 6, 6, 5, 6, 6, 6, 5), "OWASP likelihood 5.9 (medium), impact 5.8 (medium)"},
		{even(6, 6), "OWASP likelihood 6.0 (high), impact 6.0 (high)"},
	} {
		assert.Equal(t, c.want, c.risk.String())
	}
}

func TestMissingFactors(t *testing.T) {
	const no = -2
	for want, r := range map[string]*gate.Risk{
		"":                                 even(0, 0),
		"skill_level size":                 riskOf(no, 1, 1, no, 1, 1, 1, 1, 1, 1, 1, 1),
		"loss_of_accountability":           riskOf(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, no),
		"reputation_damage":                riskOf(1, 1, 1, 1, 1, 1, 1, 1, no, no, no, no, 1, no, 1, 1),
		"motive financial_damage":          riskOf(1, no, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, no, 1, 1, 1),
		"loss_of_integrity":                riskOf(1, 1, 1, 1, 1, 1, 1, 1, 1, no, 1, 1, 1, 1, 1, 1),
		"loss_of_integrity non_compliance": riskOf(1, 1, 1, 1, 1, 1, 1, 1, 1, no, 1, 1, 1, 1, no, 1),
		"loss_of_confidentiality loss_of_integrity loss_of_availability loss_of_accountability": riskOf(1, 1, 1, 1, 1, 1, 1, 1),
	} {
		assert.Equal(t, want, strings.Join(r.Missing(), " "))
	}
	assert.Len(t, new(gate.Risk).Missing(), 12)
}

// A risk with gaps is refused where it is read. Should one come through all the same, the gaps are the worst that they can be.
func TestGapsAreReckonedAsTheWorst(t *testing.T) {
	assert.Equal(t, gate.Critical, new(gate.Risk).Severity())
	for _, odd := range []int{-2, -1, -100, 10, 1 << 40} {
		assert.Equal(t, gate.Estimate(9), riskOf(9, 9, 9, odd, 9, 9, 9, 9, 0, 0, 0, 0).Likelihood(), "%d", odd)
		assert.Equal(t, gate.Estimate(9), riskOf(0, 0, 0, 0, 0, 0, 0, 0, 9, 9, odd, 9).Impact(), "%d", odd)
		assert.Equal(t, gate.Estimate(9), riskOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, odd, 9, 9, 9).Impact(), "%d", odd)
	}
	for _, f := range riskOf(-1, 10, 0, 9).Factors()[:5] {
		assert.Equal(t, f.Name != "skill_level" && f.Name != "motive", f.Valid(), f.Name)
	}
}

// Making one factor worse never makes the severity better.
func TestRaisingAFactorNeverLowersTheSeverity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 9), 16, 16).Draw(t, "factors")
		values = values[:rapid.SampledFrom([]int{12, 16}).Draw(t, "with business impact")]
		r := riskOf(values...)
		before, estimates := r.Severity(), r.Likelihood()+r.Impact()
		i := rapid.IntRange(0, len(values)-1).Draw(t, "which")
		values[i] = rapid.IntRange(values[i], 9).Draw(t, "raised to")
		require.GreaterOrEqual(t, r.Severity(), before)
		require.GreaterOrEqual(t, r.Likelihood()+r.Impact(), estimates)
	})
}

func TestRateWithRisk(t *testing.T) {
	const vector, owasp = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "SL:7/M:7/O:7/S:7/ED:7/EE:7/A:7/ID:7/LC:4/LI:4/LAV:4/LAC:4"
	const text = "OWASP likelihood 7.0 (high), impact 4.0 (medium)"
	for name, c := range map[string]struct {
		opinion gate.Opinion
		want    gate.Rating
	}{
		"nothing else":       {gate.Opinion{}, gate.Rating{Vector: owasp, Severity: gate.High, Note: text}},
		"a word that agrees": {gate.Opinion{Label: ptr("High")}, gate.Rating{Label: "High", Vector: owasp, Severity: gate.High}},
		"a worse word":       {gate.Opinion{Label: ptr("critical")}, gate.Rating{Label: "critical", Vector: owasp, Severity: gate.Critical}},
		"a better word": {gate.Opinion{Label: ptr("low")},
			gate.Rating{Label: "low", Vector: owasp, Severity: gate.High, Note: text + ` is worse than the label "low"`}},
		"a word that says nothing": {gate.Opinion{Label: ptr("unknown")},
			gate.Rating{Label: "unknown", Vector: owasp, Severity: gate.High, Note: text + ` is worse than the label "unknown"`}},
		"a word that nobody knows": {gate.Opinion{Label: ptr("odd")}, gate.Rating{Label: "odd", Vector: owasp, Severity: gate.Critical,
			Note: `"odd" is no known severity word: counts as critical`}},
		"a worse score":  {gate.Opinion{Score: ptr(9.8)}, gate.Rating{Score: 9.8, Vector: owasp, Severity: gate.Critical}},
		"a better score": {gate.Opinion{Score: ptr(0.0)}, gate.Rating{Vector: owasp, Severity: gate.High, Note: text}},
		"a CVSS vector": {gate.Opinion{Vector: vector},
			gate.Rating{CVSS: "3.1", Vector: vector, Score: 1.6, Severity: gate.High, Note: text + "; OWASP " + owasp}},
		"a CVSS vector and a word that agrees": {gate.Opinion{Label: ptr("high"), Vector: vector},
			gate.Rating{Label: "high", CVSS: "3.1", Vector: vector, Score: 1.6, Severity: gate.High, Note: "OWASP " + owasp}},
		"a vector that cannot be read": {gate.Opinion{Vector: "AV:?"}, gate.Rating{CVSS: "2.0", Vector: "AV:?", Severity: gate.Critical,
			Note: `vector "AV:?" cannot be read: counts as critical; OWASP ` + owasp}},
		"a word worse than none": {gate.Opinion{Label: ptr("none"), Vector: vector}, gate.Rating{Label: "none", CVSS: "3.1", Vector: vector, Score: 1.6,
			Severity: gate.High, Note: `score 1.6 is worse than the label "none"; ` + text + ` is worse than the label "none"; OWASP ` + owasp}},
	} {
		t.Run(name, func(t *testing.T) {
			c.opinion.Party, c.want.Party, c.opinion.Risk = "workshop", "workshop", even(7, 4)
			assert.Equal(t, c.want, gate.Words{}.Rate(c.opinion))
		})
	}
}
