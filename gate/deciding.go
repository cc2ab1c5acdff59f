package gate

import (
	"fmt"
	"slices"
)

// namesParty reports whether the severities are to be those of a party by name.
func namesParty(source string) bool {
	return source != "" && source != "scanner" && source != "highest"
}

// Deciding says in words which ratings decide how severe a defect is.
func (o MergeOptions) Deciding() string {
	const scanners = "the highest of the ratings that scanners chose"
	switch {
	case namesParty(o.SeveritySource):
		return fmt.Sprintf("the highest rating of %s; where it has none, %s", o.SeveritySource, scanners)
	case o.SeveritySource == "highest":
		return "the highest of all ratings"
	}
	return scanners
}

// decide gives the highest of the ratings that decide, and marks it.
func decide(ratings []Rating, source string) Severity {
	decides := func(r *Rating) bool { return r.Chosen || source == "highest" }
	if namesParty(source) && slices.ContainsFunc(ratings, func(r Rating) bool { return r.Party == source }) {
		decides = func(r *Rating) bool { return r.Party == source }
	}
	var winner *Rating
	for i := range ratings {
		r := &ratings[i]
		if r.Wins = false; decides(r) && (winner == nil || r.Severity > winner.Severity) {
			winner = r
		}
	}
	if winner == nil {
		return Unknown
	}
	winner.Wins = true
	return winner.Severity
}
