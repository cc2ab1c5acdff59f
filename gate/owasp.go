package gate

import (
	"fmt"
	"strings"
)

// Risk is what people estimate of a defect by the OWASP Risk Rating Methodology: factors that are whole numbers from 0 to 9, of which more
// is worse. Nil is a factor that nobody gave. One that is nil or impossible is reckoned as 9, so that no gap makes a risk look smaller.
// Source: https://owasp.org/www-community/OWASP_Risk_Rating_Methodology
type Risk struct {
	SkillLevel  *int `json:"skill_level"` // step 2, "Threat Agent Factors", as the next three: what the attackers know
	Motive      *int `json:"motive"`      // what they gain
	Opportunity *int `json:"opportunity"` // how little access and means they need
	Size        *int `json:"size"`        // how many they are

	EaseOfDiscovery    *int `json:"ease_of_discovery"`   // step 2, "Vulnerability Factors", as the next three: how easily it is found
	EaseOfExploit      *int `json:"ease_of_exploit"`     // how easily it is used
	Awareness          *int `json:"awareness"`           // how well known it is
	IntrusionDetection *int `json:"intrusion_detection"` // how surely nobody notices its use

	LossOfConfidentiality *int `json:"loss_of_confidentiality"` // step 3, "Technical Impact Factors", as the next three: data disclosed
	LossOfIntegrity       *int `json:"loss_of_integrity"`       // data spoilt
	LossOfAvailability    *int `json:"loss_of_availability"`    // services lost
	LossOfAccountability  *int `json:"loss_of_accountability"`  // how little leads back to a person

	FinancialDamage  *int `json:"financial_damage"`  // step 3, "Business Impact Factors", as the next three: money lost
	ReputationDamage *int `json:"reputation_damage"` // trust lost
	NonCompliance    *int `json:"non_compliance"`    // duties broken
	PrivacyViolation *int `json:"privacy_violation"` // people whose data gets out
}

// RiskFactor is one factor of a [Risk].
type RiskFactor struct {
	Name  string // as the methodology names it, in snake case
	Short string // as vectors write it; the letters are those of the calculators, the methodology has none
	Value *int   // nil where nobody gave it
}

// maxFactor is the worst a factor can be: the methodology, step 2.
const maxFactor = 9

// Valid reports whether the factor is absent or from 0 to 9.
func (f RiskFactor) Valid() bool { return f.Value == nil || *f.Value >= 0 && *f.Value <= maxFactor }

// Factors lists all sixteen in the order of the methodology: likelihood, technical impact, business impact.
func (r *Risk) Factors() []RiskFactor {
	return []RiskFactor{
		{"skill_level", "SL", r.SkillLevel}, {"motive", "M", r.Motive},
		{"opportunity", "O", r.Opportunity}, {"size", "S", r.Size},
		{"ease_of_discovery", "ED", r.EaseOfDiscovery}, {"ease_of_exploit", "EE", r.EaseOfExploit},
		{"awareness", "A", r.Awareness}, {"intrusion_detection", "ID", r.IntrusionDetection},
		{"loss_of_confidentiality", "LC", r.LossOfConfidentiality}, {"loss_of_integrity", "LI", r.LossOfIntegrity},
		{"loss_of_availability", "LAV", r.LossOfAvailability}, {"loss_of_accountability", "LAC", r.LossOfAccountability},
		{"financial_damage", "FD", r.FinancialDamage}, {"reputation_damage", "RD", r.ReputationDamage},
		{"non_compliance", "NC", r.NonCompliance}, {"privacy_violation", "PV", r.PrivacyViolation},
	}
}

func (r *Risk) likelihood() []RiskFactor { return r.Factors()[:8] }
func (r *Risk) technical() []RiskFactor  { return r.Factors()[8:12] }
func (r *Risk) business() []RiskFactor   { return r.Factors()[12:] }

