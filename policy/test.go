package policy

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/defectgate/defectgate/gate"
)

// TestOptions say which Rego tests are run.
type TestOptions struct {
	Sets     []Set  // of users
	Builtin  bool   // run the tests of the built-in rules too
	Run      string // regular expression on package.name of tests; empty runs all
	Coverage bool   // measure which lines of the tested policies the tests reach
}

// Outcome is how a test ended.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"  // an expression was not true
	Errored Outcome = "errored" // it could not be evaluated: a built-in got what it cannot take, or the time was over
	Skipped Outcome = "skipped" // its name begins with todo_
)

// TestResult is what came of one test.
type TestResult struct {
	Package  string        `json:"package"`
	Name     string        `json:"name"`
	Place    string        `json:"place"` // file:line
	Outcome  Outcome       `json:"outcome"`
	Problem  string        `json:"problem,omitempty"` // of a test that did not pass
	Printed  []string      `json:"printed,omitempty"`
	Duration time.Duration `json:"-"`
}

// TestReport is what came of all tests, ordered by package and name.
type TestReport struct {
	Tests    []TestResult   `json:"tests"`
	Coverage []FileCoverage `json:"coverage,omitempty"` // of each policy file, ordered by place
}

// Count gives how many tests ended so.
func (r TestReport) Count(o Outcome) (n int) {
	for _, t := range r.Tests {
		if t.Outcome == o {
			n++
		}
	}
	return n
}

// OK reports whether no test failed or could not be evaluated.
func (r TestReport) OK() bool { return r.Count(Failed)+r.Count(Errored) == 0 }

// Test runs Rego tests. They see the policies as a check does: the same built-ins, the same types, and the defaults of the settings for
// production. No test at all is an error, and so is what keeps the policies from being compiled; a test that fails is none.
func Test(ctx context.Context, o TestOptions) (TestReport, error) {
	if _, err := regexp.Compile(o.Run); err != nil {
		return TestReport{}, fmt.Errorf("tests to run: %w", err)
	}
	l, err := loadWithBuiltin(o.Sets, true)
	if err != nil {
		return TestReport{}, err
	}
	flat, err := l.flat(Options{Environment: Environments[0]})
	if err != nil {
		return TestReport{}, err
	}
	if err := l.compile(flat); err != nil {
		return TestReport{}, err
	}
	run := &testRun{library: l, builtin: o.Builtin, store: l.store(flat)}
	if o.Coverage {
		run.cover = cover.New()
	}
	report, err := run.all(ctx, o.Run)
	if err == nil && len(report.Tests) == 0 {
		err = gate.WithHint(errors.New("there is no test to run"), "write rules test_… in files *_test.rego, in a package that ends in _test")
	}
	return report, err
}

type testRun struct {
	*library
	builtin bool
	store   storage.Store
	cover   *cover.Cover
}

func (r *testRun) all(ctx context.Context, names string) (report TestReport, err error) {
	txn, err := r.store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return report, err
	}
	defer r.store.Abort(ctx, txn)
	runner, err := r.runner(names)
	if err != nil {
		return report, err
	}
	if r.cover != nil {
		runner.SetCoverageQueryTracer(r.cover)
	}
	results, err := runner.RunTests(ctx, txn)
	if err != nil {
		return report, err
	}
	for result := range results {
		report.Tests = append(report.Tests, testResult(result))
	}
	if err := r.traceFailures(ctx, txn, report.Tests); err != nil {
		return report, err
	}
	slices.SortFunc(report.Tests, func(a, b TestResult) int { return strings.Compare(a.Package+"."+a.Name, b.Package+"."+b.Name) })
	if r.cover != nil {
		report.Coverage = r.coverage()
	}
	return report, context.Cause(ctx)
}

func (r *testRun) runner(names string) (*tester.Runner, error) {
	schemas, err := r.schemas()
	runner := tester.NewRunner().SetCompiler(newCompiler(schemas)).SetModules(r.modules).SetStore(r.store).
		Filter(names).SetTimeout(DefaultLimits.Deadline).RaiseBuiltinErrors(true).SetCoverageRuns(nil)
	if !r.builtin {
		runner.SetPrefixMatchers(ast.MustParseRef("data.custom"), ast.MustParseRef("data.main"), ast.MustParseRef("data.main_test"))
	}
	return runner, err
}

// traceFailures runs what failed once more, to tell at which expression.
func (r *testRun) traceFailures(ctx context.Context, txn storage.Transaction, tests []TestResult) error {
	var names []string
	failed := map[string]*TestResult{}
	for i, t := range tests {
		if t.Outcome == Failed {
			names = append(names, regexp.QuoteMeta("data."+t.Package+"."+t.Name))
			failed[t.Package+"."+t.Name] = &tests[i]
		}
	}
	if len(names) == 0 {
		return nil
	}
	runner, err := r.runner("^(" + strings.Join(names, "|") + ")$")
	if err != nil {
		return err
	}
	results, err := runner.EnableTracing(true).RunTests(ctx, txn)
	if err != nil {
		return err
	}
	for result := range results {
		at := failedAt(result)
		if t := failed[strings.TrimPrefix(result.Package, "data.")+"."+result.Name]; t != nil && at != "" {
			t.Problem += ": " + at
		}
	}
	return nil
}

// failedAt gives the last expression of the test itself that was not true.
func failedAt(r *tester.Result) (at string) {
	for _, event := range r.Trace {
		expr, ok := event.Node.(*ast.Expr)
		if ok && event.Op == topdown.FailOp && expr.Location != nil && expr.Location.File == r.Location.File {
			at = fmt.Sprintf("%s:%d: %s", relative(expr.Location.File), expr.Location.Row, strings.Join(strings.Fields(string(expr.Location.Text)), " "))
		}
	}
	return at
}

func testResult(r *tester.Result) TestResult {
	t := TestResult{
		Package: strings.TrimPrefix(r.Package, "data."), Name: r.Name, Outcome: Passed, Duration: r.Duration,
		Place: fmt.Sprintf("%s:%d", relative(r.Location.File), r.Location.Row),
	}
	if out := strings.TrimSpace(string(r.Output)); out != "" {
		t.Printed = strings.Split(out, "\n")
	}
	switch {
	case r.Error != nil:
		t.Outcome, t.Problem = Errored, r.Error.Error()
	case r.Skip:
		t.Outcome = Skipped
	case r.Fail:
		t.Outcome, t.Problem = Failed, "not true"
		for path, sub := range r.SubResults.Iter {
			if sub.Fail && len(sub.SubResults) == 0 {
				t.Problem += ": " + strings.Join(path, "/")
			}
		}
	}
	return t
}
