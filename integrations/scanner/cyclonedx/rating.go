package cyclonedx

import (
	"slices"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type rating struct {
	Source   source        `json:"source"`
	Score    report.Number `json:"score"`
	Severity report.Word   `json:"severity"`
	Method   string        `json:"method"`
	Vector   string        `json:"vector"`
}

// rate understands all ratings and chooses one, since a bom marks none: the worst of those of the vulnerability's own source, or of all
// where the own source says nothing. A vector of CVSS 2.0 does not count where its party has a newer one too.
func (v *vulnerability) rate(own string) (chosen gate.Rating, others []gate.Rating) {
	if len(v.Ratings) == 0 {
		return report.Rate(formatName, gate.Opinion{Party: own}), nil
	}
	ratings := make([]gate.Rating, len(v.Ratings))
	for i := range v.Ratings {
		ratings[i] = report.Rate(formatName, v.Ratings[i].opinion(own))
	}
	best := worst(ratings, func(r *gate.Rating) bool { return strings.EqualFold(r.Party, own) && !superseded(r, ratings) })
	if best < 0 || ratings[best].Severity == gate.Unknown {
		best = worst(ratings, func(r *gate.Rating) bool { return !superseded(r, ratings) })
	}
	return ratings[best], slices.Concat(ratings[:best], ratings[best+1:])
}

// worst gives the place of the first rating that is as severe as any that counts, or -1.
func worst(ratings []gate.Rating, counts func(*gate.Rating) bool) int {
	best := -1
	for i := range ratings {
		if r := &ratings[i]; counts(r) && (best < 0 || r.Severity > ratings[best].Severity) {
			best = i
		}
	}
	return best
}

func superseded(r *gate.Rating, ratings []gate.Rating) bool {
	if r.CVSS != "2.0" {
		return false
	}
	for i := range ratings {
		if other := &ratings[i]; other.Party == r.Party && other.CVSS > r.CVSS {
			return true
		}
	}
	return false
}

// opinion is the rating as its party printed it. One without a source is of the vulnerability's own.
func (r *rating) opinion(own string) gate.Opinion {
	o := gate.Opinion{Party: own, Label: r.Severity.Label}
	if r.Source.Name != "" {
		o.Party = r.Source.Name
	}
	if r.isCVSS() {
		o.Vector, o.Score = r.cvss(), r.Score.Float
	}
	if r.Method == "" && r.Vector == "" && o.Score != nil && *o.Score == 0 {
		o.Score = nil // writers of the extension print 0 where they have no score
	}
	return o
}

// isCVSS tells whether score and vector are on the scale of CVSS; those of OWASP, SSVC and others are not.
func (r *rating) isCVSS() bool {
	return r.Method == "" || strings.HasPrefix(strings.ToUpper(r.Method), "CVSS") || strings.HasPrefix(r.Vector, "CVSS:")
}

// cvss is the vector with the prefix by which gate knows its version; many writers leave it to the method.
func (r *rating) cvss() string {
	vector := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(r.Vector), "("), ")")
	version := strings.Trim(strings.ToUpper(r.Method), "CVS ") // 2, 3, 31, 3.1, 4
	switch {
	case vector == "", strings.HasPrefix(vector, "CVSS:"), strings.Contains(vector, "/Au:"), strings.HasPrefix(version, "2"):
		return vector
	case version == "3", version == "3.0":
		return "CVSS:3.0/" + vector
	case strings.HasPrefix(version, "4"), strings.Contains(vector, "/AT:"):
		return "CVSS:4.0/" + vector
	}
	return "CVSS:3.1/" + vector
}