// Missing names the factors that a whole estimate needs and that are not there: any of likelihood, and the rest of a kind of impact of
// which some are given. Where there is no impact at all they are the technical ones, which those who find a defect can tell.
func (r *Risk) Missing() []string {
	missing, technical, business := absent(r.likelihood()), absent(r.technical()), absent(r.business())
	if none := len(r.technical()); len(business) == none || len(technical) < none {
		missing = append(missing, technical...)
	}
	if len(business) < len(r.business()) {
		missing = append(missing, business...)
	}
	return missing
}

func absent(factors []RiskFactor) (names []string) {
	for _, f := range factors {
		if f.Value == nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// Estimate is a likelihood or an impact: the mean of its factors, from 0 to 9.
type Estimate float64

// Level gives [Low], [Medium] or [High]: the methodology, step 4, "Likelihood and Impact Levels".
func (e Estimate) Level() Severity {
	switch {
	case e < 3:
		return Low
	case e < 6:
		return Medium
	}
	return High
}

// String gives number and level, as "5.3 (medium)". The means of four and of eight never round up to a level that they do not reach.
func (e Estimate) String() string { return fmt.Sprintf("%.1f (%s)", float64(e), e.Level()) }

func mean(factors []RiskFactor) Estimate {
	sum := 0
	for _, f := range factors {
		if f.Value == nil || !f.Valid() {
			sum += maxFactor
			continue
		}
		sum += *f.Value
	}
	return Estimate(sum) / Estimate(len(factors))
}

// Likelihood is the mean of the eight factors of threat agent and vulnerability: the methodology, step 4, "Repeatable Method".
func (r *Risk) Likelihood() Estimate { return mean(r.likelihood()) }

// Impact is the mean of the business factors where there are any, and of the technical ones elsewhere: the methodology, step 4,
// "Determining Severity", takes what is known of the business in place of what is known of the technology, even where it is lower.
func (r *Risk) Impact() Estimate {
	if len(absent(r.business())) < len(r.business()) {
		return mean(r.business())
	}
	return mean(r.technical())
}

// overall is "Overall Risk Severity" of the methodology, step 4: a row for each level of impact, a column for each of likelihood, from low
// to high. The first cell is "Note" there. Here it is low: none means a defect that does no harm (a CVSS score of 0.0), and a Note may do
// some, so that rules which let none pass must not let it pass.
var overall = [3][3]Severity{
	{Low, Low, Medium},
	{Low, Medium, High},
	{Medium, High, Critical},
}

// Severity gives the severity of likelihood and impact together.
func (r *Risk) Severity() Severity {
	return overall[r.Impact().Level()-Low][r.Likelihood().Level()-Low]
}

// String says where the severity comes from, as "OWASP likelihood 5.3 (medium), impact 7.0 (high)".
func (r *Risk) String() string {
	return fmt.Sprintf("OWASP likelihood %s, impact %s", r.Likelihood(), r.Impact())
}

// Vector writes the factors that are given as calculators of the methodology do: "SL:5/M:4/O:7/S:9/…".
func (r *Risk) Vector() string {
	var parts []string
	for _, f := range r.Factors() {
		if f.Value != nil {
			parts = append(parts, fmt.Sprintf("%s:%d", f.Short, *f.Value))
		}
	}
	return strings.Join(parts, "/")
}

// rate gives the severity of the risk and what a rating made of all else has to note of it: why the severity is the risk's, where that is
// the worst, and its vector, where one of CVSS has the place.
func (r *Risk) rate(rating *Rating) (Severity, string) {
	var notes []string
	severity := r.Severity()
	if severity > rating.Severity {
		notes = append(notes, r.String()+worseThan(rating.Label))
	}
	if rating.Vector == "" {
		rating.Vector = r.Vector()
	} else {
		notes = append(notes, "OWASP "+r.Vector())
	}
	return severity, strings.Join(notes, "; ")
}

func worseThan(label string) string {
	if label == "" {
		return ""
	}
	return fmt.Sprintf(" is worse than the label %q", label)
}
