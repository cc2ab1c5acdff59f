package gate

import "slices"

// Summary counts the defects of a decision. Accepted, not affected, false positive, fixed and suppressed are different things.
type Summary struct {
	Defects    int            `json:"defects"`
	Open       int            `json:"open"`            // those that an exception covers included
	Denied     int            `json:"denied"`          // with a denial that nothing covers
	Warned     int            `json:"warned"`          // with a warning, and no denial
	Accepted   int            `json:"accepted"`        // somebody took the risk, until a day
	Dismissed  int            `json:"false_positives"` // somebody signed off that there is none; what VEX says stands under closed
	Overridden int            `json:"overridden"`      // denied, and let through this once
	Closed     map[State]int  `json:"closed"`          // by state
	Severities map[string]int `json:"severities"`      // of open defects that are neither accepted nor dismissed
	Kinds      map[Kind]int   `json:"kinds"`           // likewise
	Violations map[Level]int  `json:"violations"`      // that nothing covers, those about the artifact included
}

// Summarise counts. Judgements are parallel to the defects.
func Summarise(defects []*Defect, judgements []Judgement) Summary {
	s := Summary{
		Defects: len(defects), Closed: map[State]int{}, Severities: map[string]int{}, Kinds: map[Kind]int{}, Violations: map[Level]int{},
	}
	for i, d := range defects {
		s.count(d, &judgements[i])
	}
	return s
}

func (s *Summary) count(d *Defect, j *Judgement) {
	state := d.State()
	if !state.IsOpen() {
		s.Closed[state]++
		return
	}
	s.Open++
	s.addViolations(j.Violations)
	switch j.Level() {
	case Deny:
		s.Denied++
	case Warn:
		s.Warned++
	}
	switch j.CoveredAs() {
	case "":
	case NoDefect:
		s.Dismissed++
		return
	case Overriding: // the risk is what it was
		if slices.ContainsFunc(j.Violations, func(v Violation) bool { return v.Exception != "" }) {
			s.Overridden++
		}
	default:
		s.Accepted++
		return
	}
	s.Severities[d.Severity.String()]++
	s.Kinds[d.Kind]++
}

func (s *Summary) addViolations(violations []Violation) {
	for _, v := range violations {
		switch {
		case v.Exception != "":
		case v.Level.blocks():
			s.Violations[Deny]++
		default:
			s.Violations[Warn]++
		}
	}
}
