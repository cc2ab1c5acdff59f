package gate

import (
	"context"
	"fmt"
	"slices"
)

// Evaluate asks a policy about an input: the pure middle of a check. Equal inputs and policies give equal evaluations, which is what a replay rests
// on. Prints are what the policy printed. With an error the evaluation stands all the same, and its verdict is "error".
func (in *Input) Evaluate(ctx context.Context, p Policy) (ev Evaluation, prints []string, err error) {
	said, err := p.Evaluate(ctx, *in)
	if err == nil && len(said.Defects) != len(in.Defects) {
		err = fmt.Errorf("it judged %d of %d defects", len(said.Defects), len(in.Defects))
	}
	if err != nil {
		said = Judgements{Defects: make([]Judgement, len(in.Defects)), Prints: said.Prints}
	}
	ev.Violations, ev.Exceptions = said.Artifact, countCovered(in.Exceptions, said.Defects)
	ev.Summary = Summarise(in.Defects, said.Defects)
	ev.Summary.addViolations(said.Artifact)
	ev.Findings = make([]Judged, len(in.Defects))
	for i, defect := range in.Defects {
		ev.Findings[i] = Judged{Defect: defect, State: defect.State(), Judgement: said.Defects[i]}
	}
	ev.Verdict = verdict(err == nil && len(in.Problems) == 0, ev.Summary)
	return ev, said.Prints, err
}

func countCovered(all []ExceptionUse, said []Judgement) []ExceptionUse {
	covered := map[string]int{}
	for i := range said {
		if id := said[i].Covering(); id != "" {
			covered[id]++
		}
	}
	uses := slices.Clone(all)
	for i := range uses {
		uses[i].Covered = covered[uses[i].ID]
	}
	return uses
}

func verdict(decided bool, s Summary) Verdict {
	switch {
	case !decided:
		return Error
	case s.Violations[Deny] > 0:
		return Fail
	}
	return Pass
}
