package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/defectgate/defectgate/cmd/defectgate/config"
	"github.com/defectgate/defectgate/gate"
	"github.com/defectgate/defectgate/gate/signoff"
	"github.com/defectgate/defectgate/policy"
)

// judging holds the flags of every command that judges: check and explain.
type judging struct {
	config      string
	artifact    string
	environment string
	policies    []string
	exceptions  []string
	now         string
	runID       string
	observe     bool
	timeout     time.Duration
	verbose     bool
	quiet       bool
}

func (j *judging) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&j.config, "config", "c", "", "configuration file (default defectgate.yaml, where there is one)")
	f.StringVarP(&j.artifact, "artifact", "a", "", "what is being built: image@digest, package URL, or a file to hash (default the commit)")
	f.StringVarP(&j.environment, "environment", "e", "production", "where it is to run: production, staging, development, or one of the configuration")
	f.StringArrayVarP(&j.policies, "policy", "p", nil, "folder of .rego files or OPA bundle (.tar.gz), beside the built-in rules; repeatable")
	f.StringArrayVarP(&j.exceptions, "exceptions", "x", nil, "exceptions file; repeatable")
	f.StringVar(&j.now, "now", "", "instant of the decision, RFC 3339 (default the system clock)")
	f.StringVar(&j.runID, "run-id", "", "identity of this run (default that of the CI run; random outside CI)")
	f.BoolVar(&j.observe, "observe", false, "report a failed check and exit with 0; errors keep their exit code")
	f.DurationVar(&j.timeout, "timeout", 5*time.Minute, "time budget of the whole check; when it is over, the verdict is error")
}

// session is a gate that is wired and ready, with what has to be closed after it.
type session struct {
	gate     *gate.Gate
	engine   *policy.Engine
	artifact gate.Artifact
	config   config.File
	reports  *reports
	progress *progress
}

// open wires a gate from flags and configuration. Its errors are misuse.
func (j *judging) open(ctx context.Context, w world, args []string) (*session, error) {
	file, _, err := config.Load(j.config)
	if err != nil {
		return nil, err
	}
	s := &session{config: file, progress: newProgress(w)}
	clock, source, err := j.clock(w)
	if err != nil {
		return nil, err
	}
	run, err := s.prepare(ctx, w, j)
	if err != nil {
		return nil, err
	}
	register, err := readExceptions(append(slices.Clone(file.Exceptions), j.exceptions...))
	if err != nil {
		return nil, err
	}
	if s.reports, err = openReports(w); err != nil {
		return nil, err
	}
	sources, err := s.sources(args, file, j.environment)
	if err != nil {
		return nil, errors.Join(err, s.reports.Close())
	}
	s.gate = &gate.Gate{
		Sources: sources, Registers: []gate.Register{register}, Policy: s.engine, Now: clock, Clock: source, Run: j.run(run), Mode: j.mode(),
		Merge:     gate.MergeOptions{SeveritySource: file.Severity.Source, SecretKey: secretKey(w, s.artifact)},
		Evaluator: gate.Evaluator{Name: "defectgate", Version: version, Commit: commit},
	}
	s.engine.Describe(&s.gate.Evaluator)
	return s, nil
}

// prepare asks git what is being built while the policies are compiled.
func (s *session) prepare(ctx context.Context, w world, j *judging) (run gate.Run, err error) {
	var artifactErr error
	var asked sync.WaitGroup
	asked.Go(func() { s.artifact, run, artifactErr = j.artifactOf(ctx, w, s.config) })
	s.engine, err = j.engine(ctx, s.config)
	asked.Wait()
	return run, errors.Join(artifactErr, err)
}

// sources are those of the configuration and those of the command line. None at all is misuse: there is nothing to judge.
func (s *session) sources(args []string, file config.File, environment string) ([]gate.Source, error) {
	configured, err := s.reports.configured(file.Sources, environment)
	if err != nil {
		return nil, err
	}
	named, err := s.reports.named(args)
	if err != nil {
		return nil, err
	}
	sources := append(configured, named...)
	if len(sources) == 0 {
		return nil, gate.WithHint(errors.New("there is no report to judge"),
			"name one: defectgate check REPORT… — or declare sources in defectgate.yaml: defectgate init REPORT…")
	}
	return s.progress.watch(distinct(sources)), nil
}

// distinct drops a source that was named twice.
func distinct(sources []gate.Source) []gate.Source {
	seen := map[string]bool{}
	return slices.DeleteFunc(sources, func(s gate.Source) bool {
		twice := seen[s.Name()]
		seen[s.Name()] = true
		return twice
	})
}

// secretKey hides secrets in fingerprints. Without a key of the organisation's own it is bound to the project, so that equal secrets of two
// projects do not look equal.
func secretKey(w world, a gate.Artifact) []byte {
	if key := w.getenv("DEFECTGATE_SECRET_KEY"); key != "" {
		return []byte(key)
	}
	return []byte("project " + a.Project)
}

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

// engine compiles the policies of configuration and command line.
func (j *judging) engine(ctx context.Context, file config.File) (*policy.Engine, error) {
	sets, err := readPolicies(file, j.policies)
	if err != nil {
		return nil, err
	}
	engine, err := policy.New(ctx, policy.Options{Sets: sets, Rules: file.Rules, Environment: j.environment, Environments: file.Environments})
	return engine, file.Locate(err)
}

func readPolicies(file config.File, more []string) ([]policy.Set, error) {
	var sets []policy.Set
	for _, p := range file.Policies {
		set, err := policy.Read(p.Path)
		if err != nil {
			return nil, err
		}
		if have := "sha256:" + set.Digest; p.Digest != "" && p.Digest != have {
			return nil, gate.WithHint(fmt.Errorf("policy %q has digest %s, and %s is wanted", p.Path, have, p.Digest),
				"review what changed, then pin the new digest")
		}
		sets = append(sets, set)
	}
	for _, path := range more {
		set, err := policy.Read(path)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// exceptionsFile is the register of the exceptions files that were read.
type exceptionsFile []gate.Exception

// Exceptions gives all of them: which are for the artifact is told by their scope.
func (f exceptionsFile) Exceptions(context.Context, gate.Artifact) ([]gate.Exception, error) {
	return slices.Clone(f), nil
}

func readExceptions(paths []string) (exceptionsFile, error) {
	var all exceptionsFile
	origins := map[string]string{}
	for _, path := range paths {
		text, err := config.ReadFile(path)
		if err != nil {
			return nil, gate.WithHint(fmt.Errorf("exceptions: %w", err), "name a file that is there with --exceptions, or remove it from `exceptions:`")
		}
		exceptions, err := signoff.ParseFile(path, text)
		if err != nil {
			return nil, gate.WithHint(err, "an exceptions file is read whole or not at all: mend every line that is named")
		}
		for _, e := range exceptions {
			if first, twice := origins[e.ID]; twice {
				return nil, gate.WithHint(fmt.Errorf("%s: id %q stands already in %s", e.Origin, e.ID, first), "give each exception an id of its own")
			}
			origins[e.ID] = e.Origin
		}
		all = append(all, exceptions...)
	}
	return all, nil
}

// check makes the decision within the time budget.
func (s *session) check(ctx context.Context, budget time.Duration) (gate.Report, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, budget, fmt.Errorf("the time budget of %s is over", budget))
	defer cancel()
	defer s.progress.stop()
	report, err := s.gate.Check(ctx, s.artifact)
	if err = errors.Join(err, s.reports.Close()); err != nil {
		return report, undecided(err)
	}
	return report, nil
}
