package gate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Gate decides. Its members are its only access to the world.
type Gate struct {
	Sources    []Source
	Feeds      []Feed
	Signals    []SignalSource
	Statements []StatementSource
	Registers  []Register
	Policy     Policy
	Ledger     Ledger // nil: nothing is remembered
	Now        func() time.Time
	Merge      MergeOptions
	Mode       Mode
	Clock      string // "system" or "flag"
	Run        Run
	Evaluator  Evaluator
}

// Check makes one decision about an artifact. What stands in the way of deciding (a source without proof, a policy that failed) is
// a verdict, "error", and no Go error; a Go error means that there is no decision at all.
func (g *Gate) Check(ctx context.Context, a Artifact) (Report, error) {
	c := &check{Gate: g, now: g.Now().UTC(), artifact: a}
	c.load(ctx)
	c.enrich(ctx)
	c.account()
	c.date(ctx)
	in, err := c.match(ctx)
	if err != nil {
		c.fault("exceptions: %w", err)
	}
	judgements, err := g.Policy.Evaluate(ctx, in)
	if err == nil && len(judgements.Defects) != len(c.defects) {
		err = fmt.Errorf("it judged %d of %d defects", len(judgements.Defects), len(c.defects))
	}
	if err != nil {
		c.fault("policy: %w", err)
		judgements = Judgements{Defects: make([]Judgement, len(c.defects))}
	}
	if ctx.Err() != nil { // whoever ended it may have gone unnoticed by a source or by the policy
		c.fault("the check was ended before its time: %w", context.Cause(ctx))
	}
	d := c.decide(in, judgements)
	if err := d.seal(); err != nil {
		return Report{}, err
	}
	return c.record(ctx, d)
}

// check is one run of [Gate.Check].
type check struct {
	*Gate
	now      time.Time
	artifact Artifact
	evidence []Evidence
	defects  []*Defect
	problems []string
	warnings []string
}

// fault notes something without which there is no judgement.
func (c *check) fault(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...).Error())
}

// maxLoads is how many sources are read at a time: each has files open and buffers.
const maxLoads = 16

// load reads all sources and merges their findings.
func (c *check) load(ctx context.Context) {
	merger := NewMerger(c.Merge)
	c.evidence = make([]Evidence, len(c.Sources))
	var loads sync.WaitGroup
	slots := make(chan struct{}, maxLoads)
	for i, source := range c.Sources {
		slots <- struct{}{}
		loads.Go(func() {
			c.evidence[i] = c.loadOne(ctx, source, merger)
			<-slots
		})
	}
	loads.Wait()
	c.artifact.Subject.complete(c.evidence)
	c.defects = merger.Defects()
	if !c.Merge.found(c.defects) {
		c.warnings = append(c.warnings, fmt.Sprintf("severity.source is %q and rated no defect here: the ratings that scanners chose decide",
			c.Merge.SeveritySource))
	}
}

// account holds every source against what is expected of it.
func (c *check) account() {
	sortEvidence(c.evidence)
	for i := range c.evidence {
		e := &c.evidence[i]
		if e.Required && !e.Status.Complete() {
			c.fault("source %q is %s: %s", e.Source, e.Status, e.Problem)
		}
		for _, w := range e.Warnings {
			c.warnings = append(c.warnings, e.Source+": "+w)
		}
	}
	if len(c.problems) == 0 && !slices.ContainsFunc(c.evidence, Evidence.isWholeReport) {
		c.fault("no report was read to its end: there is nothing to judge")
	}
}

// loadOne reads one source. A panic in it is its own failure, not that of the others.
func (c *check) loadOne(ctx context.Context, source Source, merger *Merger) (e Evidence) {
	x := Expectation{Required: true} // until the source says otherwise
	add := merger.From(source.Name())
	suppressed, kept := 0, 0
	defer func() {
		if p := recover(); p != nil {
			e = Evidence{Source: source.Name(), Status: Malformed, Problem: fmt.Sprintf("the reader failed: %v", p)}
		}
		e.Kind, e.Scan.Suppressed, e.Kept = ReportKind, suppressed, kept
		e.settle(x, c.artifact, c.now)
	}()
	x = source.Expect()
	return source.Load(ctx, func(f *Finding) error {
		if f.State == Suppressed {
			suppressed++
		}
		f.honour(x)
		add(f)
		kept++
		return ctx.Err()
	})
}

// honour opens again what a source's author has closed, where the source is not trusted with that.
func (f *Finding) honour(x Expectation) {
	if f.State == Suppressed && !x.Suppressions || f.State.IsStatement() && !x.Statements {
		f.State = Open
	}
}

// complete names the subject by the digests of the reports where nothing else names it.
func (s *Subject) complete(evidence []Evidence) {
	if len(s.Digests) > 0 || s.PURL != "" || s.Commit != "" {
		return
	}
	var sums []string
	for _, e := range evidence {
		if e.SHA256 != "" {
			sums = append(sums, "sha256:"+e.SHA256)
		}
	}
	s.Name, s.Digests = cmp.Or(s.Name, "reports"), sorted(sums, strings.Compare)
}

