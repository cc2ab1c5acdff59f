package main

import (
	"context"
	"fmt"
	"time"

	"github.com/defectgate/defectgate/gate"
)

func (j *judging) mode() gate.Mode {
	if j.observe {
		return gate.Observe
	}
	return gate.Enforce
}

func (j *judging) run(run gate.Run) gate.Run {
	if j.runID != "" {
		run.Key = j.runID
	}
	if run.Key == "" {
		run.Key = randomKey()
	}
	return run
}

// inTime ends whatever is waited for when a time budget is over.
func inTime(ctx context.Context, budget time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, budget, fmt.Errorf("the time budget of %s is over", budget))
}

// clockTolerance is how far --now may be from the system clock where a CI run enforces.
const clockTolerance = 5 * time.Minute

// clock gives the decision's clock. In CI, an enforced decision is made now: another instant would bring expired exceptions back to life.
func (j *judging) clock(w world) (now func() time.Time, source string, err error) {
	if j.now == "" {
		at := w.now()
		return func() time.Time { return at }, "system", nil
	}
	at, err := gate.ParseTime(j.now)
	if err != nil {
		return nil, "", fmt.Errorf("--now: %w", err)
	}
	if off := at.Sub(w.now()).Abs(); off > clockTolerance && w.inCI() && !j.observe {
		return nil, "", gate.WithHint(fmt.Errorf("--now %s is %s off the system clock", j.now, off.Round(time.Second)),
			"in CI use --now with --observe only")
	}
	return func() time.Time { return at }, "flag", nil
}
