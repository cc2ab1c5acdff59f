package osv

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

// severity is a vector of CVSS, or a word: of the type "Ubuntu", and of types that are not known.
type severity struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

func (s severity) isVector() bool {
	return strings.HasPrefix(s.Type, "CVSS_") || strings.HasPrefix(s.Score, "CVSS:")
}

// ratings gives the worse of the record's own rating and of the highest score in its group, and the other one.
func (r *record) ratings(g *group, of []affected) (chosen gate.Rating, others []gate.Rating) {
	own := r.rating(of)
	if g.Worst.Float == nil {
		return own, nil
	}
	highest := report.Rate(formatName, gate.Opinion{Party: tool, Score: g.Worst.Float})
	if highest.Severity > own.Severity {
		return highest, []gate.Rating{own}
	}
	return own, []gate.Rating{highest}
}

// rating is what the record's database says: its word with the worst of its vectors.
func (r *record) rating(of []affected) gate.Rating {
	opinion := gate.Opinion{Party: r.party()}
	worst := report.Rate(formatName, opinion)
	for _, s := range r.severities(of) {
		if !s.isVector() {
			opinion.Label = worse(opinion.Label, s.Score)
			continue
		}
		rated := report.Rate(formatName, gate.Opinion{Party: opinion.Party, Vector: s.Score})
		if cmp.Or(cmp.Compare(rated.Severity, worst.Severity), cmp.Compare(rated.Score, worst.Score)) > 0 {
			worst, opinion.Vector = rated, s.Score
		}
	}
	return report.Rate(formatName, opinion)
}

// worse gives the worse of two words.
func worse(a *string, b string) *string {
	severity := func(word *string) gate.Severity {
		return report.Rate(formatName, gate.Opinion{Label: word}).Severity
	}
	if a != nil && severity(a) >= severity(&b) {
		return a
	}
	return &b
}

// severities gathers the ratings of a record from where databases keep them.
func (r *record) severities(of []affected) []severity {
	list := append(r.Severity[:len(r.Severity):len(r.Severity)], words(r.Database, "severity")...)
	for _, a := range of {
		list = append(list, a.Severity...)
		list = append(list, words(a.Ecosystem, "severity", "urgency", "ubuntu_priority")...)
		list = append(list, words(a.Database, "severity", "cvss")...)
	}
	return list
}

// words finds members of an object that is whatever its database likes. What is neither text nor number is no word.
func words(object jsontext.Value, names ...string) (list []severity) {
	var members map[string]jsontext.Value
	if object.Kind() != jsontext.KindBeginObject || report.Unmarshal(object, &members) != nil {
		return nil
	}
	for _, name := range names {
		var word report.Word
		if value, ok := members[name]; ok && report.Unmarshal(value, &word) == nil && *word.Label != "" {
			list = append(list, severity{Score: *word.Label})
		}
	}
	return list
}

// parties are the databases that are called otherwise elsewhere. Records of CVEs are made by OSV itself.
var parties = map[string]string{"cve": "osv", "dla": "debian", "dsa": "debian", "lsn": "ubuntu", "usn": "ubuntu",
	"rhba": "redhat", "rhea": "redhat", "rhsa": "redhat"}

// party is the database that a record comes from.
func (r *record) party() string {
	database, _, _ := strings.Cut(strings.ToLower(r.ID), "-")
	return cmp.Or(parties[database], database)
}
