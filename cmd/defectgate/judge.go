package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/ledger/key"
	"github.com/defectgate/defectgate/integrations/scanner"
	"github.com/defectgate/defectgate/policy"
)

// judging holds the flags of every command that judges, or says how: check, explain, config show.
type judging struct {
	config      string
	artifact    string
	environment string
	policies    []string
	exceptions  []string
	keySet      string // says whose sign-offs count
	from        *trusted
	alerts      []string // kinds
	others
	recording
	publishing
	baseline   string
	base       string
	branch     string
	now        string
	runID      string
	observe    bool
	timeout    time.Duration
	verbose    bool
	quiet      bool
	disclosure string // who reads what is told
	foresees   bool   // somebody reads a forecast
	lazy       bool   // most builds have no exception, and need not wait for their judgement
}

// flags are those of a decision.
func (j *judging) flags(cmd *cobra.Command) {
	j.lookFlags(cmd)
	f := cmd.Flags()
	f.Var((*filled)(&j.runID), "run-id", "identity of this run (default that of the CI run; random outside CI)")
	j.recording.flags(cmd)
	f.Var((*filled)(&j.disclosure), "disclosure",
		"who reads what is told of secrets: public, internal, full (default by who can read the repository; full outside CI)")
	f.BoolVar(&j.observe, "observe", false, "report a failed check and exit with 0; errors keep their exit code")
}

// lookFlags are those of a judgement, whether it becomes a decision or not.
func (j *judging) lookFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	configFlag(cmd, &j.config)
	f.VarP((*filled)(&j.artifact), "artifact", "a", "what is being built: NAME@sha256:DIGEST, package URL, or a file to hash (default the commit)")
	f.StringVarP(&j.environment, "environment", "e", "production", "where it is to run: production, staging, development, or one of the configuration")
	f.StringArrayVarP(&j.policies, "policy", "p", nil, "folder of .rego files or OPA bundle (.tar.gz), beside the built-in rules; repeatable")
	f.StringArrayVarP(&j.exceptions, "exceptions", "x", nil, "exceptions file; repeatable")
	keysFlag(cmd, &j.keySet)
	f.StringArrayVar(&j.alerts, "alerts", nil, "alerts that GitHub keeps of the repository: "+strings.Join(config.AlertKinds(), ", ")+"; repeatable")
	j.others.flags(cmd)
	j.recording.lookFlags(cmd)
	f.Var((*filled)(&j.baseline), "baseline", "what was there before: auto (newest decision of the base branch), the id of a decision, or a report")
	f.Var((*filled)(&j.base), "base", "branch that this change is to be merged into: what its baseline has only warns (default that of the CI run)")
	f.Var((*filled)(&j.branch), "branch", "branch that is built (default that of the CI run, or of git)")
	f.Var((*filled)(&j.now), "now", "instant of the decision, RFC 3339 (default the system clock)")
	j.timeout = 5 * time.Minute
	f.Var((*budget)(&j.timeout), "timeout", "time budget of the whole check, above zero; when it is over, the verdict is error; "+
		"what is published has a fifth of it besides, and at least 10s")
}

// session is a gate that is wired and ready, with what has to be closed after it.
type session struct {
	gate        *gate.Gate
	engine      *policy.Engine
	artifact    gate.Artifact
	config      config.File
	trusted     *trusted
	outputs     []outputFile // that the configuration asks for
	reports     *reports
	ledger      *opening
	files       []*scanner.File
	keepReports bool
	repository  repository
	commits     func() map[string]string // of policies, by path
	counts      func() (*key.Set, error) // whose sign-offs count
	limits      []string                 // of the command line
	alerts      []string                 // likewise
	progress    *progress
	asking      context.Context // of what is asked of the platform
	end         func()          // of that
}

func (s *session) close() error {
	s.progress.stop()
	if s.end != nil {
		defer s.end()
	}
	return errors.Join(s.reports.Close(), s.ledger.Close())
}

// bounded ends whatever a check waits for when its time is over.
func (j *judging) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return inTime(ctx, j.timeout)
}

// configured reads the configuration, and says where else what decides is read.
func (j *judging) configured(ctx context.Context, w world) (file config.File, err error) {
	if j.from, err = trustedFiles(ctx, w); err != nil {
		return file, err
	}
	if file, err = j.from.configuration(j.config); err != nil {
		return file, err
	}
	j.counts = sync.OnceValues(func() (*key.Set, error) { return signOffKeys(j.from, cmp.Or(j.keySet, file.Keys)) })
	return file, j.readers(w, file)
}

