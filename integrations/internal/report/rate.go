package report

import (
	"math"
	"sync"

	"github.com/defectgate/defectgate/gate"
)

// Rate understands an opinion in the words of a format, see [gate.Words.Rate].
func Rate(format string, o gate.Opinion) gate.Rating {
	asked, ok := opinionOf(format, o)
	if !ok {
		return Words(format).Rate(o)
	}
	if r, known := understood.find(asked); known {
		return r
	}
	r := Words(format).Rate(o)
	understood.keep(asked, r)
	return r
}

// opinion is an opinion by its values.
type opinion struct {
	format, party, label, vector string
	score                        uint64 // the bits of it: 0 and -0 are equal and not the same
	labelled, scored             bool
}

// opinionOf fails for what is rare.
func opinionOf(format string, o gate.Opinion) (asked opinion, ok bool) {
	asked = opinion{format: format, party: o.Party, vector: o.Vector}
	if o.Label != nil {
		asked.label, asked.labelled = *o.Label, true
	}
	if o.Score != nil {
		asked.score, asked.scored = math.Float64bits(*o.Score), true
	}
	return asked, o.Risk == nil
}

// understood remembers ratings: a million findings have some hundred opinions.
var understood = ratings{known: map[opinion]gate.Rating{}}

// mostRatings bounds what is remembered, and longestOpinion what one of them may take.
const (
	mostRatings    = 4096
	longestOpinion = 512
)

type ratings struct {
	mu    sync.RWMutex
	known map[opinion]gate.Rating
}

func (r *ratings) find(o opinion) (gate.Rating, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	rating, known := r.known[o]
	return rating, known
}

func (r *ratings) keep(o opinion, rating gate.Rating) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) < mostRatings && len(o.label)+len(o.party)+len(o.vector) <= longestOpinion {
		r.known[o] = rating
	}
}
