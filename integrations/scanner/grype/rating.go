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
	source  string // who scored; empty is the record's own party
	kind    string // "Primary" is the one that the database holds to be its own
	version string
	vector  string
	metrics metrics
	old     metrics // of old reports: it stands beside the others
}

// Field gives where a member of a vector goes.
func (c *cvss) Field(name []byte) any {
	switch string(name) {
	case "source":
		return &c.source
	case "type":
		return &c.kind
	case "version":
		return &c.version
	case "vector":
		return &c.vector
	case "metrics":
		return &c.metrics
	}
	return c.old.Field(name)
}

type metrics struct{ base report.Number }

// Field gives where a member of metrics goes.
func (m *metrics) Field(name []byte) any {
	if string(name) == "baseScore" {
		return &m.base
	}
	return nil
}

func (c *cvss) score() *float64 {
	return cmp.Or(c.metrics.base.Float, c.old.base.Float)
}

// says reports whether there is anything: old reports write a score of 0 without vector where there is none.
func (c *cvss) says() bool {
	score := c.score()
	return c.vector != "" || score != nil && *score != 0
}

// party is who scored, in a record of an author.
func (c *cvss) party(author string) string {
	switch c.source {
	case "":
		return author
	case "nvd@nist.gov":
		return "nvd"
	}
	return c.source
}

// compare orders the vectors of one record, best last: primary ones before others, then by version, then the worst.
func (c *cvss) compare(o *cvss) int {
	return cmp.Or(
		cmp.Compare(c.rank(), o.rank()),
		cmp.Compare(c.version, o.version),
		cmp.Compare(value(c.score()), value(o.score())),
		cmp.Compare(c.vector, o.vector),
	)
}

func (c *cvss) rank() int {
	if c.kind == "Primary" {
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
	opinion := gate.Opinion{Party: r.party(), Label: r.severity.Label}
	best := r.bestVectors(opinion.Party)
	if chosen := choose(best, opinion.Party); chosen != "" {
		opinion.Vector, opinion.Score = best[chosen].vector, best[chosen].score()
		delete(best, chosen)
	}
	for _, party := range slices.Sorted(maps.Keys(best)) {
		others = append(others, report.Rate(tool, gate.Opinion{Party: party, Vector: best[party].vector, Score: best[party].score()}))
	}
	return report.Rate(tool, opinion), others
}

// bestVectors gives the vector of each party.
func (r *record) bestVectors(author string) map[string]*cvss {
	r.cvss2.version, r.cvss3.version = "2.0", "3"
	best := map[string]*cvss{}
	consider := func(c *cvss) {
		party := c.party(author)
		if c.says() && (best[party] == nil || c.compare(best[party]) > 0) {
			best[party] = c
		}
	}
	consider(&r.cvss2)
	consider(&r.cvss3)
	for i := range r.cvss {
		consider(&r.cvss[i])
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
