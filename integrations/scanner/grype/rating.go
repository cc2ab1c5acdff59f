package grype

import (
	"cmp"
	"math"
	"slices"
	"strings"

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
	chosen := choose(best, opinion.Party)
	for i, v := range best {
		if i == chosen {
			opinion.Vector, opinion.Score = v.vector, v.score()
			continue
		}
		others = append(others, report.Rate(tool, gate.Opinion{Party: v.by, Vector: v.vector, Score: v.score()}))
	}
	return report.Rate(tool, opinion), others
}

// partyVector is the vector of one party.
type partyVector struct {
	by string
	*cvss
}

// bestVectors gives the vector of each party, in the order of their names.
func (r *record) bestVectors(author string) []partyVector {
	r.cvss2.version, r.cvss3.version = "2.0", "3"
	best := make([]partyVector, 0, 2)
	consider := func(c *cvss) {
		party := c.party(author)
		at := slices.IndexFunc(best, func(v partyVector) bool { return v.by == party })
		switch {
		case !c.says():
		case at < 0:
			best = append(best, partyVector{party, c})
		case c.compare(best[at].cvss) > 0:
			best[at].cvss = c
		}
	}
	consider(&r.cvss2)
	consider(&r.cvss3)
	for i := range r.cvss {
		consider(&r.cvss[i])
	}
	slices.SortFunc(best, func(a, b partyVector) int { return strings.Compare(a.by, b.by) })
	return best
}

// choose points to the vector that goes with the record's word: its author's, else the best one, for a record that holds only vectors of others
// took its word from them.
func choose(best []partyVector, author string) (chosen int) {
	for i, v := range best {
		if v.by == author {
			return i
		}
		if v.compare(best[chosen].cvss) > 0 {
			chosen = i
		}
	}
	return chosen
}
