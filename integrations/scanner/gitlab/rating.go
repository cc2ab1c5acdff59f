package gitlab

import (
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// vector is the CVSS vector of one vendor.
type vector struct {
	Vendor text `json:"vendor"`
	Vector text `json:"vector"`
}

// party is whose vector it is; of those that name nobody, or GitLab, it is the scanner's own.
func (x *vector) party(tool string) string {
	switch vendor := strings.ToLower(strings.TrimSpace(string(x.Vendor))); vendor {
	case "", "unknown", formatName:
		return tool
	default:
		return vendor
	}
}

// ratings gives the scanner's word with its own vector, and the vectors of others.
func (v *vulnerability) ratings(tool string) (own gate.Rating, others []gate.Rating) {
	opinion := gate.Opinion{Party: tool, Label: v.Severity.Label}
	for i := range v.Vectors {
		x := &v.Vectors[i]
		party := x.party(tool)
		if strings.EqualFold(party, tool) && opinion.Vector == "" {
			opinion.Vector = string(x.Vector)
		} else if x.Vector != "" {
			others = append(others, report.Rate(formatName, gate.Opinion{Party: party, Vector: string(x.Vector)}))
		}
	}
	return report.Rate(formatName, opinion), others
}