// date gives every defect its clocks.
func (c *check) date(ctx context.Context) {
	seen, err := c.firstSeen(ctx)
	if err != nil {
		c.fault("ledger: %w", err)
	}
	for _, d := range c.defects {
		var ledgerSeen time.Time
		for _, print := range d.Fingerprints {
			ledgerSeen = earliest(ledgerSeen, seen[print])
		}
		warnings, err := d.settle(ledgerSeen, c.now)
		if err != nil {
			c.fault("dates: %w", err)
		}
		c.warnings = append(c.warnings, warnings...)
	}
}

func (c *check) firstSeen(ctx context.Context) (map[Fingerprint]time.Time, error) {
	if c.Ledger == nil {
		return nil, nil
	}
	var prints []Fingerprint
	for _, d := range c.defects {
		prints = append(prints, d.Fingerprints...)
	}
	return c.Ledger.FirstSeen(ctx, c.artifact, prints)
}

// match finds the exceptions that name each open defect.
func (c *check) match(ctx context.Context) (Input, error) {
	in := Input{Now: c.now, Artifact: c.artifact, Defects: c.defects, Candidates: make([][]Candidate, len(c.defects)), Sources: c.evidence}
	in.Summary = func(j []Judgement) Summary { return Summarise(c.defects, j) }
	var exceptions []Exception
	for _, register := range c.Registers {
		more, err := register.Exceptions(ctx, c.artifact)
		if err != nil {
			return in, err
		}
		exceptions = append(exceptions, more...)
	}
	slices.SortFunc(exceptions, func(a, b Exception) int { return compareExceptions(&a, &b) })
	index, named := newExceptionIndex(exceptions), map[string]int{}
	for i, d := range c.defects {
		if !d.IsOpen() {
			continue
		}
		in.Candidates[i] = index.candidates(d, c.artifact)
		for _, candidate := range in.Candidates[i] {
			named[candidate.ID]++
		}
	}
	for i := range exceptions {
		e := &exceptions[i]
		in.Exceptions = append(in.Exceptions, ExceptionUse{Exception: e, InScope: len(e.Scope.outside(c.artifact)) == 0, Named: named[e.ID]})
	}
	return in, nil
}

// decide counts what was said. It adds no judgement of its own.
func (c *check) decide(in Input, j Judgements) *Decision {
	d := &Decision{
		Schema: DecisionSchema, Mode: c.Mode, Artifact: c.artifact, Run: c.Run, Evaluator: c.Evaluator,
		Clock:  Clock{Now: c.now, Source: c.Gate.Clock, Arithmetic: "elapsed"},
		Inputs: c.evidence, Feeds: c.feeds(), History: History{Record: "none"},
		Problems: c.problems, Warnings: sorted(c.warnings, strings.Compare),
	}
	d.Evaluator.Severity = c.Merge.Deciding()
	for _, line := range j.Prints {
		d.Warnings = append(d.Warnings, "policy printed: "+line)
	}
	ev := &d.Evaluation
	ev.Violations, ev.Exceptions = j.Artifact, countCovered(in.Exceptions, j.Defects)
	ev.Summary = Summarise(c.defects, j.Defects)
	ev.Summary.addViolations(j.Artifact)
	ev.Findings = make([]Judged, len(c.defects))
	for i, defect := range c.defects {
		ev.Findings[i] = Judged{Defect: defect, State: defect.State(), Judgement: j.Defects[i]}
	}
	ev.Verdict = c.verdict(ev.Summary)
	d.Verdict, d.ExitCode = ev.Verdict, ev.Verdict.ExitCode(c.Mode)
	return d
}

func countCovered(uses []ExceptionUse, judgements []Judgement) []ExceptionUse {
	covered := map[string]int{}
	for i := range judgements {
		if id := judgements[i].Covering(); id != "" {
			covered[id]++
		}
	}
	for i := range uses {
		uses[i].Covered = covered[uses[i].ID]
	}
	return uses
}

func (c *check) verdict(s Summary) Verdict {
	switch {
	case len(c.problems) > 0:
		return Error
	case s.Violations[Deny] > 0:
		return Fail
	}
	return Pass
}

// record writes the decision before anyone is told. A decision that could not be recorded is an error.
func (c *check) record(ctx context.Context, d *Decision) (Report, error) {
	if c.Ledger == nil {
		return Report{Decision: *d}, nil
	}
	d.History.Record = "ledger"
	receipt, err := c.Ledger.Record(ctx, d)
	if err != nil {
		c.fault("ledger: the decision is not recorded: %w", err)
		d.Problems, d.Verdict, d.ExitCode, d.History.Record = c.problems, Error, Error.ExitCode(c.Mode), "none"
		return Report{Decision: *d}, nil
	}
	return Report{Decision: *d, Receipt: &receipt}, nil
}
