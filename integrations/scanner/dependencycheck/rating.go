package dependencycheck

import (
	"cmp"
	"strings"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// metrics are the parts of one CVSS, by the names that the report gives them.
type metrics map[string]report.Word

func (m metrics) text(name string) string {
	if label := m[name].Label; label != nil {
		return strings.TrimSpace(*label)
	}
	return ""
}

// metric is one part of a vector: its letters, the names that it has in reports, and the first letters of its words, of which the vector is made.
type metric struct{ letters, name, words string }

var (
	metricsV2 = []metric{{"AV", "accessVector", "NAL"}, {"AC", "accessComplexity", "LMH"}, {"Au", "authenticationr", "NSM"},
		{"C", "confidentialityImpact", "NPC"}, {"I", "integrityImpact", "NPC"}, {"A", "availabilityImpact", "NPC"}}
	metricsV3 = []metric{{"AV", "attackVector", "NALP"}, {"AC", "attackComplexity", "LH"}, {"PR", "privilegesRequired", "NLH"},
		{"UI", "userInteraction", "NR"}, {"S", "scope", "UC"},
		{"C", "confidentialityImpact", "NLH"}, {"I", "integrityImpact", "NLH"}, {"A", "availabilityImpact", "NLH"}}
)

// vector puts a vector together. It is empty where a part is missing or unknown: the score that the report has is enough then.
func (m metrics) vector(prefix string, parts []metric) string {
	written := make([]string, len(parts))
	for i, part := range parts {
		word := cmp.Or(m.text(part.name), m.text(strings.Replace(part.name, "confidentialityImpact", "confidentialImpact", 1)))
		if word == "" || !strings.Contains(part.words, strings.ToUpper(word[:1])) {
			return ""
		}
		written[i] = part.letters + ":" + strings.ToUpper(word[:1])
	}
	return prefix + strings.Join(written, "/")
}

func (m metrics) opinionV2(party string) gate.Opinion {
	return gate.Opinion{Party: party, Label: m["severity"].Label, Vector: m.vector("", metricsV2), Score: report.ParseNumber(m.text("score")).Float}
}

func (m metrics) opinionV3(party string) gate.Opinion {
	version := m.text("version")
	if version != "3.0" {
		version = "3.1"
	}
	return gate.Opinion{Party: party, Label: m["baseSeverity"].Label, Vector: m.vector("CVSS:"+version+"/", metricsV3),
		Score: report.ParseNumber(m.text("baseScore")).Float}
}

// opinionV4 reads the one CVSS that names who scored.
func (m metrics) opinionV4(party string) gate.Opinion {
	if by := m.text("source"); by != "" && by != "nvd@nist.gov" {
		party = by
	}
	return gate.Opinion{Party: party, Label: m["baseSeverity"].Label, Vector: m.text("vectorString"),
		Score: report.ParseNumber(m.text("baseScore")).Float}
}

// rate chooses the newest CVSS together with the entry's own word, which Dependency-Check takes from it. A suppressed entry has no word of its own.
func (v *vulnerability) rate() (chosen gate.Rating, others []gate.Rating) {
	opinions := v.opinions()
	if v.Severity.Label != nil {
		opinions[0].Label = v.Severity.Label
	}
	for _, o := range opinions[1:] {
		others = append(others, report.Rate(formatName, o))
	}
	return report.Rate(formatName, opinions[0]), others
}

// opinions are those of the CVSS that the entry has, newest first. There is one at least.
func (v *vulnerability) opinions() (list []gate.Opinion) {
	party := v.party()
	if len(v.V4) > 0 {
		list = append(list, v.V4.opinionV4(party))
	}
	if len(v.V3) > 0 {
		list = append(list, v.V3.opinionV3(party))
	}
	if len(v.V2) > 0 {
		list = append(list, v.V2.opinionV2(party))
	}
	if len(list) == 0 {
		list = []gate.Opinion{{Party: party}}
	}
	return list
}

// party is the data source; the schemas before 1.7 do not name it.
func (v *vulnerability) party() string { return cmp.Or(strings.ToLower(v.Source), formatName) }
