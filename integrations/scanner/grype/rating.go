package grype

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/integrations/internal/report"
)

type cvss struct {
	Source  string `json:"source"` // who scored; empty is the record's own party
	Type    string `json:"type"`   // "Primary" is the one that the database holds to be its own
	Version string `json:"version"`
	Vector  string `json:"vector"`
	Metrics struct {
		BaseScore report.Number `json:"baseScore"`
	} `json:"metrics"`
	BaseScore report.Number `json:"baseScore"` // of old reports
}

func (c *cvss) score() *float64 {
	if c.Metrics.BaseScore.Float != nil {
		return c.Metrics.BaseScore.Float
	}
	return c.BaseScore.Float
}

// says reports whether there is anything: old reports write a score of 0 without vector where there is none.
func (c *cvss) says() bool {
	score := c.score()
	return c.Vector != "" || score != nil && *score != 0
}

// party is who scored, in a record of an author.
func (c *cvss) party(author string) string {
	switch c.Source {
	case "":
		return author
	case "nvd@nist.gov":
		return "nvd"
	}
	return c.Source
}

// compare orders the vectors of one record, best last: primary ones before others, then by version, then the worst.
func (c *cvss) compare(o *cvss) int {
	return cmp.Or(
		cmp.Compare(c.rank(), o.rank()),
		cmp.Compare(c.Version, o.Version),
		cmp.Compare(value(c.score()), value(o.score())),
		cmp.Compare(c.Vector, o.Vector),
	)
}

func (c *cvss) rank() int {
	if c.Type == "Primary" {
		return 1
	}
	return 0
}

// value is a score to compare by; one that nobody can read is the worst.
func value(score *float64) float64 {
	switch {
	case score == nil:
		return 0
	case !(*score >= 0):
		return math.Inf(1)
	}
	return *score
}

// ratings gives the record's own rating, its word with the best of its vectors, and those of others whose vectors it holds.
func (r *record) ratings() (own gate.Rating, others []gate.Rating) {
	opinion := gate.Opinion{Party: r.party(), Label: r.Severity.Label}
	best := r.bestVectors(opinion.Party)
	if chosen := choose(best, opinion.Party); chosen != "" {
		opinion.Vector, opinion.Score = best[chosen].Vector, best[chosen].score()
		delete(best, chosen)
	}
	for _, party := range slices.Sorted(maps.Keys(best)) {
		others = append(others, report.Rate(tool, gate.Opinion{Party: party, Vector: best[party].Vector, Score: best[party].score()}))
	}
	return report.Rate(tool, opinion), others
}

// bestVectors gives the vector of each party.
func (r *record) bestVectors(author string) map[string]*cvss {
	r.CVSSv2.Version, r.CVSSv3.Version = "2.0", "3"
	best := map[string]*cvss{}
	consider := func(c *cvss) {
		party := c.party(author)
		if c.says() && (best[party] == nil || c.compare(best[party]) > 0) {
			best[party] = c
		}
	}
	consider(&r.CVSSv2)
	consider(&r.CVSSv3)
	for i := range r.CVSS {
		consider(&r.CVSS[i])
	}
	return best
}

// choose names the party whose vector goes with the record's word: its author, else the one with the best vector, for a record that holds
// only vectors of others took its word from them.
func choose(best map[string]*cvss, author string) (chosen string) {
	if best[author] != nil {
		return author
	}
	for _, party := range slices.Sorted(maps.Keys(best)) {
		if chosen == "" || best[party].compare(best[chosen]) > 0 {
			chosen = party
		}
	}
	return chosen
}
