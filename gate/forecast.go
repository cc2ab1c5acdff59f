package gate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// ForecastDays is how far a forecast looks.
const ForecastDays = 14

// Forecast is what the next days bring if nothing changes, found by asking the policy at those instants. It is no part of the decision.
type Forecast struct {
	Coming []Coming  // in the order of time
	Fails  time.Time // when the next build would fail; zero where it would not in these days
	Unseen string    // why it does not reach to its end; the decision stands all the same
}

// Coming is one defect that gets worse by itself.
type Coming struct {
	At        time.Time
	Kind      ComingKind
	Defect    *Judged // as it is judged now; nil where an override of the artifact's own denials ends
	Exception string  // that ends
	Level     Level   // of what the policy says then; "" where it says nothing
}

// ComingKind says what happens.
type ComingKind string

// What can happen to a defect without anybody doing anything.
const (
	BecomesOverdue ComingKind = "overdue"
	LosesException ComingKind = "exception"
)

// forecast asks the policy about the next days. An error verdict has none: what it was computed from is not known.
func (in *Input) forecast(ctx context.Context, p Policy, now *Evaluation) *Forecast {
	if now.Verdict == Error {
		return nil
	}
	f := &foresight{Input: in, now: now, end: in.Now.AddDate(0, 0, ForecastDays), known: now.Verdict == Fail}
	if f.known {
		f.Fails = in.Now
	}
	f.look()
	for _, day := range f.days() {
		if err := f.ask(ctx, p, day); err != nil {
			f.Unseen = fmt.Sprintf("what comes from %s on is not known: %s", dayOf(day[0].At), err)
			break
		}
	}
	return &f.Forecast
}

// foresight is one forecast on its way.
type foresight struct {
	*Input
	Forecast
	now   *Evaluation
	end   time.Time
	coms  []coming
	known bool // since when the build fails
}

// coming is what may happen, until the policy has been asked.
type coming struct {
	Coming
	finding int // its place; -1 for the artifact
}

// look gathers what may happen: clocks that run out, and exceptions that end.
func (f *foresight) look() {
	ends := map[string]time.Time{}
	for _, e := range f.now.Exceptions {
		ends[e.ID] = e.Until
	}
	for i := range f.now.Findings {
		j := &f.now.Findings[i]
		if !j.State.IsOpen() {
			continue
		}
		f.add(coming{Coming{At: j.Due.Add(1), Kind: BecomesOverdue, Defect: j}, i}, j.Due)
		f.add(coming{Coming{At: ends[j.Covering()], Kind: LosesException, Defect: j, Exception: j.Covering()}, i}, ends[j.Covering()])
	}
	lifted := map[string]bool{}
	for _, v := range f.now.Violations {
		if !lifted[v.Exception] {
			f.add(coming{Coming{At: ends[v.Exception], Kind: LosesException, Exception: v.Exception}, -1}, ends[v.Exception])
			lifted[v.Exception] = true
		}
	}
	slices.SortStableFunc(f.coms, func(a, b coming) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.finding, b.finding)) })
}

func (f *foresight) add(c coming, at time.Time) {
	if !at.Before(f.Now) && !at.After(f.end) {
		f.coms = append(f.coms, c)
	}
}

// days gives what may happen, by the day (UTC).
func (f *foresight) days() (days [][]coming) {
	for _, c := range f.coms {
		if n := len(days); n > 0 && dayOf(days[n-1][0].At) == dayOf(c.At) {
			days[n-1] = append(days[n-1], c)
			continue
		}
		days = append(days, []coming{c})
	}
	return days
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// ask has the policy judge the end of what happens on a day. Everything is judged until it is known since when the build fails; after that, only what
// something happens to.
func (f *foresight) ask(ctx context.Context, p Policy, day []coming) error {
	at := day[len(day)-1].At
	in, place := *f.Input, func(finding int) int { return finding }
	if in.Now = at; f.known {
		place = in.only(day)
	}
	then, _, err := in.Evaluate(ctx, p)
	if err != nil {
		return err
	}
	if !f.known && then.Verdict == Fail {
		f.known, f.Fails = true, at
	}
	for _, c := range day {
		if c.finding < 0 {
			f.Coming = append(f.Coming, c.Coming)
			continue
		}
		judged := &then.Findings[place(c.finding)]
		if c.Level = judged.Level(); c.Kind == LosesException && judged.Covering() != "" {
			continue // another one takes over
		}
		f.Coming = append(f.Coming, c.Coming)
	}
	return nil
}

// only leaves those defects in an input to which something happens, and gives their new places.
func (in *Input) only(day []coming) func(finding int) int {
	defects, candidates, places := in.Defects, in.Candidates, map[int]int{}
	in.Defects, in.Candidates = nil, nil
	for _, c := range day {
		if _, has := places[c.finding]; has || c.finding < 0 {
			continue
		}
		places[c.finding] = len(in.Defects)
		in.Defects, in.Candidates = append(in.Defects, defects[c.finding]), append(in.Candidates, candidates[c.finding])
	}
	return func(finding int) int { return places[finding] }
}