// open wires a gate from flags and configuration. Its errors are misuse.
func (j *judging) open(ctx context.Context, w world, args []string) (_ *session, err error) {
	asking, end := j.bounded(ctx) // the platform, which may not answer
	file, err := j.configured(asking, w)
	if err != nil {
		end()
		return nil, err
	}
	s := &session{config: file, asking: asking, end: end, trusted: j.from, counts: j.counts, limits: j.limits, alerts: j.alerts,
		repository: repositoryOf(ctx, w), keepReports: j.recording.reports}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	go ownDigest() // takes a while, and is asked for last
	if s.outputs, err = configuredOutputs(file.Outputs); err != nil {
		return nil, err
	}
	j.files = j.files || slices.ContainsFunc(s.outputs, func(o outputFile) bool { return o.Record })
	clock, source, err := j.clock(w)
	if err != nil {
		return nil, err
	}
	run, err := s.prepare(ctx, w, j)
	if err != nil {
		return nil, err
	}
	if err := s.ledger.placed(&s.artifact); err != nil {
		return nil, err
	}
	if err := s.ledger.written(j.files); err != nil {
		return nil, err
	}
	registers, notices, err := j.registers(w, s, clock)
	if err != nil {
		return nil, err
	}
	sources, err := s.open(w, args, j)
	if err != nil {
		return nil, err
	}
	s.commits = sync.OnceValue(func() map[string]string { return commitsOf(s.repository, j.policyPaths(file)) })
	go s.commits()
	merge := j.merging(w, s)
	s.gate = &gate.Gate{
		Sources: sources.reports, Feeds: sources.feeds, Signals: sources.signals, Statements: sources.statements,
		Registers: registers, Notices: append(notices, s.ledger.notices...), Policy: s.engine, Now: clock, Clock: source, Run: j.run(run), Mode: j.mode(),
		Merge: merge, Keep: s.attached, Foresees: j.foresees,
		Evaluator: s.evaluator,
	}
	if s.ledger.Ledger != nil {
		s.gate.Ledger = s.ledger
	}
	if s.gate.Baseline, err = j.baselineSource(w, s); err != nil {
		return nil, err
	}
	return s, nil
}

// evaluator is what decides.
func (s *session) evaluator() gate.Evaluator {
	v := gate.Evaluator{Name: "defectgate", Version: version, Commit: commit, Binary: ownDigest()}
	s.engine.Describe(&v)
	for i := range v.Policies {
		v.Policies[i].Commit = s.commits()[v.Policies[i].Name]
	}
	v.Limits.InputBytes = s.reports.limits.Expanded
	return v
}

// prepare asks git what is being built while the policies are compiled.
func (s *session) prepare(ctx context.Context, w world, j *judging) (run gate.Run, err error) {
	now, _, err := j.clock(w)
	if err != nil {
		return run, err
	}
	j.at, j.copies = now(), j.cacheFolder()
	var artifactErr error
	var asked sync.WaitGroup
	asked.Go(func() { s.artifact, run, artifactErr = j.artifactOf(ctx, w, s.config) })
	var ledgerErr error
	asked.Go(func() { s.ledger, ledgerErr = j.recording.open(s.asking, w, s.config) })
	j.lazy = !j.looks // what rules read is told where nothing is recorded
	s.engine, err = j.engine(ctx, s.config)
	asked.Wait()
	return run, errors.Join(artifactErr, ledgerErr, err)
}

// opened is all that a check reads.
type opened struct {
	reports    []gate.Source
	feeds      []gate.Feed
	signals    []gate.SignalSource
	statements []gate.StatementSource
}

// open opens the sources of the configuration and those of the command line.
func (s *session) open(w world, args []string, j *judging) (o opened, err error) {
	if o.reports, err = s.sources(w, args, j.environment); err != nil {
		return o, err
	}
	var of [3]error
	o.statements, of[0] = j.statementSources(s)
	o.signals, of[1] = j.signalSources(s)
	o.feeds, of[2] = j.feedSources(w, s)
	return o, errors.Join(of[:]...)
}

// sources opens the reports.
func (s *session) sources(w world, args []string, environment string) (_ []gate.Source, err error) {
	limits, err := limitsOf(s.config, s.limits)
	if err != nil {
		return nil, err
	}
	if s.reports, err = openReports(w, limits); err != nil {
		return nil, err
	}
	sources, err := s.listed(w, args, environment)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		switch source := source.(type) {
		case *scanner.File:
			s.files = append(s.files, source)
		case *alertSource:
			s.files = append(s.files, source.file())
		}
	}
	s.progress = newProgress(w)
	return s.progress.watch(sources), nil
}

// listed gives every source. None at all is misuse: there is nothing to judge.
func (s *session) listed(w world, args []string, environment string) ([]gate.Source, error) {
	configured, err := s.reports.configured(s.config, environment)
	if err != nil {
		return nil, err
	}
	named, err := s.reports.named(args)
	if err != nil {
		return nil, err
	}
	alerts, err := s.alertSources(w, environment)
	if err != nil {
		return nil, err
	}
	sources, err := distinct(slices.Concat(configured, named, alerts))
	if err == nil && len(sources) == 0 {
		return nil, gate.WithHint(errors.New("there is no report to judge"),
			"name one: defectgate check REPORT… — or declare sources in defectgate.yaml: defectgate init REPORT…")
	}
	return sources, err
}

// check makes the decision within the time budget, and tells it while what was opened is closed.
func (s *session) check(ctx context.Context, budget time.Duration, tell func(*gate.Report) error) error {
	ctx, cancel := inTime(ctx, budget)
	defer cancel()
	report, err := s.gate.Check(ctx, s.artifact)
	s.progress.stop()
	closed := make(chan error, 1)
	go func() { closed <- s.close() }()
	if err != nil {
		return undecided(errors.Join(err, <-closed))
	}
	told := tell(&report)
	if err := <-closed; err != nil {
		return undecided(errors.Join(err, told))
	}
	return told
}
