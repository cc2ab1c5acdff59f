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
	Notices    []string // of whoever wired the gate: they become warnings of the decision
	Policy     Policy
	Ledger     Ledger           // nil: nothing is remembered
	Baseline   BaselineSource   // nil: nothing is compared
	Now        func() time.Time // the decision's clock
	Keep       Keeper           // nil: nothing beside the input document
	Merge      MergeOptions
	Mode       Mode
	Foresees   bool   // a forecast is wanted
	Clock      string // "system" or "flag"
	Run        Run
	Evaluator  func() Evaluator // asked last: it may take a while to know oneself
}

// Check makes one decision about an artifact. What stands in the way of deciding (a source without proof, a policy that failed) is
// a verdict, "error", and no Go error; a Go error means that there is no decision at all.
func (g *Gate) Check(ctx context.Context, a Artifact) (Report, error) {
	c := &check{Gate: g, now: g.Now().UTC(), artifact: a, warnings: slices.Clone(g.Notices)}
	c.load(ctx)
	c.enrich(ctx)
	c.account()
	c.date(ctx)
	c.compare(ctx)
	in := c.input(ctx)
	ev, prints, err := in.Evaluate(ctx, g.Policy)
	if err != nil {
		c.fault("policy: %w", err)
	}
	if ctx.Err() != nil { // whoever ended it may have gone unnoticed by a source or by the policy
		c.fault("the check was ended before its time: %w", context.Cause(ctx))
		ev.Verdict = Error
	}
	d := c.decide(ev, prints)
	return c.report(ctx, d, in)
}

// report records the decision, and looks ahead meanwhile.
func (c *check) report(ctx context.Context, d *Decision, in *Input) (r Report, err error) {
	ev := d.Evaluation // it is sealed meanwhile
	var ahead *Forecast
	var looked sync.WaitGroup
	if c.Foresees {
		looked.Go(func() { ahead = in.forecast(ctx, c.Policy, &ev) })
	}
	r, err = c.record(ctx, d, in)
	looked.Wait()
	r.Forecast = ahead
	return r, err
}

// check is one run of [Gate.Check].
type check struct {
	*Gate
	now      time.Time
	artifact Artifact
	evidence []Evidence
	defects  []*Defect
	history  History
	baseline *Baseline
	problems []string
	warnings []string
}

// fault notes something without which there is no judgement.
func (c *check) fault(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	problem := err.Error()
	if hint := HintOf(err); hint != "" {
		problem += "; " + hint
	}
	if !slices.Contains(c.problems, problem) {
		c.problems = append(c.problems, problem)
	}
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
	c.Merge.withhold(c.defects)
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
	s.Name, s.Digests = cmp.Or(s.Name, reportsName), sorted(sums, strings.Compare)
}

// reportsName is how a subject is called that nothing names but what was found in it.
const reportsName = "reports"

// IsReports reports whether only the reports name the subject: another build can have the same ones, and more.
func (s *Subject) IsReports() bool { return s.Name == reportsName && s.PURL == "" && s.Commit == "" }

// date gives every defect its clocks, from what its reports and the ledger say.
func (c *check) date(ctx context.Context) {
	memory, err := c.recall(ctx)
	if err != nil {
		c.fault("ledger: %w", err)
		memory.History = History{Record: "ledger"} // what it holds is not known
	}
	if c.history = memory.History; c.history.New {
		c.warnings = append(c.warnings, "the ledger is new: what no report dates counts as first seen now")
	}
	for _, d := range c.defects {
		warnings, err := d.settle(memory.of(d), c.now)
		if err != nil {
			c.fault("dates: %w", err)
		}
		c.warnings = append(c.warnings, warnings...)
	}
}

func (c *check) recall(ctx context.Context) (Memory, error) {
	if c.Ledger == nil {
		return Memory{History: History{Record: "none"}}, nil
	}
	var prints []Fingerprint
	for _, d := range c.defects {
		prints = append(prints, d.Fingerprints...)
	}
	return c.Ledger.Recall(ctx, c.artifact, prints)
}

// compare marks what is new. A baseline that cannot be used makes everything new.
func (c *check) compare(ctx context.Context) {
	if c.Baseline == nil {
		return
	}
	baseline, err := c.Baseline.Baseline(ctx, c.artifact)
	if err != nil {
		c.fault("baseline: %w", err)
		return
	}
	if c.baseline = baseline; baseline.Unproven != "" {
		c.warnings = append(c.warnings, "baseline: "+baseline.Unproven+": every defect counts as new")
	}
	baseline.compare(c.defects)
}

// input gathers what the policy is asked about.
func (c *check) input(ctx context.Context) *Input {
	in := &Input{Now: c.now, Artifact: c.artifact, Defects: c.defects, Candidates: make([][]Candidate, len(c.defects)), Sources: c.evidence}
	if err := c.match(ctx, in); err != nil {
		c.fault("exceptions: %w", err)
	}
	in.Problems = slices.Clone(c.problems)
	return in
}

// match finds the exceptions that name each open defect.
func (c *check) match(ctx context.Context, in *Input) error {
	var exceptions []Exception
	for _, register := range c.Registers {
		more, err := register.Exceptions(ctx, c.artifact)
		if err != nil {
			return err
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
	return nil
}
