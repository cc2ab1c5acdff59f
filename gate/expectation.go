package gate

import (
	"slices"
	"time"
)

// Expectation is what must hold of a source.
type Expectation struct {
	Required       bool
	EmptyAllowed   bool          // zero findings need no proof
	MaxAge         time.Duration // of the scan; 0 is no bound
	MaxAgeExplicit bool          // its owner set MaxAge: a report without a time is then stale
	MaxDatabaseAge time.Duration // of the vulnerability database, where the report names its day; 0 is no bound
	Subject        SubjectCheck
	Suppressions   bool // suppressions inside the report are honoured
	Statements     bool // VEX statements inside the report are trusted
}

// Join gives what must hold of a source that is expected twice: the stricter of both in everything.
func (x Expectation) Join(o Expectation) Expectation {
	return Expectation{
		Required: x.Required || o.Required, EmptyAllowed: x.EmptyAllowed && o.EmptyAllowed,
		MaxAge: shorter(x.MaxAge, o.MaxAge), MaxAgeExplicit: x.MaxAgeExplicit || o.MaxAgeExplicit,
		MaxDatabaseAge: shorter(x.MaxDatabaseAge, o.MaxDatabaseAge), Subject: stricter(x.Subject, o.Subject),
		Suppressions: x.Suppressions && o.Suppressions, Statements: x.Statements && o.Statements,
	}
}

// shorter gives the tighter of two bounds; 0 is none.
func shorter(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func stricter(a, b SubjectCheck) SubjectCheck {
	order := []SubjectCheck{SubjectAny, "", SubjectMatch, SubjectRequired}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// SubjectCheck says how the subject that a report names is held against the artifact.
type SubjectCheck string

// The subject checks. The empty one is [SubjectMatch].
const (
	SubjectMatch    SubjectCheck = "match"    // must not name another artifact
	SubjectRequired SubjectCheck = "required" // must name this artifact
	SubjectAny      SubjectCheck = "any"      // is not compared
)
